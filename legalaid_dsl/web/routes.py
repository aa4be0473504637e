"""The routes of the studio: pages, and what their scripts ask for. Each has its work done in the pool of the service."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from ..api import Rules
from ..basics.bilingual import LANGUAGES
from ..rulebook.amend.draft_acts import FOLDER as ACTS
from ..service.access import Caller
from ..service.asked import body
from ..service.problems import Problem, wrong_member
from ..service.state import Service, route
from . import deciding, drafting, form, pages
from .desk import Desk, Json
from .files import versions
from .more_routes import Works, more_routes
from .more_routes import asked as further
from .proposals import act_examples
from .wire import talk

LANG = "legalaid_lang"
Asked = Callable[[Desk, Json, str], Any]


def routes(desk: Desk, first: str) -> list[BaseRoute]:
    """``first``: the language in which the studio opens."""

    def shown(name: str) -> Callable[[Service, Request, Caller], Any]:
        async def show(service: Service, request: Request, who: Caller) -> Response:
            lang = language(request, first)
            found = HTMLResponse(pages.page(name, lang, desk.folder.root, desk.folder.fixed))
            found.set_cookie(LANG, lang, httponly=True, samesite="strict")
            return found

        return show

    def asked(work: Asked, long: bool) -> Callable[[Service, Request, Caller], Any]:
        async def ask(service: Service, request: Request, who: Caller) -> Response:
            lang = language(request, first)
            given = body(await service.read(request, service.config.body))

            def done() -> Any:
                with desk.lock:
                    desk.who = request.headers.get("x-window", "")[:40]
                    desk.refresh()
                    if not long:
                        return work(desk, given, lang)
                return work(desk, given, lang)

            return JSONResponse(await service.work(request.state.place, done))

        return ask

    async def zipped(service: Service, request: Request, who: Caller) -> Response:
        def done() -> bytes:
            with desk.lock:
                return desk.zipped({lang: _redline_said(lang) for lang in LANGUAGES})

        data = await service.work(request.state.place, done)
        name = re.sub(r"[^A-Za-z0-9_-]", "_", desk.folder.root.name) + "-changes.zip"
        return Response(data, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})

    async def asset(service: Service, request: Request, who: Caller) -> Response:
        found = pages.asset(request.path_params["name"])
        if found is None:
            raise Problem("not-found", what=request.url.path[:80])
        return Response(found[0], media_type=found[1])

    async def colours(service: Service, request: Request, who: Caller) -> Response:
        return JSONResponse(pages.colours())

    async def editor(socket: WebSocket) -> None:
        await talk(socket, desk)

    async def said(service: Service, request: Request, who: Caller) -> Response:
        return JSONResponse(pages.words(language(request, first)))

    works = Works()
    more = further(works, rules_now, readings_of)
    posts = [route(f"/studio/{name}", "", asked(work, name in more or work in LONG), "POST") for name, work in {**ASKED, **more}.items()]
    gets = [route(path, "", shown(name)) for name, path in pages.PAGES.items()]
    return [
        *gets, *posts, route("/studio/words", "", said), route("/studio/zip", "", zipped, "POST"),
        route("/studio/assets/{name}", "", asset), route("/studio/colours", "", colours), WebSocketRoute("/studio/editor", editor),
        *more_routes(desk, works, lambda request: language(request, first)),
    ]  # fmt: skip


def language(request: Request, first: str) -> str:
    """That of the page, or the one chosen last."""
    for found in (request.query_params.get("lang"), request.cookies.get(LANG), first):
        if found in LANGUAGES:
            return str(found)
    return "vi"


def text_of(given: Json, name: str, default: str | None = None) -> str:
    """A text that was sent. Raises Problem."""
    found = given.get(name, default)
    if not isinstance(found, str):
        raise Problem("missing-member", name=name)
    return found


def readings_of(given: Json) -> dict[str, str]:
    """The readings that were chosen. Raises Problem."""
    found = given.get("readings", {})
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise wrong_member("readings", "object_of_texts")
    return found


def rules_now(desk: Desk) -> Rules:
    """The rules that decide. Raises Problem while there are none."""
    with desk.lock:
        rules = desk.rules()[0]
    if rules is None:
        said = [pages.words(x)["no_rules"] for x in LANGUAGES]
        raise Problem("law-has-errors", en=said[LANGUAGES.index("en")], vi=said[LANGUAGES.index("vi")])
    return rules


# ------------------------------------------------------------------ what scripts ask for


def _pulse(desk: Desk, given: Json, lang: str) -> Any:
    """Asked every few seconds: who else is here, whether drafts are kept, and what else has changed."""
    desk.drafts.here()
    return {
        "turn": desk.turn, "others": desk.drafts.others(), "failing": desk.drafts.failing[lang] if desk.drafts.failing is not None else "", "git": desk.git,
        "unsaved": [desk.folder.name(p) for p in desk.texts],
    }  # fmt: skip


def _outline(desk: Desk, given: Json, lang: str) -> Any:
    inside = given.get("inside")
    return {"files": desk.outlines(lang, inside if isinstance(inside, list) else ()), "changed": [desk.folder.name(p) for p, _ in desk.changed()]}


def _open(desk: Desk, given: Json, lang: str) -> Any:
    return desk.opened(desk.folder.path(text_of(given, "name")))


def _check(desk: Desk, given: Json, lang: str) -> Any:
    """Nothing is saved. Mends and examples come apart from this: they take longer."""
    path = desk.folder.path(text_of(given, "name"))
    desk.put(path, text_of(given, "text"), text_of(given, "base", ""), known=_known(given), version=_version(given))
    return {"problems": desk.problems(path, lang), "saved": path not in desk.texts}


def _mends(desk: Desk, given: Json, lang: str) -> Any:
    return {"problems": desk.mends(desk.folder.path(text_of(given, "name")), lang)}


def _trials(desk: Desk, given: Json, lang: str) -> Any:
    """``trials`` is null where the text has changed meanwhile."""
    path = desk.folder.path(text_of(given, "name"))
    if path.parent.name == ACTS:
        return {**act_examples.beside(desk, path.stem, lang, readings_of(given)), "by": "act"}
    with desk.lock:
        _, text = desk.rules()
    return {"trials": desk.trials(path, lang, readings=readings_of(given)), "by": text, "wrong": ""}


def _save(desk: Desk, given: Json, lang: str) -> Any:
    text = text_of(given, "text")
    return desk.save(desk.folder.path(text_of(given, "name")), text, text_of(given, "base"), known=_known(given), version=_version(given))


def _known(given: Json) -> str | None:
    """The text that the window had of the program before."""
    found = given.get("known")
    return found if isinstance(found, str) else None


def _version(given: Json) -> int | None:
    """The window's number of the text that it sends."""
    found = given.get("version")
    return found if isinstance(found, int) else None


def _drop(desk: Desk, given: Json, lang: str) -> Any:
    path = desk.folder.path(text_of(given, "name"))
    desk.give_up(path, _version(given))
    return desk.opened(path)


def _before(desk: Desk, given: Json, lang: str) -> Any:
    return {"text": desk.folder.before(desk.folder.path(text_of(given, "name")), text_of(given, "number"))}


def _convert(desk: Desk, given: Json, lang: str) -> Any:
    to = text_of(given, "to")
    if to not in LANGUAGES:
        raise wrong_member("to", "one_of", there=", ".join(LANGUAGES))
    return {"text": desk.convert(desk.folder.path(text_of(given, "name")), text_of(given, "text"), to, _version(given))}


def _commit(desk: Desk, given: Json, lang: str) -> Any:
    """What is saved and differs from the last commit, committed under a message."""
    names = versions.unsaved_in_git(desk.folder.root) if desk.git else []
    paths = [desk.folder.path(n) for n in names if desk.folder.holds(desk.folder.root / n)]
    message = text_of(given, "message").strip()[:2000]
    failed = versions.commit(desk.folder.root, paths, message) if paths and message else ""
    return {"committed": names if paths and message and not failed else [], "failed": failed}


def _earlier(desk: Desk, given: Json, lang: str) -> Any:
    text = versions.text_at(desk.folder.root, desk.folder.path(text_of(given, "name")), text_of(given, "commit")) if desk.git else None
    if text is None:
        raise Problem("not-found", what=text_of(given, "commit")[:40])
    return {"text": text}


def _readings(desk: Desk, given: Json, lang: str) -> Any:
    rules = desk.rules()[0]
    return {"readings": drafting.readings(rules.rulebook, desk.project.state(), desk.folder.root, lang) if rules is not None else []}


def _official(desk: Desk, given: Json, lang: str) -> Any:
    return drafting.official(desk.project.state(), desk.folder.path(text_of(given, "name")), lang)


def _write(desk: Desk, given: Json, lang: str) -> Any:
    form_given = given.get("form")
    if not isinstance(form_given, dict):
        raise Problem("missing-member", name="form")
    return {"text": drafting.written(desk.project, text_of(given, "text"), form_given)}


def _redline_said(lang: str) -> tuple[str, str]:
    return pages.words(lang)["redline_title"], pages.words(lang)["changes_about"]


def _redline(desk: Desk, given: Json, lang: str) -> Any:
    return {
        "page": desk.redline_page(lang, *_redline_said(lang)), "changed": [desk.folder.name(p) for p, _ in desk.changed()],
        "examples": [desk.folder.name(p) for p in desk.folder.files() if p.suffix == ".case" and p.parent == desk.folder.root],
        "by": desk.rules()[1],
    }  # fmt: skip


def _effect(desk: Desk, given: Json, lang: str) -> Any:
    return {"trials": desk.trials(desk.folder.path(text_of(given, "name")), lang, every=False)}


def _form(desk: Desk, given: Json, lang: str) -> Any:
    rules, text = desk.rules()
    return {"form": form.form(rules.rulebook, lang) if rules is not None else None, "by": text}


def _answer(desk: Desk, given: Json, lang: str) -> Any:
    rules = rules_now(desk)
    with desk.lock:
        text = desk.rules()[1]
    readings = readings_of(given)
    layer = text_of(given, "layer", "")
    if layer not in ("", *form.LAYERS):
        raise wrong_member("layer", "one_of", there=", ".join(form.LAYERS))
    figures = "illustrative" if given.get("illustrative") is True else None
    found, result = form.answer(rules, given.get("facts"), figures, readings, lang, layer)
    return {**found, "by": text, "rests_on": deciding.rests_on(desk, rules, result, lang)}


ASKED: dict[str, Asked] = {
    "pulse": _pulse, "outline": _outline, "open": _open, "check": _check, "mends": _mends, "trials": _trials, "save": _save, "drop": _drop,
    "before": _before, "commit": _commit, "earlier": _earlier, "convert": _convert, "readings": _readings, "official": _official,
    "write": _write, "redline": _redline, "effect": _effect, "form": _form, "answer": _answer,
}  # fmt: skip
LONG = (_mends, _trials, _effect, _answer)  # they hold the lock only while they look at the desk
