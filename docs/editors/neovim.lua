-- Orchestrate in Neovim 0.7 or newer, with its built-in client and no plugin.
--
-- Put `orchestrate` on the PATH, copy this file to ~/.config/nvim/plugin/orchestrate.lua, and open a *.plan.yaml file,
-- or write a new plan with   :OrchestratePlan Build a booking API with search and email reminders
--
-- Another command, for example that of a virtual environment, goes into your init.lua:
--   vim.g.orchestrate_command = { '/path/to/venv/bin/orchestrate', 'lsp' }
-- Settings are those of orchestrate.toml; the same names may stand here:
--   vim.g.orchestrate_settings = { rules = { ['critical-path'] = 'off' } }

local MARK = '^%s*#%s*orchestrate:%s*plan%s*$'
local ids = {} -- of the running clients, by root folder

local function root_of(folder)
  for _, marker in ipairs({ 'orchestrate.toml', '.git' }) do
    local found = vim.fn.findfile(marker, folder .. ';')
    if found == '' then
      found = vim.fn.finddir(marker, folder .. ';')
    end
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p:s?/$??:h')
    end
  end
  return folder
end

-- The client of a root folder, started if there is none. `ready` is called with it once it can be asked.
local function client_of(root, ready)
  local running = ids[root] and vim.lsp.get_client_by_id(ids[root])
  if running then
    ready(running)
    return ids[root]
  end
  local start = vim.lsp.start_client or function(config)
    return vim.lsp.start(config, { attach = false })
  end
  ids[root] = start({
    name = 'orchestrate',
    cmd = vim.g.orchestrate_command or { 'orchestrate', 'lsp' },
    root_dir = root,
    settings = { orchestrate = vim.g.orchestrate_settings or vim.empty_dict() },
    get_language_id = function()
      return 'orchestrate-plan'
    end,
    on_init = function(client)
      ready(client)
    end,
    on_exit = function()
      ids[root] = nil
    end,
  })
  return ids[root]
end

local function attach(buffer)
  local folder = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':p:h')
  local id = client_of(root_of(folder), function() end)
  if id then
    vim.lsp.buf_attach_client(buffer, id)
    -- Completion on <C-x><C-o>; newer versions set it themselves.
    vim.bo[buffer].omnifunc = 'v:lua.vim.lsp.omnifunc'
  end
end

local group = vim.api.nvim_create_augroup('Orchestrate', {})
vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
  group = group,
  pattern = { '*.plan.yaml', '*.plan.yml' },
  callback = function(event)
    attach(event.buf)
  end,
})
vim.api.nvim_create_autocmd('BufReadPost', {
  group = group,
  pattern = { '*.yaml', '*.yml' },
  callback = function(event)
    for _, line in ipairs(vim.api.nvim_buf_get_lines(event.buf, 0, 5, false)) do
      if line:match(MARK) then
        attach(event.buf)
        return
      end
    end
  end,
})

local function request(client, method, params, handler)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:request(method, params, handler)
  end
  return client.request(method, params, handler)
end

vim.api.nvim_create_user_command('OrchestratePlan', function(arguments)
  local folder = vim.fn.getcwd()
  client_of(root_of(folder), function(client)
    local params = {
      command = 'orchestrate.plan',
      arguments = { { goal = arguments.args, folder = vim.uri_from_fname(folder) } },
    }
    request(client, 'workspace/executeCommand', params, function(failure, result)
      if failure then
        vim.notify(failure.message, vim.log.levels.ERROR)
        return
      end
      vim.cmd('edit ' .. vim.fn.fnameescape(vim.uri_to_fname(result.uri)))
      vim.notify(result.summary)
    end)
  end)
end, { nargs = '+', desc = 'Write a plan for a goal and open it' })
