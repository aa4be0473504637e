"""The application: set up, started, watched over, ended."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..receipts.log import Log
from .access import Gate, read_tokens
from .config import Config, from_environment
from .counting import Counting
from .deciding import Deciding
from .draining import Draining
from .problems import Problem
from .routes import ROUTES
from .rulesets import Rulesets
from .state import LOG, Service, language, ours

_HOUR: Final = 3600


def make_app(config: Config, more: Sequence[BaseRoute] = ()) -> Starlette:
    """The application. ``more``: routes beside those of the service. Raises WrongTokens, NoStore and OSError for
    what it is set up with."""
    named = {name: Path(folder) for name, folder in config.figures.items()}
    rulesets = Rulesets(Path(config.rulesets) if config.rulesets else None, named, Path(config.keep) if config.keep else None)
    log = Log(config.store, config.log) if config.store else None
    if log is not None:
        log.make()
    service = Service(
        config, rulesets, Deciding(config, rulesets, log), read_tokens(config), Gate(config.at_once, config.each),
        Counting(config.metrics), ThreadPoolExecutor(config.threads, "deciding"),
    )  # fmt: skip
    rulesets.look(at_once=True)

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(_watch(service))
        yield
        service.stopping = True
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        # what was accepted is decided and logged before the process ends
        await asyncio.get_running_loop().run_in_executor(None, service.pool.shutdown)

    reading_away = Middleware(Draining, most=config.batch_body, seconds=config.seconds)
    app = Starlette(routes=[*ROUTES, *more], middleware=[reading_away], lifespan=running, exception_handlers={HTTPException: _elsewhere})
    app.state.service = service
    return app


def app_from_environment() -> Starlette:
    """For the processes of a server."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    app = make_app(from_environment())
    gc.collect()
    gc.freeze()  # the rules stay; looking through them again and again cost a quarter of a decision with its reasons
    return app


async def _watch(service: Service) -> None:
    """Look at the folders of rules again and again, and let old answers go."""
    loop, config, log = asyncio.get_running_loop(), service.config, service.deciding.log
    looked = 0
    while True:
        if config.watch and not service.stopping:
            try:
                if await loop.run_in_executor(None, service.rulesets.look):
                    LOG.info("%s", json.dumps({"rulesets": {k: s.rules.meaning for k, s in service.rulesets.now.items()},
                                               "failed": sorted(service.rulesets.failed)}))  # fmt: skip
            except Exception as error:  # what serves goes on serving
                ours(error)
        if log is not None and looked % max(_HOUR // max(config.watch, 1), 1) == 0:
            with suppress(Exception):
                await loop.run_in_executor(None, log.forget, config.keep_answers)
        looked += 1
        await asyncio.sleep(config.watch or _HOUR)


async def _elsewhere(request: Request, error: Any) -> Response:
    """A path or method that there is not."""
    what = request.url.path[:80]
    problem = Problem("no-method" if error.status_code == 405 else "not-found", what=what, headers=error.headers)
    return problem.response(language(request), uuid.uuid4().hex)
