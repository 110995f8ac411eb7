-- SPDX-License-Identifier: GPL-3.0-or-later
-- Neovim with `darsena lsp`, as README says; and choices that a person would make in a menu.
vim.bo.filetype = 'dockerfile'
local client = vim.lsp.start_client({ name = 'darsena', cmd = { vim.env.DARSENA, 'lsp' }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, client)
vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'

vim.ui.select = function(items, options, choose)
  for index, item in ipairs(items) do
    local title = options.format_item and options.format_item(item) or tostring(item)
    if title:find(vim.g.wanted, 1, true) then
      return choose(item, index)
    end
  end
  choose(nil, nil)
end

function Rules()
  local names = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local item = diagnostic.user_data and diagnostic.user_data.lsp or diagnostic
    table.insert(names, item.code or diagnostic.code)
  end
  table.sort(names)
  return table.concat(names, ' ')
end

function Text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
end
