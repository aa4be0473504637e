"""docs/errors.md from the catalogue of messages and the corpus of bad rule files.

``python -m legalaid_dsl.workbench.error_pages`` writes the page. A corpus entry is one ``.law`` file, or a
folder with a ruleset (and examples), named after the code that it shows.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from ..basics.problem import Problem, RulesetError, catalogue
from ..cases.worked import read_cases
from ..language.grammar import shipped
from ..rulebook.amend.load import FOLDER, examine_acts
from ..rulebook.load import examine

LANGUAGES: Final = ("en", "vi")
# entries of the catalogue that are no code: wordings of hints and of second places
WORDINGS: Final = (
    "did-you-mean", "did-you-mean-tone", "there-are", "merge-mark-other", "key-plain", "write-unit", "names-alike", "times-unit", "declared-here", "period-before", "did-you-mean-here", "days-of-month", "type-again", "write-number", "put-beside",
    "name-first-here", "conflict-other", "cycle-step", "phrase-not-here", "phrase-here", "amended-here", "in-amended-text",
)  # fmt: skip
# codes that no file kept in the corpus can show
NOT_KEPT: Final = {
    "file-too-large": ("a file of more than a million bytes is not kept", "không lưu tệp lớn hơn một triệu byte"),
    "file-unreadable": ("depends on the machine", "phụ thuộc vào máy"),
    "rewrite-differs": ("guards legalaid fmt against itself", "bảo vệ legalaid fmt khỏi lỗi của chính nó"),
}


def corpus() -> Path:
    """The folder of bad files, in a checkout."""
    return shipped("grammar").parent / "tests" / "bad" / "corpus"


def entries(folder: Path) -> list[Path]:
    """The files and folders of the corpus, by name."""
    return sorted(p for p in folder.iterdir() if p.suffix == ".law" or p.is_dir())


def code_of(entry: Path) -> str:
    return entry.stem.rpartition("_")[0]


def problems_of(entry: Path) -> list[Problem]:
    """What is found in an entry: in its rules, and when these are right in its examples."""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where) / entry.stem
        if entry.is_dir():
            shutil.copytree(entry, folder)
            inner = sorted(p for p in folder.iterdir() if p.is_dir() and p.name != FOLDER)
            folder = inner[0] if inner else folder
        else:
            folder.mkdir()
            shutil.copy(entry, folder / "rules.law")
        rulebook, problems = examine(folder)
        if rulebook is None or problems:
            return problems
        if problems := examine_acts(folder):
            return problems
        try:
            read_cases(rulebook, sorted(folder.glob("*.case")))
        except RulesetError as error:
            return error.problems
        return []


def shown(entry: Path, lang: str) -> str:
    """The golden text of an entry: every message, as it is printed."""
    return "\n\n".join(p.render(lang) for p in problems_of(entry)) + "\n"


def golden(entry: Path, lang: str) -> Path:
    return entry.parent / f"{entry.stem}.{lang}.txt"


def page(folder: Path) -> str:
    """docs/errors.md: every code with its wording and an example in each language."""
    examples: dict[str, list[Path]] = {}
    for entry in entries(folder):
        examples.setdefault(code_of(entry), []).append(entry)
    lines = [
        "# Error messages · Thông báo lỗi",
        "",
        "Written by `python -m legalaid_dsl.workbench.error_pages` from `messages.toml` and `tests/bad/corpus`.",
        "Trang này được tạo tự động; mỗi mã lỗi kèm câu thông báo, gợi ý và một ví dụ.",
        "",
    ]
    for code, wording in catalogue().items():
        if code in WORDINGS:
            continue
        lines += [f"## {code}", "", *(f"- {lang}: {wording[lang]}" for lang in LANGUAGES)]
        lines += [f"- {label}: {wording['hint'][lang]}" for lang, label in (("en", "hint"), ("vi", "gợi ý"))]
        lines.append("")
        if code in NOT_KEPT:
            lines += [f"No example: {NOT_KEPT[code][0]}. · Không có ví dụ: {NOT_KEPT[code][1]}.", ""]
        for example in examples.get(code, [])[:1]:
            for lang in LANGUAGES:
                lines += ["```text", golden(example, lang).read_text("utf-8").rstrip(), "```", ""]
    return "\n".join(lines)


def main() -> None:
    """Write the page of the checkout."""
    target = corpus().parent.parent.parent / "docs" / "errors.md"
    target.write_text(page(corpus()), "utf-8")


if __name__ == "__main__":
    main()
