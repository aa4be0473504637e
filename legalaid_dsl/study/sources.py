"""What a command names: rulesets, the parts of an amendment, files of cases."""

from __future__ import annotations

from pathlib import Path

from ..api import SHIPPED, Rules, load
from ..basics.bilingual import Bilingual
from .attribution import MakeRules
from .parts import parts_by_provision


class SourceError(ValueError):
    """Something named that is not there; the message is in both languages."""

    def __init__(self, message: Bilingual) -> None:
        self.message = message
        super().__init__(message.en)


def rules_from(text: str) -> Rules:
    """The ruleset that a text names: a folder, or ``FOLDER+amendment.law`` (with more, one after another).

    This is the one place where amendments come in. Raises RulesetError and SourceError.
    """
    folder, *amendments = text.split("+") if not Path(text).exists() else [text]
    if amendments:
        raise SourceError(
            Bilingual(
                "this version reads no amendments yet; name the folder of the amended ruleset instead",
                "phiên bản này chưa đọc được văn bản sửa đổi; hãy nêu thư mục của bộ quy định đã sửa đổi",
            )
        )
    if not Path(folder).is_dir():
        if folder == SHIPPED:
            return load()
        raise SourceError(Bilingual(f"there is no folder {folder}", f"không có thư mục {folder}"))
    return load(folder)


def parts_from(base: Rules, amended: Rules, text: str) -> tuple[tuple[str, ...], MakeRules]:
    """The parts of what ``text`` names, and the ruleset with some of them: for two folders, the
    provisions that differ. (Amendments will give their own provisions here.)"""
    return parts_by_provision(base, amended)
