"""Who may come in: one browser, by the link that was printed, on this machine only."""

from __future__ import annotations

import hmac
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..service.problems import Problem

TOKEN: Final = "token"
_SECONDS: Final = 43_200  # of the cookie: a day at work
# Explanations carry their styles with them; no script but our files runs, and nothing is asked of another machine.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
}  # fmt: skip


class OneBrowser:
    """Stands before the whole application, the routes of the service too. Used on the event loop only.

    ``hosts``: the names, with ports, under which it may be asked. The token of the link opens once; a cookie opens from then on.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], token: str) -> None:
        self.app, self.hosts, self.token = app, hosts, token
        self.session = secrets.token_urlsafe(32)
        self.cookie = f"legalaid_studio_{hosts[0].rpartition(':')[2]}"  # browsers do not keep the cookies of ports apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if self._may_talk(Headers(scope=scope)):
                await self.app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4403})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
            await send(message)

        app: ASGIApp
        try:
            app = self._let_in(scope) or self.app
        except Problem as problem:
            if "text/html" in Headers(scope=scope).get("accept", ""):  # a person, not a script
                app = PlainTextResponse(f"{problem.detail['vi']}\n{problem.detail['en']}\n", problem.status)
            else:
                app = problem.response(_language(scope), "")
        await app(scope, receive, with_headers)

    def _let_in(self, scope: Scope) -> ASGIApp | None:
        """An answer of the door's own, None to go on. Raises Problem."""
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        known = [f"http://{host}" for host in self.hosts]
        reads = scope["method"] in ("GET", "HEAD")
        if headers.get("host", "").lower() not in self.hosts or (origin or not reads) and origin.lower() not in known:
            raise Problem("other-host")
        given = parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [""])[0] if scope["path"] == "/" and reads else ""
        if self.token and given and hmac.compare_digest(given.encode(), self.token.encode()):
            self.token = ""
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self.cookie, self.session, max_age=_SECONDS, httponly=True, samesite="strict")
            return answer
        if not hmac.compare_digest(self._shown(headers).encode(), self.session.encode()):
            raise Problem("no-session")
        return RedirectResponse("/", 303) if given else None

    def _may_talk(self, headers: Headers) -> bool:
        """A browser lets any page open a socket: it is let in only from our own pages, with the cookie."""
        known = [f"http://{host}" for host in self.hosts]
        mine = headers.get("host", "").lower() in self.hosts and headers.get("origin", "").lower() in known
        return mine and hmac.compare_digest(self._shown(headers).encode(), self.session.encode())

    def _shown(self, headers: Headers) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return ""
        return found.value if found is not None else ""


def _language(scope: Scope) -> str:
    return "vi" if Headers(scope=scope).get("accept-language", "").lower().startswith("vi") else "en"
