"""What the pages for amending and deciding ask for, beside that of ``routes.py``."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from ..api import Rules
from ..basics.bilingual import LANGUAGES
from ..service.access import Caller
from ..service.asked import body
from ..service.problems import Problem
from ..service.state import Service, route
from . import deciding, drafting, pages
from .desk import Desk, Json
from .jobs import Job, Jobs
from .proposals import act_examples, amending, effects

Language = Callable[[Request], str]


@attrs.define(slots=True, eq=False)
class Works:
    """What is under way, and the files of cases that were given, by an id."""

    jobs: Jobs = attrs.Factory(Jobs)
    given: dict[str, Path] = attrs.Factory(dict)
    room: TemporaryDirectory[str] = attrs.Factory(lambda: TemporaryDirectory(prefix="legalaid-studio-"))

    def tables(self, given: Json) -> Path | None:
        """Raises Problem for an id that there is not."""
        key = given.get("tables")
        if not key:
            return None
        if key not in self.given:
            raise Problem("not-found", what=str(key)[:40])
        return self.given[key]


def more_routes(desk: Desk, works: Works, language: Language) -> list[BaseRoute]:
    """Routes that take or give files."""

    async def took(service: Service, request: Request, who: Caller) -> Response:
        data = await service.read(request, deciding.MOST_BYTES)
        key = f"t{len(works.given) + 1}"
        place = Path(works.room.name) / key
        place.mkdir(exist_ok=True)  # there already where the last file given was of no kind that is read
        works.given[key] = deciding.taken(place, request.query_params.get("name", ""), data)
        return JSONResponse({"tables": key, "name": works.given[key].name})

    async def zipped(service: Service, request: Request, who: Caller) -> Response:
        which, lang = request.query_params.get("which", ""), language(request)
        sent = await service.read(request, service.config.body)
        act = amending.sent(body(sent)) if sent else None
        data = await service.work(request.state.place, lambda: proposal_zip(desk, works, which, lang, act))
        stem = re.sub(r"[^A-Za-z0-9_-]", "_", f"{desk.folder.root.name}-{which or 'edits'}")
        return Response(data, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{stem}.zip"'})

    async def made(service: Service, request: Request, who: Caller) -> Response:
        files = works.jobs.of(request.path_params["job"]).files
        name = request.query_params.get("name", "")
        if name not in files:
            raise Problem("not-found", what=name[:80])
        media = "text/html; charset=utf-8" if name.endswith(".html") else "text/csv; charset=utf-8"
        return Response(files[name], media_type=media, headers={"Content-Disposition": f'attachment; filename="{Path(name).name}"'})

    return [
        route("/studio/tables", "", took, "POST"), route("/studio/proposal.zip", "", zipped, "POST"),
        route("/studio/made/{job}", "", made),
    ]  # fmt: skip


def proposal_zip(desk: Desk, works: Works, which: str, lang: str, act: tuple[str, str] | None = None) -> bytes:
    """The act, the redline of each day in both languages, the consolidated files, and what was studied of it.

    ``act``: the key and text of the one that was written of edits."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for other in LANGUAGES:
            said = pages.words(other)
            found = amending.shown(desk, which, other, which or said["redline_title"], said["changes_about"])
            for one in found["days"]:
                file.writestr("-".join(x for x in ("redline", one["day"], other) if x) + ".html", one["page"])
        for name, text in found["texts"].items():
            file.writestr(f"consolidated/{name}", text)
        if found["act"]:
            file.writestr(f"{which}.law", found["act"])
        elif act is not None:
            file.writestr(f"{act[0]}.law", act[1])
        for name, data in works.jobs.files().items():
            file.writestr(name, data)
    return out.getvalue()


# ------------------------------------------------------------------ amending


def asked(works: Works, rules_now: Callable[[Desk], Rules], readings_of: Callable[[Json], dict[str, str]]) -> dict[str, Any]:
    """What scripts ask for, by name; each takes the desk, what was sent, and the language."""

    def proposals(desk: Desk, given: Json, lang: str) -> Any:
        with desk.lock:
            return {"proposals": amending.proposals(desk)}

    def proposed(desk: Desk, given: Json, lang: str) -> Any:
        said, which = pages.words(lang), str(given.get("which", ""))
        return amending.shown(desk, which, lang, which or said["redline_title"], said["changes_about"])

    def enacted(desk: Desk, given: Json, lang: str) -> Any:
        return amending.written(desk, given, lang)

    def instead(desk: Desk, given: Json, lang: str) -> Any:
        return amending.instead(desk, given, lang)

    def carried_out(desk: Desk, given: Json, lang: str) -> Any:
        return amending.carried_out(desk, str(given.get("which", "")), lang)

    def begin(desk: Desk, given: Json, lang: str) -> Any:
        """A study of a proposal: ``kind`` compare or portfolio; of a file of cases: understood; or all guarantees."""
        kind = given.get("kind")
        if kind == "guarantees":
            rules, readings = rules_now(desk), readings_of(given)
            return works.jobs.begin("guarantees", lambda job: drafting.guarantees(rules, readings, lang, job)).state(lang)
        if kind == "coverage":
            name = str(given.get("name", ""))
            desk.folder.path(name)
            return works.jobs.begin("coverage", lambda job: drafting.covered(desk, name, lang, job)).state(lang)
        if kind == "examples":
            act = str(given.get("which", ""))
            return works.jobs.begin("examples", lambda job: act_examples.examples(desk, act, lang, job)).state(lang)
        effects.needed()
        tables = works.tables(given)
        if kind == "understood" and tables is not None:
            rules, readings = rules_now(desk), readings_of(given)
            figures = "illustrative" if given.get("illustrative") is True else None

            def work(job: Job) -> None:
                deciding.understood(rules, tables, figures, readings, lang, job)

        elif kind in ("compare", "portfolio"):
            want = effects.wanted(given, lang, tables)
            does = effects.smallest if kind == "compare" else effects.portfolio

            def work(job: Job) -> None:
                does(desk, want, job)

        else:
            raise Problem("missing-member", name="kind")
        return works.jobs.begin(str(kind), work).state(lang)

    def job(desk: Desk, given: Json, lang: str) -> Any:
        return works.jobs.of(str(given.get("id", ""))).state(lang)

    # ---------------------------------------------------------------- deciding

    def options(given: Json) -> tuple[Any, str | None, dict[str, str]]:
        return given.get("facts"), "illustrative" if given.get("illustrative") is True else None, readings_of(given)

    def question(desk: Desk, given: Json, lang: str) -> Any:
        facts, figures, readings = options(given)
        return {"question": deciding.next_question(rules_now(desk), facts, figures, readings, lang)}

    def receipt(desk: Desk, given: Json, lang: str) -> Any:
        facts, figures, readings = options(given)
        return {"text": deciding.receipt(rules_now(desk), facts, figures, readings)}

    return {
        "proposals": proposals, "proposed": proposed, "enacted": enacted, "instead": instead, "carried_out": carried_out,
        "begin": begin, "job": job, "next": question, "receipt": receipt,
    }  # fmt: skip
