-- A session in Neovim 0.7 or newer, without a screen: open, make a mistake, see it, hover, look at the outline,
-- complete, rename, apply the fix, format, break the configuration and correct it, save, close.
--
--   DOCKWRIGHT=target/debug/dockwright nvim --headless --clean -c 'luafile tests/editors/neovim.lua'
--
-- Exits with 0 if everything works; otherwise with 1, and prints what does not.

local program = vim.fn.fnamemodify(os.getenv("DOCKWRIGHT") or "target/debug/dockwright", ":p")

local function fail(what)
  io.stderr:write("neovim: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(20000, condition, 10) then
    fail("waited in vain until " .. what)
  end
end

local function equal(what, found, expected)
  if not vim.deep_equal(found, expected) then
    fail(what .. " is " .. vim.inspect(found) .. ", not " .. vim.inspect(expected))
  end
end

local function main()
  local directory = vim.fn.tempname()
  vim.fn.mkdir(directory)
  local file = directory .. "/Dockerfile"
  vim.fn.writefile({ "# 🐳 é", "FROM alpine:3.20 AS base", "COPY a.sh /srv/" }, file)

  -- The configuration of a user: see docs/editors.md.
  vim.api.nvim_create_autocmd({ "BufRead", "BufNewFile" }, {
    pattern = { "*.dockerfile", "*.Containerfile", "*.containerfile" },
    command = "setfiletype dockerfile",
  })
  local started
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "dockerfile",
    callback = function()
      if not started or not vim.lsp.get_client_by_id(started) then
        started = vim.lsp.start_client({
          name = "dockwright",
          cmd = { program, "lsp" },
          root_dir = vim.fn.getcwd(),
        })
      end
      vim.lsp.buf_attach_client(0, started)
    end,
  })
  vim.cmd("filetype on")
  vim.cmd("edit " .. file)
  equal("the file type", vim.bo.filetype, "dockerfile")
  -- A second time: the same server.
  vim.bo.filetype = "dockerfile"
  local buffer = vim.api.nvim_get_current_buf()
  local function client()
    return vim.lsp.get_active_clients()[1]
  end
  wait("the server is initialized", function()
    return client() and client().initialized
  end)
  equal("the number of servers", #vim.lsp.get_active_clients(), 1)

  local function diagnostics()
    return vim.diagnostic.get(buffer)
  end
  local function request(method, params)
    local response = client().request_sync(method, params, 20000, buffer)
    if not response or response.err then
      fail(method .. " gives " .. vim.inspect(response))
    end
    return response.result
  end

  -- A mistake is typed after multi-byte characters.
  vim.api.nvim_buf_set_lines(buffer, 2, 3, false, { "# 🐳", "ADD a.sh /srv/" })
  wait("the mistake is seen", function()
    return #diagnostics() == 1
  end)
  local found = diagnostics()[1]
  equal("the code", found.code or found.user_data.lsp.code, "DL3020")
  equal("the place", { found.lnum, found.col, found.end_col }, { 3, 0, 3 })

  -- Pages, outline, definition.
  vim.api.nvim_win_set_cursor(0, { 4, 1 })
  local hover = request("textDocument/hover", vim.lsp.util.make_position_params())
  if not hover.contents.value:find("# DL3020 ", 1, true) or not hover.contents.value:find("**User**", 1, true) then
    fail("the hover is " .. vim.inspect(hover))
  end
  local document = { textDocument = vim.lsp.util.make_text_document_params() }
  local outline = request("textDocument/documentSymbol", document)
  equal("the outline", outline[1].name, "base")
  vim.api.nvim_buf_set_lines(buffer, 4, 4, false, { "FROM scratch", "COPY --from=base /srv /srv" })
  vim.api.nvim_win_set_cursor(0, { 6, 13 })
  vim.lsp.buf.definition()
  wait("the cursor is at the name of the stage", function()
    return vim.deep_equal(vim.api.nvim_win_get_cursor(0), { 2, 20 })
  end)

  -- Completion, references, folding, links, signature, hints: as plain requests, because 0.7 has no commands for them.
  local function place(line, character)
    return { textDocument = document.textDocument, position = { line = line, character = character } }
  end
  local completed = request("textDocument/completion", place(5, 13))
  equal("the completion", completed.items[1].label, "base")
  local references = place(5, 13)
  references.context = { includeDeclaration = true }
  equal("the number of references", #request("textDocument/references", references), 2)
  equal("the folds", #request("textDocument/foldingRange", document), 2)
  local signature = request("textDocument/signatureHelp", place(5, 20))
  equal("the signature", signature.signatures[1].label, "COPY [OPTIONS] SOURCE… DESTINATION")

  -- Rename, as the user does it.
  vim.api.nvim_win_set_cursor(0, { 6, 13 })
  vim.lsp.buf.rename("build")
  wait("the stage has its new name", function()
    return vim.api.nvim_buf_get_lines(buffer, 5, 6, false)[1] == "COPY --from=build /srv /srv"
      and vim.api.nvim_buf_get_lines(buffer, 1, 2, false)[1] == "FROM alpine:3.20 AS build"
  end)

  -- The fix, as the user applies it: the first action, which is the preferred one.
  vim.api.nvim_win_set_cursor(0, { 4, 1 })
  vim.ui.select = function(items, _, on_choice)
    on_choice(items[1], 1)
  end
  vim.lsp.buf.code_action()
  wait("the fix is made", function()
    return vim.api.nvim_buf_get_lines(buffer, 3, 4, false)[1] == "COPY a.sh /srv/"
  end)
  wait("nothing is left to be said", function()
    return #diagnostics() == 0
  end)

  -- Formatting.
  vim.api.nvim_buf_set_lines(buffer, 3, 4, false, { "copy   a.sh /srv/" })
  if vim.lsp.buf.format then
    vim.lsp.buf.format({ timeout_ms = 20000 })
  else
    vim.lsp.buf.formatting_sync(nil, 20000)
  end
  equal("the formatted line", vim.api.nvim_buf_get_lines(buffer, 3, 4, false)[1], "COPY a.sh /srv/")

  -- A configuration with an error, while Neovim runs: the problems stay, and the error goes away with it.
  local config = directory .. "/dockwright.toml"
  local config_buffer = vim.fn.bufadd(config)
  local function config_errors()
    return #vim.diagnostic.get(config_buffer)
  end
  vim.fn.writefile({ "rules.ignore = [" }, config)
  wait("the error in the configuration is seen", function()
    return config_errors() == 1
  end)
  vim.api.nvim_buf_set_lines(buffer, 3, 4, false, { "ADD a.sh /srv/" })
  wait("the mistake is seen again", function()
    return #diagnostics() == 1
  end)
  vim.fn.writefile({ 'rules.ignore = ["DL3020"]' }, config)
  wait("the configuration is in effect", function()
    return config_errors() == 0 and #diagnostics() == 0
  end)
  vim.api.nvim_buf_set_lines(buffer, 3, 4, false, { "COPY a.sh /srv/" })

  vim.cmd("write")
  equal("the file", vim.fn.readfile(file)[4], "COPY a.sh /srv/")
  vim.cmd("edit " .. directory .. "/app.Containerfile")
  equal("the file type of a Containerfile", vim.bo.filetype, "dockerfile")
  vim.cmd("bdelete!")
  vim.cmd("bdelete")
  client().stop()
  wait("the server has ended", function()
    return #vim.lsp.get_active_clients() == 0
  end)
  vim.fn.delete(directory, "rf")
end

local ok, why = pcall(main)
if not ok then
  fail(why)
end
io.stderr:write("neovim " .. tostring(vim.version().major) .. "." .. tostring(vim.version().minor) .. ": all went well\n")
vim.cmd("qall!")
