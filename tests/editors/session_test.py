"""A session with the capabilities of several editors, by the PyPI package pytest-lsp.

    python -m venv VENV && VENV/bin/pip install pytest-lsp
    DOCKWRIGHT=target/debug/dockwright VENV/bin/pytest tests/editors/session_test.py

What is newer than Neovim 0.7 is tried here: diagnostics that are asked for, versioned edits, symbols in a tree.
pytest-lsp also complains of what the capabilities of an editor do not allow.
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
    folder = tmp_path.as_uri()

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        lsp_client.registered = [it.method for it in params.registrations]

    result = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            root_uri=folder,
            workspace_folders=[types.WorkspaceFolder(uri=folder, name="folder")],
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


async def diagnostics(client: LanguageClient, told: bool = True):
    """What the editor knows; `told` waits for what is pushed to editors that do not ask."""
    if client.pulls:
        report = await client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(client.uri))
        )
        return list(report.items)
    if told:
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
async def test_a_mistake_is_seen_and_mended(client: LanguageClient):
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

    # The ignore, and that it is heeded.
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
    assert hover.contents.value.startswith("# DL3020 ")
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
        "stage 1",
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
