"""The routes of the studio: pages, and what their scripts ask for. Each has its work done in the pool of the service."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ..basics.bilingual import LANGUAGES
from ..service.access import Caller
from ..service.asked import body
from ..service.problems import Problem
from ..service.state import Service, route
from . import form, pages
from .desk import Desk, Json

LANG = "legalaid_lang"
Asked = Callable[[Desk, Json, str], Any]


def routes(desk: Desk, first: str) -> list[Route]:
    """``first``: the language in which the studio opens."""

    def shown(name: str) -> Callable[[Service, Request, Caller], Any]:
        async def show(service: Service, request: Request, who: Caller) -> Response:
            lang = language(request, first)
            found = HTMLResponse(pages.page(name, lang, desk.folder.root.name, desk.folder.fixed))
            found.set_cookie(LANG, lang, httponly=True, samesite="strict")
            return found

        return show

    def asked(work: Asked) -> Callable[[Service, Request, Caller], Any]:
        async def ask(service: Service, request: Request, who: Caller) -> Response:
            lang = language(request, first)
            given = body(await service.read(request, service.config.body))

            def done() -> Any:
                with desk.lock:
                    desk.refresh()
                    if work not in LONG:
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

    async def said(service: Service, request: Request, who: Caller) -> Response:
        return JSONResponse(pages.words(language(request, first)))

    posts = [route(f"/studio/{name}", "", asked(work), "POST") for name, work in ASKED.items()]
    gets = [route(path, "", shown(name)) for name, path in pages.PAGES.items()]
    return [
        *gets, *posts, route("/studio/words", "", said), route("/studio/zip", "", zipped, "POST"),
        route("/studio/assets/{name}", "", asset),
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


# ------------------------------------------------------------------ what scripts ask for


def _outline(desk: Desk, given: Json, lang: str) -> Any:
    return {"files": desk.outlines(lang), "changed": [desk.folder.name(p) for p, _ in desk.changed()]}


def _open(desk: Desk, given: Json, lang: str) -> Any:
    return desk.opened(desk.folder.path(text_of(given, "name")))


def _check(desk: Desk, given: Json, lang: str) -> Any:
    """Nothing is saved. The examples come apart from this: they take longer."""
    path = desk.folder.path(text_of(given, "name"))
    desk.put(path, text_of(given, "text"), text_of(given, "base", ""))
    return {"problems": desk.problems(path, lang), "saved": path not in desk.texts}


def _trials(desk: Desk, given: Json, lang: str) -> Any:
    """``trials`` is null where the text has changed meanwhile."""
    with desk.lock:
        _, text = desk.rules()
    return {"trials": desk.trials(desk.folder.path(text_of(given, "name")), lang), "by": text}


def _save(desk: Desk, given: Json, lang: str) -> Any:
    return desk.save(desk.folder.path(text_of(given, "name")), text_of(given, "text"), text_of(given, "base"))


def _drop(desk: Desk, given: Json, lang: str) -> Any:
    path = desk.folder.path(text_of(given, "name"))
    desk.drop(path)
    return desk.opened(path)


def _before(desk: Desk, given: Json, lang: str) -> Any:
    return {"text": desk.folder.before(desk.folder.path(text_of(given, "name")), text_of(given, "number"))}


def _convert(desk: Desk, given: Json, lang: str) -> Any:
    to = text_of(given, "to")
    if to not in LANGUAGES:
        raise Problem("wrong-member", name="to", wanted_en="en or vi", wanted_vi="en hoặc vi")
    return {"text": desk.convert(desk.folder.path(text_of(given, "name")), text_of(given, "text"), to)}


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
    with desk.lock:
        rules, text = desk.rules()
    if rules is None:
        said = [pages.words(x)["no_rules"] for x in LANGUAGES]
        raise Problem("law-has-errors", en=said[LANGUAGES.index("en")], vi=said[LANGUAGES.index("vi")])
    readings = given.get("readings", {})
    if not isinstance(readings, dict) or not all(isinstance(v, str) for v in readings.values()):
        raise Problem("wrong-member", name="readings", wanted_en="an object of texts", wanted_vi="đối tượng gồm các chuỗi")
    layer = text_of(given, "layer", "")
    if layer not in ("", "explanation", "statement"):
        raise Problem("wrong-member", name="layer", wanted_en="explanation or statement", wanted_vi="explanation hoặc statement")
    figures = "illustrative" if given.get("illustrative") is True else None
    found = form.answer(rules, given.get("facts"), figures, readings, lang, layer)
    return {**found, "by": text}


ASKED: dict[str, Asked] = {
    "outline": _outline, "open": _open, "check": _check, "trials": _trials, "save": _save, "drop": _drop, "before": _before,
    "convert": _convert, "redline": _redline, "effect": _effect, "form": _form, "answer": _answer,
}  # fmt: skip
LONG = (_trials, _effect, _answer)  # they hold the lock only while they look at the desk
