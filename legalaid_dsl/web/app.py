"""The studio as an application: that of the service, with more routes, behind the door of one browser."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from ..service.app import make_app
from ..service.config import Config
from .access import OneBrowser
from .desk import Desk
from .files.folder import KEPT, Folder
from .routes import routes


def make_studio(
    folder: Path, port: int, token: str, *, lang: str = "vi", history: Path | None = None, fixed: bool = False, keep: str = "", store: str = ""
) -> ASGIApp:
    """``fixed``: nothing may be saved; ``history``: where what was there before each save is kept; ``keep``, ``store``: see Config.

    Raises RulesetError, OSError."""
    root = folder.resolve()
    desk = Desk(Folder(root, (history or root.parent / KEPT).resolve(), fixed))
    config = Config(rulesets=str(root), keep=keep, store=store)
    hosts = tuple(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
    door = OneBrowser(make_app(config, routes(desk, lang)), hosts, token)

    async def studio(scope: Scope, receive: Receive, send: Send) -> None:
        await door(scope, receive, send)
        if scope["type"] == "lifespan":  # it has ended
            desk.drafts.gone()

    return studio
