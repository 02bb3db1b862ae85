"""Sessions with the capabilities of several editors, with the PyPI package pytest-lsp.

    python -m venv VENV && VENV/bin/pip install pytest-lsp
    DOCKWRIGHT=target/debug/dockwright VENV/bin/pytest tests/editors/session_test.py

Tests what is newer than Neovim 0.7: pull diagnostics, versioned edits, symbols in a tree. pytest-lsp also reports
responses that the capabilities of an editor do not allow.
"""

import os
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

PROGRAM = str(Path(os.environ.get("DOCKWRIGHT", "target/debug/dockwright")).resolve())
EDITORS = ["visual_studio_code", "neovim@v0.11.0", "neovim@v0.10.0", "neovim@v0.7.0", "emacs"]
TEXT = """\
# 🐳 é
ARG V=3.20
FROM alpine:$V AS base
ADD a.sh /srv/
RUN cd /srv && ./a.sh
FROM scratch
COPY --from=base /srv /srv
"""


@pytest_lsp.fixture(params=EDITORS, config=ClientServerConfig(server_command=[PROGRAM, "lsp"]))
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path):
    capabilities = client_capabilities(request.param)
    directory = tmp_path.as_uri()

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        lsp_client.registered = [it.method for it in params.registrations]

    result = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            root_uri=directory,
            workspace_folders=[types.WorkspaceFolder(uri=directory, name="directory")],
        )
    )
    lsp_client.encoding = result.capabilities.position_encoding
    lsp_client.pulls = bool(capabilities.text_document and capabilities.text_document.diagnostic)
    lsp_client.uri = (tmp_path / "Dockerfile").as_uri()
    yield
    await lsp_client.shutdown_session()


def open_document(client: LanguageClient, text: str):
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri=client.uri, language_id="dockerfile", version=1, text=text)
        )
    )


def change(client: LanguageClient, version: int, edits: list[types.TextEdit]):
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=version, uri=client.uri),
            [types.TextDocumentContentChangePartial(range=edit.range, text=edit.new_text) for edit in edits],
        )
    )


async def diagnostics(client: LanguageClient, pushed: bool = True):
    """What the editor knows; `pushed` waits for diagnostics that are pushed to editors that do not pull them."""
    if client.pulls:
        report = await client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(client.uri))
        )
        return list(report.items)
    if pushed:
        await client.wait_for_notification("textDocument/publishDiagnostics")
    return list(client.diagnostics.get(client.uri, []))


def at(line: int, character: int) -> types.Position:
    return types.Position(line=line, character=character)


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    if action.edit.document_changes:
        return list(action.edit.document_changes[0].edits)
    (edits,) = action.edit.changes.values()
    return list(edits)


async def actions(client: LanguageClient, range: types.Range, only=None):
    return await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(client.uri), range, types.CodeActionContext(diagnostics=[], only=only)
        )
    )


@pytest.mark.asyncio
async def test_problem_is_reported_and_fixed(client: LanguageClient):
    open_document(client, TEXT)
    found = await diagnostics(client)
    assert [it.code for it in found] == ["DL3020", "DL3003"]
    wrong = found[0]
    assert wrong.range == types.Range(at(3, 0), at(3, 3))
    offered = await actions(client, wrong.range, [types.CodeActionKind.QuickFix])
    assert offered[0].title == "write `COPY`"
    assert offered[0].is_preferred
    assert [it.title for it in offered[1:]] == ["Ignore DL3020 for this instruction"]
    change(client, 2, edits_of(offered[0]))
    assert [it.code for it in await diagnostics(client)] == ["DL3003"]

    # The ignore comment is added, and applied.
    range = types.Range(at(4, 4), at(4, 4))
    offered = await actions(client, range, [types.CodeActionKind.QuickFix])
    change(client, 3, edits_of(next(it for it in offered if it.title == "Ignore DL3003 for this instruction")))
    assert await diagnostics(client) == []

    client.text_document_did_save(
        types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(client.uri))
    )
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(client.uri))
    )


@pytest.mark.asyncio
async def test_safe_fixes_are_made_at_once(client: LanguageClient):
    open_document(client, TEXT)
    offered = await actions(client, types.Range(at(0, 0), at(0, 0)), ["source.fixAll"])
    assert [it.kind for it in offered] == ["source.fixAll.dockwright"]
    change(client, 2, edits_of(offered[0]))
    found = await diagnostics(client)
    if not client.pulls and [it.code for it in found] == ["DL3020", "DL3003"]:
        found = await diagnostics(client)
    assert [it.code for it in found] == ["DL3003"]


@pytest.mark.asyncio
async def test_pages_and_places(client: LanguageClient):
    open_document(client, TEXT)
    document = types.TextDocumentIdentifier(client.uri)
    hover = await client.text_document_hover_async(types.HoverParams(document, at(3, 1)))
    assert "\n# DL3020 " in hover.contents.value
    assert "**Stage** `base`, 1 of 2, from `alpine:$V`" in hover.contents.value
    assert hover.range == types.Range(at(3, 0), at(3, 3))

    place = await client.text_document_definition_async(types.DefinitionParams(document, at(6, 13)))
    assert place.range == types.Range(at(2, 18), at(2, 22))
    place = await client.text_document_definition_async(types.DefinitionParams(document, at(2, 13)))
    assert place.range == types.Range(at(1, 4), at(1, 5))

    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert [symbol.name for symbol in symbols if not getattr(symbol, "container_name", None)] == [
        "ARG V=3.20",
        "base",
        "Stage 2 of 2",
    ]


@pytest.mark.asyncio
async def test_positions_behind_characters_of_several_bytes(client: LanguageClient):
    before = "RUN echo 🐳é && "
    open_document(client, f"FROM alpine:3.20\r\n{before}cd /srv\r\n")
    found = await diagnostics(client)
    unit = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}[client.encoding]
    count = len(before.encode(unit[0])) // unit[1]
    (wrong,) = [it for it in found if it.code == "DL3003"]
    assert wrong.range.start == at(1, count)


RICH = """\
# dockwright ignore-file=DL3007
ARG V=3.20
FROM alpine:$V AS base
ENV GREETING=hi
RUN <<EOF
if true; then echo "$GREETING"; fi
EOF
FROM python:3.12-slim
COPY --from=base /srv \\
  /srv
RUN apt-get update && apt-get install -y curl
"""


def allows(client: LanguageClient, *names: str) -> bool:
    """Whether the editor has this capability."""
    found = client.capabilities.text_document
    for name in names:
        found = getattr(found, name, None) if found is not None else None
    return bool(found)


@pytest.mark.asyncio
async def test_names_are_found_and_changed(client: LanguageClient):
    open_document(client, RICH)
    document = types.TextDocumentIdentifier(client.uri)
    places = await client.text_document_references_async(
        types.ReferenceParams(types.ReferenceContext(include_declaration=True), document, at(8, 13))
    )
    assert [it.range for it in places] == [types.Range(at(2, 18), at(2, 22)), types.Range(at(8, 12), at(8, 16))]
    marked = await client.text_document_document_highlight_async(
        types.DocumentHighlightParams(document, at(3, 5))
    )
    assert [it.kind for it in marked] == [types.DocumentHighlightKind.Write, types.DocumentHighlightKind.Read]
    prepared = await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, at(8, 13)))
    assert getattr(prepared, "range", prepared) == types.Range(at(8, 12), at(8, 16))
    edit = await client.text_document_rename_async(types.RenameParams(document, at(8, 13), "build"))
    edits = (
        list(edit.document_changes[0].edits) if edit.document_changes else next(iter(edit.changes.values()))
    )
    assert [it.new_text for it in edits] == ["build", "build"]
    change(client, 2, sorted(edits, key=lambda it: -it.range.start.line))
    place = await client.text_document_definition_async(types.DefinitionParams(document, at(8, 13)))
    assert place.range == types.Range(at(2, 18), at(2, 23))
    with pytest.raises(Exception, match="invalid name"):
        await client.text_document_rename_async(types.RenameParams(document, at(8, 13), "1 2"))


@pytest.mark.asyncio
async def test_completion_and_signatures(client: LanguageClient):
    open_document(client, RICH + "COPY --from=\nRUN apt-get install -y libcurl4-o\nRUN echo $\nFR")
    document = types.TextDocumentIdentifier(client.uri)

    async def labels(line: int, character: int):
        found = await client.text_document_completion_async(types.CompletionParams(document, at(line, character)))
        for item in found.items:
            snippet = item.insert_text_format == types.InsertTextFormat.Snippet
            assert not snippet or allows(client, "completion", "completion_item", "snippet_support")
        return [it.label for it in found.items]

    assert "base" in await labels(11, 12)
    assert await labels(12, 33) == ["libcurl4-openssl-dev"]
    assert "PATH" in await labels(13, 10)
    assert await labels(14, 2) == ["FROM"]
    help = await client.text_document_signature_help_async(types.SignatureHelpParams(document, at(8, 18)))
    assert help.signatures[0].label == "COPY [OPTIONS] SOURCE… DESTINATION"
    assert help.active_parameter == 1


@pytest.mark.asyncio
async def test_structure(client: LanguageClient):
    open_document(client, RICH)
    document = types.TextDocumentIdentifier(client.uri)
    folds = await client.text_document_folding_range_async(types.FoldingRangeParams(document))
    assert {(it.start_line, it.end_line) for it in folds} == {(2, 6), (4, 6), (7, 10), (8, 9)}
    ranges = await client.text_document_selection_range_async(
        types.SelectionRangeParams(document, [at(10, 5), at(0, 0)])
    )
    depth, range = 0, ranges[0]
    while range.parent:
        assert range.parent.range.start.line <= range.range.start.line
        depth, range = depth + 1, range.parent
    assert depth >= 4
    links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
    assert list(links) == []
    tokens = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
    assert len(tokens.data) % 5 == 0 and len(tokens.data) > 5 * 30
    some = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(document, types.Range(at(7, 0), at(7, 99)))
    )
    assert some.data[0] == 7 and 0 < len(some.data) < len(tokens.data)
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(document, types.Range(at(0, 0), at(99, 0)))
    )
    shown = {it.position.line: it.label for it in hints}
    assert "MB" in shown[7] and "rebuilt: " in shown[10]


@pytest.mark.asyncio
async def test_formatting_and_cost(client: LanguageClient):
    open_document(client, "from alpine:3.20\nrun   true\n")
    document = types.TextDocumentIdentifier(client.uri)
    options = types.FormattingOptions(tab_size=4, insert_spaces=True)
    edits = await client.text_document_formatting_async(types.DocumentFormattingParams(document, options))
    assert "".join(it.new_text for it in edits) == "FROM alpine:3.20\nRUN true\n"
    some = await client.text_document_range_formatting_async(
        types.DocumentRangeFormattingParams(document, types.Range(at(1, 0), at(1, 3)), options)
    )
    assert [it.new_text for it in some] == ["RUN true\n"]
    report = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("dockwright.cost", [{"uri": client.uri}])
    )
    assert report.startswith("### Cost of `Dockerfile`")


@pytest.mark.asyncio
async def test_the_workspace_is_checked(client: LanguageClient, tmp_path: Path):
    if not client.pulls:
        pytest.skip("the editor does not ask for diagnostics")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "Dockerfile").write_text("FROM alpine\n")
    report = await client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    found = {it.uri: [one.code for one in it.items] for it in report.items}
    assert found == {(tmp_path / "other" / "Dockerfile").as_uri(): ["DL3006"]}


@pytest.mark.asyncio
async def test_help_is_in_every_diagnostic(client: LanguageClient):
    open_document(client, TEXT)
    for found in await diagnostics(client):
        assert "\nhelp: " in found.message or "\nfix: " in found.message, found.message


@pytest.mark.asyncio
async def test_stages_are_found_and_have_costs(client: LanguageClient, tmp_path: Path):
    (tmp_path / "web.Dockerfile").write_text("ARG BASE=x\nFROM $BASE AS web\n")
    open_document(client, TEXT)
    found = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query=""))
    names = {it.name for it in found}
    assert {"base", "Stage 2 of 2", "V", "web", "BASE"} <= names
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(types.TextDocumentIdentifier(client.uri))
    )
    assert [it.range.start.line for it in lenses] == [2, 5]
    assert all(it.command.command == "dockwright.cost" for it in lenses)
