"""``legalaid studio``: drafting, amending and deciding in a browser."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import tempfile
import webbrowser
from pathlib import Path
from threading import Thread

import click

from ..common import kept_in, shipped_ruleset
from ..wording.saying import notice, wrong
from ..wording.spoken import Command
from .serve import NEEDS as SERVES

NEEDS = (*SERVES, "pygls", "lsprotocol", "cattrs", "websockets")


@click.command(cls=Command)
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@click.option("--port", type=click.IntRange(0, 65535), default=8322, show_default=True, help="The port; 0: any that is free.")
@click.option("--history", type=click.Path(file_okay=False), help="Where the texts before each save are kept; else .history beside FOLDER.")
@click.option("--no-open", is_flag=True, help="Only print the link.")
@click.option("--lang", envvar="LEGALAID_LANG", type=click.Choice(["vi", "en"]), default="vi", show_default=True,
              help="Language in which the pages open.")  # fmt: skip
def studio(folder: str | None, port: int, history: str | None, no_open: bool, lang: str) -> None:
    """Write rules, see what edits change, and decide cases, in a browser on this machine (extra studio).

    Without FOLDER: the rules in this folder, else the shipped ones, which cannot be changed.
    """
    try:
        import uvicorn
        import websockets  # noqa: F401  # asked for by name only when a browser calls

        from ...web.app import make_studio
    except ModuleNotFoundError as missing:
        if missing.name not in NEEDS:
            raise
        raise wrong("extra-missing", extra="studio") from None
    here = Path(folder) if folder else Path()
    fixed = not folder and not any(here.glob("*.law"))
    place = shipped_ruleset() if fixed else here
    if not any(place.glob("*.law")):
        raise wrong("no-rules-here", folder=place)
    token = secrets.token_urlsafe(24)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two studios have one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
    except OSError:
        raise wrong("not-served", host="127.0.0.1", port=port) from None
    port = listening.getsockname()[1]
    logging.getLogger("legalaid").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="legalaid-") as temporary, listening:
        app = make_studio(place, port, token, lang=lang, history=Path(history) if history else None, fixed=fixed,
                          keep=str(kept_in() or ""), store=str(Path(temporary) / "answers.sqlite"))  # fmt: skip
        link = f"http://127.0.0.1:{port}/?token={token}"
        click.echo(f"{notice('open-link')[lang]}\n{link}")
        listening.listen(64)  # the browser may come before the server looks
        if not no_open:
            Thread(target=webbrowser.open, args=(link,), daemon=True).start()  # a browser in a terminal would not come back
        config = uvicorn.Config(app, log_level="error", access_log=False, server_header=False, proxy_headers=False, ws="websockets-sansio", ws_max_size=4_000_000,
                                lifespan="on", timeout_graceful_shutdown=5)  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])
