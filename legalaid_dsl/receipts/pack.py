"""A ruleset in one file that says of itself what it decides: its files, with the instruments that it uses, and the digest of
their meaning. It is canonical JSON, so it is signed as receipts are."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from ..basics.bilingual import BilingualError
from ..basics.problem import RulesetError
from ..basics.worded import beside
from ..rulebook.files.which import used_by

if TYPE_CHECKING:
    from ..api import Rules

_SAY: Final = beside(__file__)
FORM: Final = 1
KINDS: Final = (".law", ".case", ".csv", ".toml", ".md")  # of files that belong to rules
_NAME: Final = re.compile(r"[\w-][\w.-]*")  # of a folder or file; no way out of the pack


class NoPack(BilingualError):
    """A file that is no pack, or one whose rules are not what it says."""


def pack_of(rules: Rules) -> dict[str, Any]:
    """The rules of a folder as a pack. Raises OSError, UnicodeDecodeError."""
    from .. import __version__

    folder = Path(rules.rulebook.folder).resolve()
    files = {f"{home.name}/{path}": text for home in (folder, *used_by(folder)) for path, text in _texts(home)}
    return {"pack": {"form": FORM, "id": folder.name, "meaning": rules.meaning, "files": files}, "engine": __version__}


def _texts(home: Path) -> list[tuple[str, str]]:
    found = sorted(p for p in home.rglob("*") if p.suffix in KINDS and p.is_file() and not p.is_symlink())
    return [(p.relative_to(home).as_posix(), p.read_bytes().decode("utf-8")) for p in found]


def read_pack(text: str) -> dict[str, Any]:
    """A pack from its text. Raises NoPack."""
    try:
        found = json.loads(text)
        body = found["pack"]
        ways = [PurePosixPath(path).parts for path in body["files"]]
        named = all(_NAME.fullmatch(part) for way in ways for part in way) and all(len(way) > 1 and way[-1].endswith(KINDS) for way in ways)
        texts = [body["id"], body["meaning"], found["engine"], *body["files"].values()]
        if body["form"] != FORM or not named or not all(isinstance(x, str) for x in texts) or body["id"] not in {way[0] for way in ways}:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoPack.of(_SAY("no_pack")) from None
    return dict(found)


def unpack(pack: Mapping[str, Any], into: Path) -> Path:
    """The files of a pack, written; the folder of the ruleset. Raises OSError."""
    for path, text in pack["pack"]["files"].items():
        file = into / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    return into / str(pack["pack"]["id"])


def check_pack(pack: Mapping[str, Any]) -> None:
    """Whether its rules decide what it says. Raises NoPack."""
    from .. import __version__
    from ..api import load

    with tempfile.TemporaryDirectory() as place:
        try:
            meaning = load(unpack(pack, Path(place))).meaning
        except RulesetError as error:
            raise NoPack.of(_SAY("unusable_rules", why=error.message)) from None
    if meaning != pack["pack"]["meaning"]:
        raise NoPack.of(_SAY("other_meaning", packed=pack["engine"], read=__version__))
