"""docs/errors.md from the catalogue of messages and the chunks of tests/bad."""

from __future__ import annotations

from typing import Final

from legalaid_dsl.basics.problem import catalogue

from .chunks import LANGUAGES, Chunk, every

# entries of the catalogue that are no code: wordings of hints and of second places
WORDINGS: Final = (
    "did-you-mean", "did-you-mean-tone", "there-are", "merge-mark-other", "key-plain", "write-unit", "names-alike", "times-unit", "declared-here", "period-before", "did-you-mean-here", "days-of-month", "type-again", "write-number", "wording-quoted", "put-beside", "is-instead", "attached-damaged",
    "name-first-here", "conflict-other", "floor-other", "cycle-step", "phrase-not-here", "day-in-heading", "amended-here", "in-amended-text",
)  # fmt: skip
# codes that no file kept in tests/bad can show
NOT_KEPT: Final = {
    "file-too-large": ("a file of more than a million bytes is not kept", "không lưu tệp lớn hơn một triệu byte"),
    "file-unreadable": ("depends on the machine", "phụ thuộc vào máy"),
    "rewrite-differs": ("guards legalaid fmt against itself", "bảo vệ legalaid fmt khỏi lỗi của chính nó"),
}


def page() -> str:
    """Every code with its wording and an example in each language."""
    examples: dict[str, Chunk] = {}
    for chunk in (c for found in every().values() for c in found):
        examples.setdefault(chunk.code, chunk)
    lines = [
        "# Error messages · Thông báo lỗi",
        "",
        "Written by `python -m pytest tests/errors --update-goldens` from `messages.toml` and `tests/bad`.",
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
        elif code in examples:
            found = examples[code].problems()
            for lang in LANGUAGES:
                lines += ["```text", "\n\n".join(p.render(lang) for p in found), "```", ""]
    return "\n".join(lines)
