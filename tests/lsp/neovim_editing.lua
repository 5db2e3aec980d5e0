-- Run by Neovim in test_neovim.py: complete a dependency, rename a task and repair a cycle, with the keys and commands
-- that people use. What was seen goes to a file as JSON; this file judges nothing.

local seen = {}
local SECONDS = 60

local function finish()
  local file = assert(io.open(vim.env.SEEN, 'w'))
  file:write(vim.json.encode(seen))
  file:close()
  vim.cmd('qall!')
end

-- Keys are typed and windows drawn between the steps only, so each wait hands control back to Neovim.
local function wait(what, condition)
  local until_ = vim.loop.now() + SECONDS * 1000
  while not condition() do
    if vim.loop.now() > until_ then
      error('waited in vain for ' .. what)
    end
    coroutine.yield()
  end
end

local function type_keys(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), 'n', false)
end

local function errors()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR })) do
    table.insert(found, each.code or (each.user_data and each.user_data.lsp and each.user_data.lsp.code) or '?')
  end
  return found
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n')
end

vim.ui.select = function(items, options, chosen)
  seen.actions = {}
  for _, item in ipairs(items) do
    table.insert(seen.actions, options.format_item and options.format_item(item) or tostring(item))
  end
  chosen(items[1], 1)
end

local steps = coroutine.create(function()
  vim.cmd('edit seed.plan.yaml')
  wait('diagnostics', function()
    return #vim.diagnostic.get(0) > 0
  end)

  -- Completion: one more dependency for the task that waits for T2 alone.
  vim.fn.search('dependencies: \\[T2\\]')
  vim.o.completeopt = 'menuone,noselect'
  type_keys('f]i, <C-x><C-o>')
  wait('completion', function()
    return #vim.fn.complete_info({ 'items' }).items > 0
  end)
  seen.offered = {}
  for _, item in ipairs(vim.fn.complete_info({ 'items' }).items) do
    table.insert(seen.offered, item.abbr ~= '' and item.abbr or item.word)
  end
  type_keys('<C-n><C-y><Esc>')
  wait('the completed line', function()
    return vim.fn.mode() == 'n' and vim.fn.getline('.'):find('T2, T') ~= nil
  end)
  seen.completed = vim.fn.getline('.')
  vim.cmd('undo')

  -- Rename: T2 from where it is used.
  vim.fn.cursor(1, 1)
  vim.fn.search('dependencies: \\[T2\\]')
  vim.cmd('normal! fT')
  seen.uses = select(2, text():gsub('%f[%w]T2%f[%W]', ''))
  vim.lsp.buf.rename('database-schema')
  wait('the new name', function()
    return text():find('id: database%-schema') ~= nil
  end)
  seen.left = select(2, text():gsub('%f[%w]T2%f[%W]', ''))
  seen.renamed = select(2, text():gsub('database%-schema', ''))

  -- Code action: close a cycle, and let the first fix open it.
  local line = vim.fn.search('dependencies: \\[\\]', 'w')
  vim.fn.setline(line, (vim.fn.getline(line):gsub('%[%]', '[T8]')))
  wait('the cycle', function()
    return vim.tbl_contains(errors(), 'dependency-cycle')
  end)
  for _, each in ipairs(vim.diagnostic.get(0, { severity = vim.diagnostic.severity.ERROR })) do
    vim.fn.cursor(each.lnum + 1, each.col + 1)
  end
  vim.lsp.buf.code_action()
  wait('the repaired plan', function()
    return #errors() == 0
  end)
  seen.repaired = vim.fn.getline(line)
  seen.errors = errors()
end)

local timer = vim.loop.new_timer()
timer:start(10, 10, vim.schedule_wrap(function()
  if coroutine.status(steps) == 'dead' then
    return
  end
  local fine, failure = coroutine.resume(steps)
  if not fine then
    seen.failure = tostring(failure)
  end
  if coroutine.status(steps) == 'dead' then
    timer:stop()
    finish()
  end
end))
