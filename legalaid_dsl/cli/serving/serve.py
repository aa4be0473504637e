"""``legalaid serve``: decisions over HTTP."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from ...basics.bilingual import BilingualError
from ...receipts.stores import NoStore, is_url
from ..common import kept_in, lang_option
from ..wording.saying import Wrong, notice, wrong
from ..wording.spoken import Command
from .log import LogPlace, figures_of, folders_from, shown_place

NEEDS = ("starlette", "uvicorn", "prometheus_client", "anyio")
_LARGEST = click.IntRange(min=1)


@click.command(cls=Command)
@click.option("--rulesets", type=click.Path(exists=True, file_okay=False), help="A folder of rulesets, or one; else the shipped one.")
@figures_of
@click.option("--host", default="127.0.0.1", show_default=True, help="Another than this machine wants tokens.")
@click.option("--port", type=click.IntRange(1, 65535), default=8321, show_default=True, help="The port.")
@click.option("--workers", type=_LARGEST, default=1, show_default=True, help="Processes.")
@click.option("--threads", type=_LARGEST, default=2, show_default=True, help="Cases that a process decides at once.")
@click.option("--at-once", type=_LARGEST, default=32, show_default=True, help="Requests that a process takes at once.")
@click.option("--each", type=_LARGEST, default=16, show_default=True, help="Of these from one caller.")
@click.option("--body", type=_LARGEST, default=8_000_000, show_default=True, help="Bytes of a request.")
@click.option("--batch-body", type=_LARGEST, default=64_000_000, show_default=True, help="Bytes of a batch.")
@click.option("--items", type=_LARGEST, default=10_000, show_default=True, help="Cases of a batch.")
@click.option("--seconds", type=_LARGEST, default=60, show_default=True, help="For a request.")
@click.option("--watch", type=click.IntRange(min=0), default=2, show_default=True, help="Seconds between looks at the rules; 0: never.")
@click.option("--token-file", type=click.Path(exists=True, dir_okay=False),
              help="Who may ask, a line each: NAME SCOPE,SCOPE TOKEN; scopes are read, decide, admin.")  # fmt: skip
@click.option("--log", type=LogPlace(dir_okay=False), help="Log every decision into this file (SQLite), or a postgresql:// URL.")
@click.option("--keep-facts", is_flag=True, help="Log the facts as well, without free texts, ids and labels.")
@click.option("--mask", "masks", multiple=True, metavar="PATH", help="With --keep-facts: leave out a fact, as entries.date.")
@click.option("--keep-answers", type=_LARGEST, default=24, show_default=True, help="Hours in which a request made again is answered alike.")
@lang_option
def serve(
    rulesets: str | None, figures: tuple[str, ...], host: str, port: int, workers: int, threads: int, at_once: int, each: int, body: int,
    batch_body: int, items: int, seconds: int, watch: int, token_file: str | None, log: str | None, keep_facts: bool,
    masks: tuple[str, ...], keep_answers: int, lang: str,
) -> None:  # fmt: skip
    """Decide cases over HTTP, on this machine only unless tokens are set (--token-file, or LEGALAID_TOKEN)."""
    try:
        import starlette  # noqa: F401
        import uvicorn

        from ...receipts.log import Log
        from ...service.access import read_tokens
        from ...service.config import LOOPBACK, VARIABLE, Config
    except ModuleNotFoundError as missing:
        if missing.name not in NEEDS:
            raise
        raise wrong("extra-missing", extra="serve") from None
    if (keep_facts and log is None) or (masks and not keep_facts):
        raise wrong("keep-facts")
    tables = {name: str(folder.resolve()) for name, folder in folders_from(figures).items()}
    with tempfile.TemporaryDirectory(prefix="legalaid-") as temporary:
        config = Config(
            rulesets=str(Path(rulesets).resolve()) if rulesets else "", figures=tables, host=host, threads=threads, at_once=at_once,
            each=each, body=body, batch_body=batch_body, items=items, seconds=seconds, watch=watch,
            token_file=str(Path(token_file).resolve()) if token_file else "",
            store=log if log and is_url(log) else str(Path(log or Path(temporary) / "answers.sqlite").resolve()), log=log is not None,
            keep_facts=keep_facts, masks=masks, keep_answers=keep_answers, keep=str(kept_in() or ""),
            metrics=temporary if workers > 1 else "",
        )  # fmt: skip
        try:
            tokens = read_tokens(config)
            Log(config.store).make()
        except BilingualError as error:
            raise Wrong(error.message) from None
        except NoStore as error:
            raise wrong("no-log", path=shown_place(config.store), why=error.message) from None
        if not tokens and host not in LOOPBACK:
            raise wrong("open-host", host=host)
        os.environ[VARIABLE] = config.to_text()
        if config.metrics:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = config.metrics
        shown = f"[{host}]" if ":" in host else host
        click.echo(notice("serving", host=shown, port=port)[lang], err=True)
        try:
            uvicorn.run(
                "legalaid_dsl.service.app:app_from_environment", factory=True, host=host, port=port, workers=workers,
                log_level="error", access_log=False, server_header=False, proxy_headers=False, ws="none",
                timeout_graceful_shutdown=seconds + 5, timeout_worker_healthcheck=30,
            )  # fmt: skip
        except SystemExit as end:
            if end.code:
                raise wrong("not-served", host=shown, port=port) from None
