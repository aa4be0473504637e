"""What is said of a verdict, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ...basics.bilingual import LANGUAGES, Bilingual
from ...basics.quantity import grouped
from ...engine.interpreter.evaluate import evaluate
from ...engine.values import Unknown
from ...rulebook import meaning as m
from ...rulebook.model import ROOT, Rule, Rulebook, Term
from .bounds import Bounds
from .claims import Always, Case, NeverFalls, NoLess
from .law import broken, result

NOT_ASKED = Bilingual("no proof was asked for", "không yêu cầu chứng minh")
NO_PROVER = Bilingual(
    "z3 is not installed, so nothing was proved: pip install 'legalaid-dsl[proof]'",
    "chưa cài z3 nên không chứng minh được: pip install 'legalaid-dsl[proof]'",
)
VERDICTS = {
    "proved": Bilingual("proved", "đã chứng minh"),
    "not_refuted": Bilingual("not refuted up to", "chưa bị bác bỏ với tối đa"),
    "refuted": Bilingual("refuted", "bị bác bỏ"),
    "not_decided": Bilingual("not decided", "chưa kết luận"),
    "set_aside": Bilingual("does not stand under these readings", "không áp dụng theo cách hiểu đã chọn"),
}


ABOUT = {
    "proved": Bilingual(
        "Proved: for every complete case, whatever its numbers and days, and however many things there are in it.",
        "Đã chứng minh: với mọi hồ sơ đầy đủ, bất kể các số và ngày trong đó, và bất kể có bao nhiêu đối tượng.",
    ),
    "not_refuted": Bilingual(
        "Not refuted up to so many: shown for every complete case of that size, whatever else is in it; larger cases are not covered.",
        "Chưa bị bác bỏ với tối đa chừng ấy: đã chứng minh cho mọi hồ sơ đầy đủ trong phạm vi đó; hồ sơ lớn hơn thì chưa bao quát.",
    ),
}  # fmt: skip


def covered(book: Rulebook, bounds: Bounds, kinds: Collection[str], fine: bool) -> Bilingual:
    """What a proof is about, where that is not every complete case."""
    said = []
    for lang in LANGUAGES:
        counts, step = bounds.counts(book, lang, kinds), grouped(bounds.step, lang)
        in_lists = {"en": f"{counts} (in each list)", "vi": f"{counts} (trong mỗi danh sách)"}[lang] if counts else ""
        by = "" if fine else {"en": f"numbers by steps of {step}", "vi": f"các số theo bước {step}"}[lang]
        said.append("; ".join(part for part in (in_lists, by) if part))
    return Bilingual(*said)


def too_long(seconds: float) -> Bilingual:
    return Bilingual(f"z3 did not decide it in {seconds:g} seconds", f"z3 chưa kết luận trong {seconds:g} giây")


def not_translated(reasons: Iterable[tuple[str, str]]) -> Bilingual:
    found = list(reasons)
    return Bilingual(
        "it cannot be put to z3 exactly: " + "; ".join(en for en, _ in found),
        "không chuyển chính xác sang z3 được: " + "; ".join(vi for _, vi in found),
    )


def not_confirmed(reasons: Iterable[tuple[str, str]]) -> Bilingual:
    if reasons:
        return not_translated(reasons)
    return Bilingual("z3 named a case that the rules do not confirm", "z3 nêu một hồ sơ mà các quy định không xác nhận")


def set_aside(book: Rulebook, rule: Rule) -> Bilingual:
    wanted = ", ".join(f"{key}={choice}" for key, choice in rule.readings)
    return Bilingual(f"it stands under {wanted}", f"chỉ áp dụng khi {wanted}")


def none_against(reason: Bilingual, tried: int, bounds: Bounds, book: Rulebook) -> Bilingual:
    domain = covered(book, bounds, tuple(bounds.most), False)
    return Bilingual(
        f"{reason.en}; {tried} cases were tried and none is against it: at random among complete cases with at most {domain.en}; and worked examples with facts changed",
        f"{reason.vi}; đã thử {tried} hồ sơ, không hồ sơ nào trái: ngẫu nhiên trong số hồ sơ đầy đủ có tối đa {domain.vi}; và các tình huống mẫu có dữ kiện thay đổi",
    )


def no_less(term: Term) -> Bilingual:
    return Bilingual(
        f"No case gets less under the amended rules: {term.names.en}.",
        f"Không vụ việc nào được ít hơn theo quy định sửa đổi: {term.names.vi}.",
    )


def refuted_by(book: Rulebook, claim: Any, case: Case, second: Case | None) -> Bilingual:
    """The numbers that show it."""
    if isinstance(claim, Always):
        return _always(book, claim, case)
    term = book.terms[claim.lowered]
    if isinstance(claim, NoLess):
        first, then = claim.results(case)
        said = ("before: {}, as amended: {}", "trước: {}, sau sửa đổi: {}")
    else:
        assert isinstance(claim, NeverFalls)
        assert second is not None
        first, then = (result(claim.law.evaluation(c), claim.lowered) for c in (case, second))
        said = ("{}, and with the fact raised {}", "{}, sau khi tăng dữ kiện: {}")
    return Bilingual(*(f"{term.names[x]}: " + s.format(_text(first, x), _text(then, x)) for x, s in zip(("en", "vi"), said, strict=True)))


def _always(book: Rulebook, claim: Always, case: Case) -> Bilingual:
    ev = claim.law.evaluation(case)
    item = broken(ev, claim.rule) if ev is not None else None
    assert ev is not None
    assert item is not None
    assert claim.rule.when is not None
    shown: dict[str, Any] = {}
    for node in m.walk(claim.rule.when):
        if isinstance(node, m.Reference) and not node.steps and book.terms[node.term].thing == item.thing:
            if node.term not in shown:
                shown[node.term] = evaluate(ev, node, item)
    texts = []
    for lang in ("en", "vi"):
        values = [f"{book.terms[k].names[lang]}: {_text(x, lang)}" for k, x in shown.items() if not isinstance(x, Unknown)]
        name = book.things[item.thing].names[lang]
        place = "" if item.thing == ROOT else f"{name} {item.id or item.path}; "
        texts.append(place + "; ".join(values))
    return Bilingual(*texts)


def _text(value: Any, lang: str) -> str:
    from fractions import Fraction

    from ...cases.results.values import value_text

    if isinstance(value, Fraction):
        return grouped(value, lang)
    found = value_text(value)
    return ", ".join(found) if isinstance(found, list) else str(found)
