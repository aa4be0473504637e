"""How a service is set up: handed to its worker processes through their environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Final

import attrs

VARIABLE: Final = "LEGALAID_SERVE"
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@attrs.frozen(slots=True, kw_only=True)
class Config:
    """``rulesets``: a folder of rulesets, or one; "" for the shipped one. ``figures``: folders of tables by name.

    Limits are for one worker process: ``threads`` decide at once, ``at_once`` requests are accepted, ``each`` of them from
    one caller; ``body`` and ``batch_body`` bytes, ``items`` lines of a batch, ``seconds`` for a request.
    ``store``: the SQLite file or the URL of the log and of answers; ``log``: whether decisions are logged in it.
    """

    rulesets: str = ""
    figures: Mapping[str, str] = attrs.Factory(dict)
    host: str = "127.0.0.1"
    threads: int = 2
    at_once: int = 32
    each: int = 16
    body: int = 8_000_000
    batch_body: int = 64_000_000
    items: int = 10_000
    seconds: int = 60
    watch: int = 2  # seconds between looks at the folder; 0: never
    token_file: str = ""
    store: str = ""
    log: bool = False
    keep_facts: bool = False
    masks: tuple[str, ...] = ()
    keep_answers: int = 24  # hours
    metrics: str = ""  # the folder in which several processes count together
    keep: str = ""  # the folder of checked rules

    def to_text(self) -> str:
        return json.dumps(attrs.asdict(self))


def from_environment() -> Config:
    """What the process that started this one set up."""
    found = json.loads(os.environ.get(VARIABLE, "{}"))
    return Config(**{**found, "masks": tuple(found.get("masks", ()))})
