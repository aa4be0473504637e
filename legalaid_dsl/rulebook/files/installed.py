"""Rulesets by name: those that are shipped, and those that installed packages hold.

A package names them in its metadata, in the entry point group ``legalaid_dsl.rulesets``: ``market_fees = "marrowby.market_fees"``
is the folder ``market_fees`` in the package ``marrowby``. The folder is looked up; nothing of the package is imported or run.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from ...basics.keywords import shipped

if TYPE_CHECKING:  # most starts name no ruleset of a package
    from importlib.metadata import EntryPoint

GROUP: Final = "legalaid_dsl.rulesets"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_PLACE: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*")


@attrs.frozen(slots=True)
class Installed:
    """A ruleset that can be had by name. ``folder`` is None where the package has no such folder."""

    name: str
    folder: Path | None
    package: str
    version: str


def installed() -> list[Installed]:
    """Those of installed packages, by name; of several of one name the first counts."""
    from importlib.metadata import entry_points

    found = (
        Installed(point.name, _folder(point), point.dist.name if point.dist else "", point.dist.version if point.dist else "")
        for point in entry_points(group=GROUP)
    )
    return sorted(found, key=lambda one: (one.name, one.package))


def folder_named(name: str) -> Path | None:
    """The folder of a ruleset that is shipped or installed under a name."""
    if _NAME.fullmatch(name) is None:
        return None
    ours = shipped("rulesets") / name
    if ours.is_dir():
        return ours
    return next((one.folder for one in installed() if one.name == name and one.folder is not None), None)


def _folder(point: EntryPoint) -> Path | None:
    if _NAME.fullmatch(point.name) is None or _PLACE.fullmatch(point.value) is None:
        return None
    package, *inside = point.value.split(".")
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    places = (Path(place, *inside) for place in (spec.submodule_search_locations or () if spec is not None else ()))
    return next((place for place in places if any(place.glob("*.law"))), None)
