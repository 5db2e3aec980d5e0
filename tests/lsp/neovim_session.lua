-- Run by Neovim in test_neovim.py: open a plan, break it, repair it by a code action, and plan a goal. What was seen
-- goes to a file as JSON; this file judges nothing.

local seen = { told = {} }
local WAIT = 60000

vim.notify = function(message)
  table.insert(seen.told, message)
end

local function finish()
  local file = assert(io.open(vim.env.SEEN, 'w'))
  file:write(vim.json.encode(seen))
  file:close()
  vim.cmd('qall!')
end

local function codes()
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, each.code or (each.user_data and each.user_data.lsp and each.user_data.lsp.code) or '?')
  end
  table.sort(found)
  return found
end

local function wait_for(code)
  return vim.wait(WAIT, function()
    return vim.tbl_contains(codes(), code)
  end, 10)
end

local function wait_without(code)
  return vim.wait(WAIT, function()
    return not vim.tbl_contains(codes(), code)
  end, 10)
end

local done, failure = pcall(function()
  vim.cmd('edit seed.plan.yaml')
  seen.opened = wait_for('redundant-dependency')
  seen.before = codes()

  local line = vim.fn.search('dependencies: \\[\\]')
  local text = vim.fn.getline(line)
  vim.fn.setline(line, (text:gsub('%[%]', '[T8]')))
  seen.broken = wait_for('dependency-cycle')
  for _, each in ipairs(vim.diagnostic.get(0)) do
    if each.severity == vim.diagnostic.severity.ERROR then
      seen.error = { message = each.message, line = each.lnum, column = each.col }
    end
  end
  vim.fn.setline(line, text)
  seen.repaired = wait_without('dependency-cycle')
  seen.after = codes()
  vim.cmd('write')

  vim.cmd('OrchestratePlan ' .. vim.env.GOAL)
  seen.planned = vim.wait(WAIT, function()
    return vim.fn.bufname() ~= 'seed.plan.yaml'
  end, 10)
  seen.name = vim.fn.expand('%:p')
  seen.first = vim.fn.getline(1)
  seen.checked = wait_for('critical-path')
  seen.plan = codes()

  vim.cmd('OrchestratePlan asdfghjkl')
  seen.refused = vim.wait(WAIT, function()
    return #seen.told >= 2
  end, 10)
end)
if not done then
  seen.failure = failure
end
finish()
