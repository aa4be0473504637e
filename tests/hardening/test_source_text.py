"""Source text that must not break the reader (X01, X05-X07, X34-X40)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.problem import MAX_PROBLEMS, Problem
from legalaid_dsl.basics.quantity import grouped, number_for, written_number
from legalaid_dsl.basics.source import Source
from legalaid_dsl.basics.source_text import check_characters, decode_source, read_source
from legalaid_dsl.cli.main import main
from legalaid_dsl.rulebook.load import examine
from legalaid_dsl.workbench.lint import lint
from tests.counting import calls

Examine = Callable[[str | bytes], list[Problem]]
Write = Callable[[str | bytes], Path]
OK = "pay is 1 hour.\n"


def codes(found: list[Problem]) -> list[str]:
    return [p.code for p in found]


# ------------------------------------------------------------------ nesting


@pytest.mark.parametrize("depth", [65, 200, 5_000, 100_000])
def test_x01_brackets_nested_too_deep_are_refused_at_the_bracket(problems: Examine, lines: int, depth: int) -> None:
    found = problems("pay is " + "(" * depth + "1 hour" + ")" * depth + ".\n")
    assert codes(found) == ["nested-too-deep"]
    assert found[0].span.place() == (lines + 1, len("pay is ") + 65)
    assert "64" in found[0].message.en


def test_x01_as_many_brackets_as_allowed_work(write: Write) -> None:
    rules = la.load(write("pay is " + "(" * 64 + "2 hours" + ")" * 64 + ".\n"))
    assert rules.evaluate({}).pay == "2"


@pytest.mark.parametrize("count", [500, 10_000])
def test_x01_depth_without_brackets_is_refused_too(problems: Examine, count: int) -> None:
    found = problems("pay is 1 hour when " + "not " * count + "urgent.\npay is 2 hours otherwise.\n")
    assert codes(found) == ["sentence-too-deep"]


def test_x01_the_deepest_sentence_that_is_allowed_is_evaluated(write: Write) -> None:
    inner = "not (urgent or " * 40 + "urgent" + ")" * 40
    rules = la.load(write(f"pay is 1 hour when {inner}.\npay is 2 hours otherwise.\n"))
    assert rules.evaluate({"urgent": True}).pay == "2"


def test_x01_brackets_in_quotations_and_comments_do_not_count(problems: Examine) -> None:
    many = "(" * 200
    assert problems(f'finding f en "{many}" vi "{many}" when urgent.  # {many}\n{OK}') == []


def test_x01_a_quoted_hash_does_not_hide_the_brackets_after_it(problems: Examine) -> None:
    found = problems('finding f en "#" vi "#" when ' + "(" * 100 + "urgent" + ")" * 100 + ".\n" + OK)
    assert codes(found) == ["nested-too-deep"]


def test_x01_brackets_left_open_in_one_clause_do_not_count_in_the_next(problems: Examine) -> None:
    clause = 'Clause {}. en "x" vi "y"\nfor each case:\npay is (1 hour.\n'
    assert "nested-too-deep" not in codes(problems(OK + "".join(clause.format(i) for i in range(1, 70))))


# ------------------------------------------------------------------ files


def test_x05_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "big.law"
    with path.open("wb") as file:
        file.truncate(100_000_000)  # sparse: 100 MB of NUL
    source, found = read_source(path)
    assert codes(found) == ["file-too-large"]
    assert "1000000" in found[0].message.en
    assert source.text == ""


def test_x05_one_line_of_nearly_a_megabyte_gets_a_short_message(problems: Examine) -> None:
    found = problems("pay is " + "x" * 900_000 + ".\n")
    assert codes(found) == ["unknown-name"]
    assert all(len(found[0].render(lang)) < 2_000 for lang in ("en", "vi"))


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"pay is\xff", "not-utf-8"), ("pay".encode("utf-16"), "not-utf-8"), (b"\xed\xa0\x80", "not-utf-8"), (b"a\x00b", "hidden-character")],
    ids=["invalid", "utf-16", "surrogate", "nul"],
)
def test_x05_what_is_no_plain_utf8_is_refused(data: bytes, code: str) -> None:
    assert codes(decode_source(data, "a.law")[1]) == [code]


def test_x05_one_byte_order_mark_is_accepted_and_two_are_not(problems: Examine, head: str) -> None:
    text = (head + OK).encode()
    assert problems(b"\xef\xbb\xbf" + text) == []
    assert problems(b"\xef\xbb\xbf\xef\xbb\xbf" + text)[0].message.en.count("U+FEFF") == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_x05_every_line_end_gives_the_same_places(problems: Examine, head: str, lines: int, end: str) -> None:
    text = (head + OK + "pay is nothing.\n").replace("\n", end)
    found = problems(text.encode())
    assert [(p.code, p.span.place()) for p in found] == [("unknown-name", (lines + 2, 8))]
    assert found[0].span.text() == "nothing"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_x05_every_line_end_gives_the_same_rules(problems: Examine, write: Write, head: str, end: str) -> None:
    text = head + OK + 'Clause 1. en "x" vi "y"\nfinding f en "a" vi "b" when urgent.  # note\n'
    plain, other = (examine(write(t.encode()))[0] for t in (text, text.replace("\n", end)))
    assert plain is not None and other is not None
    assert plain.rules == other.rules
    assert plain.findings == other.findings


def test_x05_a_file_that_is_no_file_is_a_problem(tmp_path: Path) -> None:
    assert codes(read_source(tmp_path / "nowhere.law")[1]) == ["file-unreadable"]


def test_x06_a_quotation_that_is_not_closed_ends_with_its_line(problems: Examine, lines: int) -> None:
    found = problems('finding f en "abc\n' + OK)
    assert (found[0].code, found[0].span.place()) == ("text-not-closed", (lines + 1, 14))
    assert found[0].span.text() == '"abc'
    assert all(p.span.place()[0] <= lines + 2 for p in found)


def test_x06_a_sentence_that_is_not_finished(problems: Examine) -> None:
    assert codes(problems("pay is 1 hour")) in (["unfinished"], ["full-stop-missing"])
    assert codes(problems("pay is")) != []


def test_x06_ten_thousand_errors_give_a_bounded_list(problems: Examine) -> None:
    found = problems("".join(f'Clause {i}. en "x" vi "y"\nbla bla.\n' for i in range(1, 10_000)))
    assert MAX_PROBLEMS == 50
    assert 50 <= len(found) <= 150


@pytest.mark.long
@pytest.mark.parametrize("line", ['Clause {}. en "x" vi "y"\nbla bla.\n', "pay is {} bla.\n", 'finding f{} en "a\n', "pay is ({} hour.\n", "1 "])
def test_x06_what_errors_cost_does_not_grow_faster_than_their_number(problems: Examine, line: str) -> None:
    def cost(count: int) -> int:
        text = "".join(line.format(i) for i in range(1, count))
        return calls(lambda: problems(text))

    cost(10)
    assert cost(1_600) < 2.6 * cost(800)


def test_x06_two_thousand_errors_in_one_clause_give_fifty_problems(problems: Examine) -> None:
    found = problems(OK + 'finding f en "x" vi "y" when day is after 2021-02-30.\n' * 2_000)
    assert codes(found) == ["no-such-date"] * MAX_PROBLEMS


def test_x06_ten_thousand_lines_with_hidden_characters_give_fifty_problems() -> None:
    assert len(check_characters(Source("a.law", "\u200b\n" * 10_000))) == MAX_PROBLEMS


# ------------------------------------------------------------------ numbers


def paid(write: Write, text: str) -> str | None:
    return la.load(write(text.encode())).evaluate({}).pay  # type: ignore[no-any-return]


READ_IN_ENGLISH = [("10,000", "10000"), ("29.9", "29.9"), ("1,234,567.5", "1234567.5"), ("480.700", "480.7"), ("1000", "1000")]
READ_IN_VIETNAMESE = [("480.700", "480700"), ("29,9", "29.9"), ("1.234.567,5", "1234567.5"), ("10,000", "10"), ("1000", "1000")]


@pytest.mark.parametrize(("number", "value"), READ_IN_ENGLISH)
def test_x07_a_number_is_read_by_the_tongue_of_its_file_english(write: Write, head: str, number: str, value: str) -> None:
    assert paid(write, f"{head}pay is {number} hours.\n") == value


@pytest.mark.parametrize(("number", "value"), READ_IN_VIETNAMESE)
def test_x07_a_number_is_read_by_the_tongue_of_its_file_vietnamese(write: Write, head_vi: str, number: str, value: str) -> None:
    assert paid(write, f"{head_vi}tiền là {number} giờ.\n") == value


@pytest.mark.parametrize(("number", "meant"), [("29,9", "29.9"), ("1.234.567", "1,234,567"), ("1.000,5", "1,000.5")])
def test_x07_the_form_of_the_other_tongue_is_an_error_with_the_number_meant_english(problems: Examine, lines: int, number: str, meant: str) -> None:
    (found,) = problems(f"pay is {number} hours.\n")
    assert (found.span.place(), found.span.text(), found.warning) == ((lines + 1, 8), number, False)
    said = f"{found.message.en} {found.hint.en if found.hint else ''}"
    assert meant in said or meant.replace(",", "") in said


@pytest.mark.parametrize(("number", "meant"), [("29.9", "29,9"), ("1,234,567", "1.234.567"), ("1,000.5", "1.000,5")])
def test_x07_the_form_of_the_other_tongue_is_an_error_with_the_number_meant_vietnamese(problems: Examine, head_vi: str, number: str, meant: str) -> None:
    (found,) = problems(f"{head_vi}tiền là {number} giờ.\n".encode())
    assert (found.span.text(), found.warning) == (number, False)
    said = f"{found.message.vi} {found.hint.vi if found.hint else ''}"
    assert meant in said or meant.replace(".", "") in said


@pytest.mark.parametrize("number", ["1.2.3", "1,2,3", "1,,000", "1" * 16, "0.1234567", "9" * 5_000, "1,234,567,890,123,456", "12,34,567"])
def test_x07_what_is_no_number_in_any_tongue_is_one_error_in_its_place(problems: Examine, lines: int, number: str) -> None:
    found = [p for p in problems(f"pay is {number} hours.\n") if not p.warning]
    assert {p.span.place()[0] for p in found} == {lines + 1}
    assert 8 <= found[0].span.place()[1] <= 8 + len(number)


@pytest.mark.parametrize("number", ["1_000", "1e9", "1e999999999", "0x10", "-1", "+1", ".5", "1 000", "1/0x2", "1²"])
def test_x07_what_python_would_read_as_a_number_is_an_error_in_its_place(problems: Examine, lines: int, number: str) -> None:
    found = problems(f"pay is {number} hours.\n" + 'Clause 1. en "x" vi "y"\n')
    assert found
    assert not any(p.warning for p in found)
    assert {p.span.place()[0] for p in found} == {lines + 1}
    assert all(8 <= p.span.place()[1] <= 8 + len(number) + len(" hours") for p in found)


@pytest.mark.parametrize("digit", ["٣", "３", "३", "²", "Ⅷ"])
def test_x07_digits_are_ascii(problems: Examine, lines: int, digit: str) -> None:
    found = problems(f"pay is {digit} hours.\n")
    assert ("foreign-character", (lines + 1, 8)) in [(p.code, p.span.place()) for p in found]
    assert f"U+{ord(digit):04X}" in found[0].message.en


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**6 - 1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_x07_a_number_as_each_tongue_writes_it_is_read_again(write: Write, head: str, head_vi: str, whole: int, part: int) -> None:
    english = f"{whole:,}.{part:06}"
    vietnamese = english.translate(str.maketrans(",.", ".,"))
    value = paid(write, f"{head}pay is {english} hours.\n")
    assert value == paid(write, f"{head_vi}tiền là {vietnamese} giờ.\n")
    assert value is not None
    assert Fraction(value) == Fraction(whole * 10**6 + part, 10**6)


# ------------------------------------------------------------------ characters

BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
ZERO_WIDTH = [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x034F, 0x180E, 0x206A, 0xFE0F, 0xE0101, 0xE0041, 0x3164]
CONTROLS = [0x00, 0x07, 0x0B, 0x0C, 0x1B, 0x7F, 0x85, 0x2028, 0x2029]
PLACES = {"source": "pay is{} 1 hour.\n", "string": 'finding f en "a{}b" vi "x" when urgent.\n', "comment": "# a{}b\n"}


@pytest.mark.parametrize("number", BIDI + ZERO_WIDTH + CONTROLS, ids=lambda n: f"U+{n:04X}")
@pytest.mark.parametrize("place", PLACES)
def test_x34_hidden_characters_are_refused_everywhere(place: str, number: int) -> None:
    line = PLACES[place].format(chr(number))
    source, found = decode_source(("\n" + line).encode(), "a.law")
    at = line.index(chr(number))
    assert ("hidden-character", 2, at + 1) in [(p.code, *p.span.place()) for p in found]
    assert f"U+{number:04X}" in found[0].message.en
    assert source.text.startswith("\n")


def test_x35_a_name_in_nfd_is_refused_with_the_place_of_the_mark(problems: Examine, lines: int) -> None:
    nfd = unicodedata.normalize("NFD", "giờ")
    found = problems(OK + f'finding f en "{nfd}" vi "x" when urgent.\n')
    assert codes(found) == ["not-composed"]
    assert found[0].span.place() == (lines + 2, len('finding f en "gio') + 1)
    assert found[0].hint is not None
    assert "fmt" in found[0].hint.vi


def test_x35_fmt_composes_what_is_written_apart(write: Write) -> None:
    folder = write(OK + 'finding f en "x" vi "giờ" when urgent.\n')
    file = folder / "a.law"
    wanted = file.read_text("utf-8")
    file.write_text(unicodedata.normalize("NFD", wanted), "utf-8")
    ran = CliRunner().invoke(main, ["fmt", str(file)])
    assert (ran.exit_code, ran.exception) == (0, None)
    assert unicodedata.is_normalized("NFC", file.read_text("utf-8"))
    assert examine(folder)[1] == []


@pytest.mark.parametrize("character", ["\u212b", "\u2126", "\u0340", "\u1e9b\u0323", "\u20dd"])
def test_x35_everything_that_nfc_would_change_is_refused(character: str) -> None:
    assert codes(decode_source(f"# {character}\n".encode(), "a.law")[1]) == ["not-composed"]


@pytest.mark.parametrize("twin", ["\u00d0", "\u0189"], ids=["ETH", "AFRICAN D"])
@pytest.mark.parametrize("place", PLACES)
def test_x36_the_twins_of_the_vietnamese_d_are_refused_by_their_code_point(place: str, twin: str) -> None:
    _, found = decode_source(PLACES[place].format(twin).encode(), "a.law")
    assert codes(found) == ["foreign-character"]
    assert f"U+{ord(twin):04X}" in found[0].message.vi


def test_x36_the_vietnamese_letters_are_all_accepted() -> None:
    letters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    assert decode_source((letters + letters.upper()).encode(), "a.law")[1] == []


@pytest.mark.parametrize(("text", "point"), [("fіxed", "U+0456"), ("Αrticle", "U+0391"), ("аrticle", "U+0430"), ("ｐay", "U+FF50")])
def test_x37_letters_of_other_scripts_are_refused(problems: Examine, lines: int, text: str, point: str) -> None:
    found = problems(f"{text} is 1 hour.\n")
    assert [point in p.message.en for p in found if p.code == "foreign-character"] == [True]
    assert {p.span.place()[0] for p in found if p.code == "foreign-character"} == {lines + 1}


def test_x38_the_two_spellings_of_a_tone_are_two_names_and_the_other_is_offered(problems: Examine, head: str) -> None:
    text = head.replace('"time"', '"hòa giải"') + "pay is hoà giải.\n"
    found = problems(text.encode())
    assert codes(found) == ["unknown-name"]
    assert found[0].hint is not None
    assert "hòa giải" in found[0].hint.en


def test_x38_lint_asks_about_names_that_differ_only_by_the_place_of_a_tone(write: Write, head: str) -> None:
    terms = 'fact en "talks" vi "hòa giải" key case.talks, a number of hours.\nfact en "other talks" vi "hoà giải" key case.others, a number of hours.\n'
    folder = write((head.replace("Article 1.", terms + "\nArticle 1.") + "pay is talks + other talks.\n").encode())
    assert "tone-mark-names" in [f.rule for f in lint(folder)]


@pytest.mark.parametrize(
    ("name", "code"), [("PAY", "unknown-name"), ("paY", "unknown-name"), ("İ", "foreign-character"), ("½", "unknown-name")]
)
def test_x39_names_are_not_folded(problems: Examine, lines: int, name: str, code: str) -> None:
    assert (code, (lines + 2, 1)) in [(p.code, p.span.place()) for p in problems(f"{OK}{name} is 1 hour.\n")]


def test_x39_a_capital_begins_a_sentence_and_nothing_more(write: Write, head: str) -> None:
    folder = write((head.replace('"pay"', '"đồng"') + "Đồng is 1 hour.\n").encode())
    assert examine(folder)[1] == []


def test_x40_a_column_counts_characters_and_the_caret_stands_under_them(problems: Examine, lines: int) -> None:
    sentence = 'finding f en "Điều kiện về giờ làm việc" vi "x" when nothing.\n'
    found = problems(OK + "\t" + sentence)
    at = 1 + sentence.index("nothing")
    assert [(p.code, p.span.place()) for p in found] == [("unknown-name", (lines + 2, at + 1))]
    _, excerpt, carets = found[0].render("vi").split("\n")[:3]
    gutter = len("      | ")
    assert excerpt[gutter:].index("nothing") == at
    assert carets[gutter:] == "\t" + " " * (at - 1) + "^" * len("nothing")


# ------------------------------------------------------------------ anything at all

WORDS = st.sampled_from(
    ["pay", "time", "urgent", "day", "is", "when", "otherwise", "hours", "1", "0.5", "1,300", "2020-02-30", "for each", "case", ":", ".",
     ",", "(", ")", "total of", "over", "where", "if none", "not", "and", "or", "must be stated", "is stated", "Article 2.", "Clause 1.",
     "Point dd.", "Example 01.", 'en "a"', 'vi "b"', '"', "key", "a_key", "thing", "unit", "choices", "fact", "term", "table", "by",
     "a number of", "hours per sessions", "reference to", "inversely", "result", "decisive", "reading", "by default", "read", "as",
     "in every reading:", "despite", "within", "as under", "article 1", "clause 9", "of instrument", "refuse", "finding", "at most",
     "together", "filled in order", "rounded half up", "figure", "official", "source", "+", "−", "×", "/", "<", "≤", "%", "40%",
     "Instrument", "uses", "from", "highest", "number of", "is among", "includes any of", "before this one", "its", "on", "of", "\n", "#"]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join), st.binary(max_size=200))


def test_x40_an_editor_counts_in_units_of_utf_16() -> None:
    lsp = pytest.importorskip("lsprotocol.types")
    from legalaid_dsl.workbench.server.positions import Ruler

    source = Source("a.law", "# giờ \U0001d404 e\u0301\tđ\n")
    line = source.text.split("\n")[0]
    for units, width in (("utf-16", lambda c: 1 + (ord(c) > 0xFFFF)), ("utf-8", lambda c: len(c.encode())), ("utf-32", lambda c: 1)):
        ruler = Ruler(units)
        for at in range(len(line) + 1):
            column = sum(map(width, line[:at]))
            assert ruler.position(source, at) == lsp.Position(0, column)
            assert ruler.offset(source, lsp.Position(0, column)) == at


@given(TEXT)
@example("A 0\n0")  # what is left after a mend stands elsewhere in what was written
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_under_a_heading_gives_problems_and_never_an_exception(write: Write, text: str | bytes) -> None:
    body = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    folder = write(body)
    (folder / "b.law").write_bytes(b'Instrument "1/2020" key tiny en "T" vi "N".\nthing en "case" vi "x" key case.\n')
    rulebook, found = examine(folder)
    assert (rulebook is None) == any(not p.warning for p in found)
    for problem in found:
        assert problem.render("en")
        assert problem.render("vi")


@given(st.lists(WORDS, min_size=1, max_size=25).map(" ".join))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_of_the_language_in_any_order_never_raise(write: Write, words: str) -> None:
    rulebook, found = examine(write(words + " .\n"))
    assert (rulebook is None) == any(not p.warning for p in found)


@given(st.integers(0, 10**15 - 1), st.integers(0, 10**6 - 1), st.sampled_from(["en", "vi"]))
def test_x07_what_is_printed_reads_back(whole: int, part: int, lang: str) -> None:
    value = whole + Fraction(part, 10**6)
    assert written_number(number_for(value, lang), lang) == written_number(grouped(value, lang), lang) == value
