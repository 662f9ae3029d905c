-- Opens main.py with the language server, waits for the finding, applies its fix, waits until it is gone, and
-- writes what was seen to the file named in $RESULT. The server's command is in $SERVER, separated by spaces.
local seen = {}

local function codes()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local data = diagnostic.user_data and diagnostic.user_data.lsp or {}
    table.insert(found, diagnostic.code or data.code)
  end
  return found
end

local function wait_until(has_finding)
  return vim.wait(30000, function()
    return vim.tbl_contains(codes(), "FAL604") == has_finding
  end, 50)
end

vim.cmd("edit main.py")
vim.lsp.start_client({
  name = "fastapi-lint",
  cmd = vim.split(vim.env.SERVER, " "),
  root_dir = vim.fn.getcwd(),
  on_init = function(client)
    vim.lsp.buf_attach_client(0, client.id)
  end,
})

seen.found = wait_until(true)
for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
  if (diagnostic.code or diagnostic.user_data.lsp.code) == "FAL604" then
    vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
    seen.message = diagnostic.message
  end
end

local params = vim.lsp.util.make_range_params()
params.context = { diagnostics = {} }
local client = vim.lsp.buf_get_clients(0)[next(vim.lsp.buf_get_clients(0))]
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 10000)
for _, answer in pairs(answers or {}) do
  for _, action in ipairs(answer.result or {}) do
    if vim.startswith(action.title, "raise the exception") then
      vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
    end
  end
end

seen.mended = wait_until(false)
vim.cmd("write")
local result = io.open(vim.env.RESULT, "w")
result:write(vim.fn.json_encode(seen))
result:close()
vim.cmd("qall!")
