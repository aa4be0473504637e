"""The server: requests of an editor to the modules beside this one. Only this file knows pygls."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from ...basics.citation import Citation
from ...basics.problem import RulesetError
from ...rulebook.resolve.glossary import Entry
from ..rewrite import rewrite_source
from . import examples, navigation
from .acts import Carried
from .completion import complete
from .desk import SUFFIXES, Desk
from .hover import hover
from .occurrences import Target
from .outline import Entry as OutlineEntry
from .outline import outline
from .positions import NoFile, Ruler, path_of
from .problems import fixes, problems_in
from .project import Place, State, citation_under
from .protocol import Protocol

PAUSE = 0.002  # keystrokes that come together are answered together
PAUSE_TO_SETTLE = 0.08  # what a change reaches elsewhere is looked at when no other keystroke follows
PAUSE_TO_TIDY, PAUSE_TO_TIDY_ALL = 0.7, 15.0
_KINDS = {
    "keyword": lsp.CompletionItemKind.Keyword, "term": lsp.CompletionItemKind.Variable,
    "choice": lsp.CompletionItemKind.EnumMember,
    "thing": lsp.CompletionItemKind.Class, "group": lsp.CompletionItemKind.Interface, "table": lsp.CompletionItemKind.Struct, "unit": lsp.CompletionItemKind.Unit,
    "address": lsp.CompletionItemKind.Reference, "key": lsp.CompletionItemKind.Value,
}  # fmt: skip
_SYMBOLS = {
    "instrument": lsp.SymbolKind.File, "article": lsp.SymbolKind.Module, "clause": lsp.SymbolKind.Namespace,
    "point": lsp.SymbolKind.Method, "example": lsp.SymbolKind.Event, "case": lsp.SymbolKind.Event,
}  # fmt: skip


class Server(LanguageServer):
    """A language server with its desk."""

    def __init__(self) -> None:
        super().__init__(
            "legalaid", version("legalaid-dsl"), text_document_sync_kind=lsp.TextDocumentSyncKind.Full, protocol_cls=Protocol
        )
        self.desk = Desk()
        self.waiting: asyncio.TimerHandle | None = None
        self.tidying: list[asyncio.TimerHandle] = []
        self.carrying: asyncio.Future[Carried] | None = None  # an act carried out beside the typing
        gc.set_threshold(10_000, 4, 100_000)  # garbage is looked for between keystrokes, see tidy

    def soon(self) -> None:
        """Publish diagnostics once what was typed together has arrived."""
        for handle in [*self.tidying, *([self.waiting] if self.waiting is not None else [])]:
            handle.cancel()
        self.waiting = asyncio.get_running_loop().call_later(PAUSE, self.publish)

    def publish(self) -> None:
        self.waiting = None
        settling = self.desk.unsettled
        for uri, found in self.desk.diagnose():
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, found))
        later = asyncio.get_running_loop().call_later
        if self.desk.unsettled:
            self.waiting = later(PAUSE if settling else PAUSE_TO_SETTLE, self.publish)
        else:
            self.carry_out()
        for handle in self.tidying:
            handle.cancel()
        self.tidying = [later(PAUSE_TO_TIDY, self.tidy), later(PAUSE_TO_TIDY_ALL, self.tidy, True)]

    def carry_out(self) -> None:
        """Find out what acts do, one after the other; what is found is published."""
        asked = self.desk.to_carry_out() if self.carrying is None else None
        if asked is not None:
            acts, one = asked
            self.carrying = asyncio.get_running_loop().run_in_executor(None, acts.carried, one)
            self.carrying.add_done_callback(self.carried)

    def carried(self, done: asyncio.Future[Carried]) -> None:
        self.carrying = None
        if not done.cancelled() and done.exception() is None:
            self.soon()

    def tidy(self, everything: bool = False) -> None:
        """While nobody types: make what the next keystroke needs, and look for garbage, in what is new or in everything."""
        self.desk.parsers.warm()
        if everything:
            gc.unfreeze()
        gc.collect()
        gc.freeze()


def make_server(server: Server | None = None) -> Server:
    """A server with all its features; ``server``: one that is there, without any."""
    server = server or Server()
    for features in (_documents, _reading, _navigating, _writing, _examples):
        features(server)
    return server


# ------------------------------------------------------------------ documents


def _documents(server: Server) -> None:
    desk = server.desk

    @server.feature(lsp.INITIALIZED)
    def initialized(_: lsp.InitializedParams) -> None:
        desk.ruler = Ruler(server.workspace.position_encoding or lsp.PositionEncodingKind.Utf16)

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options: Any = params.initialization_options or {}
        lang = options.get("lang") if isinstance(options, dict) else getattr(options, "lang", None)
        desk.lang = lang if lang in ("en", "vi") else ""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        put(params.text_document.uri, params.text_document.text, params.text_document.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        put(params.text_document.uri, server.workspace.get_text_document(params.text_document.uri).source, params.text_document.version)

    def put(uri: str, text: str, version: int) -> None:
        if any(path.suffix in SUFFIXES for path in files([uri])):
            desk.put(uri, text, version)
            server.soon()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        for _ in files([params.text_document.uri]):
            desk.close(params.text_document.uri)
            server.soon()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        touched([params.text_document.uri])

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: lsp.DidChangeWatchedFilesParams) -> None:
        touched([change.uri for change in params.changes])

    def touched(uris: Iterable[str]) -> None:
        for path in files(uris):
            desk.touch(path)
        server.soon()


def files(uris: Iterable[str]) -> Iterator[Path]:
    """The files among addresses: a notice of anything else is for others."""
    for uri in uris:
        with suppress(NoFile):
            yield path_of(uri)


def file_of(uri: str) -> Path:
    """The file that a request is about; what is about none is refused."""
    try:
        return path_of(uri)
    except NoFile:
        raise JsonRpcInvalidParams(f"no file: {uri[:200]!r}") from None


# ------------------------------------------------------------------ reading


def _reading(server: Server) -> None:
    desk = server.desk

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hovered(params: lsp.HoverParams) -> lsp.Hover | None:
        path = file_of(params.text_document.uri)
        project = desk.project(path)
        found = desk.under(project, path, params.position)
        if found is None:
            return None
        text = hover(project, found.target, desk.reader_lang(project.state(), path))
        area = desk.ruler.range(found.source, found.start, found.end)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), area)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        path = file_of(params.text_document.uri)
        state = desk.project(path).state()
        source = state.source_of(path)

        def symbol(entry: OutlineEntry) -> lsp.DocumentSymbol:
            assert source is not None
            return lsp.DocumentSymbol(
                entry.name, _SYMBOLS[entry.level], desk.ruler.range(source, *entry.whole),
                desk.ruler.range(source, *entry.heading), detail=entry.detail,
                children=[symbol(e) for e in entry.inside],
            )  # fmt: skip

        return [symbol(e) for e in outline(state, path, state.lang_of(path))]

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions([" ", "("]))
    def completed(params: lsp.CompletionParams) -> lsp.CompletionList:
        path = file_of(params.text_document.uri)
        state = desk.project(path).state()
        source = state.source_of(path)
        if source is None:
            return lsp.CompletionList(False, [])
        offset = desk.ruler.offset(source, params.position)
        found = complete(
            state,
            desk.parsers,
            state.lang_of(path),
            source.text[:offset],
            path.suffix == ".case",
            _standing(state, path, offset),
        )
        items = [
            lsp.CompletionItem(
                c.text, kind=_KINDS[c.kind], detail=c.detail or None, sort_text=f"{order:04}",
                filter_text=source.text[offset - c.typed : offset] + c.text,
                text_edit=lsp.TextEdit(desk.ruler.range(source, offset - c.typed, offset), c.text),
            )
            for order, c in enumerate(found)
        ]  # fmt: skip
        return lsp.CompletionList(True, items)


def _standing(state: State, path: Path, offset: int) -> Citation:
    """The provision that an offset stands in."""
    at = Citation(state.survey.key)
    for file in state.survey.files:
        if file.path == path:
            at = Citation(file.instrument)
            for block in file.blocks:
                place = state.place(block.heading.span) if block.heading and block.heading.span else None
                if place is None or place.start <= offset:
                    at = citation_under(block, at)
    return at


# ------------------------------------------------------------------ navigating


def _navigating(server: Server) -> None:
    desk = server.desk

    def locations(found: list[navigation.Found]) -> list[lsp.Location]:
        places = [Place(f.path, f.occurrence.source, f.occurrence.start, f.occurrence.end) for f in found]
        return [desk.location(p) for p in places]

    def target(path: Path, position: lsp.Position) -> Target | None:
        found = desk.under(desk.project(path), path, position)
        return found.target if found is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    def definition(params: lsp.DefinitionParams) -> list[lsp.Location]:
        path = file_of(params.text_document.uri)
        wanted = target(path, params.position)
        found = navigation.declarations(desk.project(path), wanted) if wanted is not None else []
        own = [f for f in found if f.occurrence.lang == desk.project(path).state().lang_of(path)]
        return locations((own or found)[:1] if isinstance(wanted, Entry) else found)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    def references(params: lsp.ReferenceParams) -> list[lsp.Location]:
        path = file_of(params.text_document.uri)
        wanted = target(path, params.position)
        found = navigation.uses(desk.widest(path), wanted) if wanted is not None else []
        return locations([f for f in found if params.context.include_declaration or not f.occurrence.declares])

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        path = file_of(params.text_document.uri)
        found = desk.under(desk.project(path), path, params.position)
        if found is None or not isinstance(found.target, Entry) or found.target.kind in ("reading", "case"):
            return None
        return desk.ruler.range(found.source, found.start, found.end)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(True))
    def renamed(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        path = file_of(params.text_document.uri)
        project = desk.widest(path)
        found = desk.under(project, path, params.position)
        if found is None:
            return None
        try:
            edits = navigation.rename(project, found, params.new_name)
        except navigation.NotRenamed as refused:
            raise JsonRpcInvalidParams(refused.message[desk.reader_lang(project.state(), path)]) from None
        changes: dict[str, list[lsp.TextEdit]] = {}
        for edit in edits:
            changes.setdefault(desk.uri(edit.path), []).append(
                lsp.TextEdit(desk.ruler.range(edit.source, edit.start, edit.end), edit.text)
            )
        return lsp.WorkspaceEdit(changes=changes)


# ------------------------------------------------------------------ writing


def _writing(server: Server) -> None:
    desk = server.desk

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    def formatted(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        path = file_of(params.text_document.uri)
        state = desk.project(path).state()
        source = state.source_of(path)
        if source is None:
            return None
        try:
            text = rewrite_source(source, state.glossary, parsers=desk.parsers)
        except RulesetError:
            return None  # what does not parse is left as it is; the diagnostics say why
        return [] if text == source.text else [lsp.TextEdit(desk.ruler.range(source, 0, len(source.text)), text)]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix]))
    def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        path = file_of(params.text_document.uri)
        project = desk.project(path)
        lang = desk.reader_lang(project.state(), path)
        found = []
        for shown in [s for s in problems_in(project, path) if s.place.path == path]:
            source = shown.place.source
            start, end = desk.ruler.offset(source, params.range.start), desk.ruler.offset(source, params.range.end)
            if shown.place.start > end or shown.place.end < start:
                continue
            for fix in fixes(project, shown, lang):
                edit = lsp.TextEdit(desk.ruler.range(source, fix.start, fix.end), fix.text)
                found.append(
                    lsp.CodeAction(
                        fix.title,
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[desk.diagnostic(project, shown, lang)],
                        edit=lsp.WorkspaceEdit(changes={params.text_document.uri: [edit]}),
                        is_preferred=True,
                    )
                )
        return found


# ------------------------------------------------------------------ examples


def _examples(server: Server) -> None:
    desk = server.desk

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS, lsp.CodeLensOptions())
    def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        path = file_of(params.text_document.uri)
        if path.suffix != ".case":
            return []
        return [
            lsp.CodeLens(
                desk.ruler.range(lens.place.source, lens.place.start, lens.place.end),
                lsp.Command(lens.title, lens.command, arguments=[params.text_document.uri, lens.key]),
            )
            for lens in examples.lenses(desk.project(path), path, desk.ran.get(path, {}))
        ]

    def run(uri: str, key: str) -> dict[str, object] | None:
        path = file_of(uri)
        found = examples.run(desk.project(path), path, key)
        if found is None:
            return None
        desk.ran.setdefault(path, {})[key] = found
        server.soon()
        lens = server.client_capabilities.workspace.code_lens if server.client_capabilities.workspace else None
        if lens is not None and lens.refresh_support:
            server.workspace_code_lens_refresh(None)
        messages = [message for _, message in found.failures]
        return {**attrs.asdict(found, recurse=False), "failures": messages}

    @server.command("legalaid.runCase")
    def run_case(uri: str, key: str) -> dict[str, object] | None:
        return run(uri, key)

    @server.command("legalaid.explainCase")
    def explain_case(uri: str, key: str) -> dict[str, object] | None:
        return run(uri, key)
