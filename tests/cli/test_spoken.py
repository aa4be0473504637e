"""The command line in Vietnamese: every help and every complaint; the machine's language never chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from legalaid_dsl.cli.main import main
from legalaid_dsl.cli.wording.spoken import words

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)


def run(*arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    result = CliRunner(env={"LEGALAID_LANG": None, **(env or {})}).invoke(main, list(arguments), prog_name="legalaid")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        yield (name,), command
        if isinstance(command, click.Group):
            yield from (((name, n), c) for n, c in command.commands.items())


def test_every_command_and_option_has_its_vietnamese_and_none_is_left_over() -> None:
    known = words()
    missing, used = [], {"main"}
    for path, command in commands():
        assert command.name is not None
        used.add(command.name)
        entry = known["commands"].get(command.name, {})
        missing += [] if entry.get("about") else [command.name]
        own = {p.name for p in command.params if isinstance(p, click.Option) and not p.hidden}
        missing += [f"{command.name} {p}" for p in own if p not in {**known["options"], **entry.get("options", {})}]
        assert set(entry.get("options", {})) <= own, path
    assert missing == []
    assert set(known["commands"]) == used


@pytest.mark.parametrize("path", [p for p, _ in commands()], ids=" ".join)
def test_help_in_vietnamese_has_no_english_left(path: tuple[str, ...]) -> None:
    status, out, _ = run(*path, "--help", "--lang", "vi")
    assert (status, out.startswith("Cách dùng: legalaid ")) == (0, True)
    assert not re.findall(r"\b(?:the|of|and|shows|shown|default|required|Options|Usage|Commands|TEXT|INTEGER|RANGE|PATH|DIRECTORY)\b", out)
    english = run(*path, "--help")[1]
    assert english.startswith("Usage: legalaid ")
    assert not VIETNAMESE.search(english)


def test_the_environment_chooses_and_the_line_prevails() -> None:
    assert run("--help", env={"LEGALAID_LANG": "vi"})[1].startswith("Cách dùng:")
    assert run("check", "--lang", "en", "--help", env={"LEGALAID_LANG": "vi"})[1].startswith("Usage:")
    assert run("--help", env={"LANG": "vi_VN.UTF-8", "LC_ALL": "vi_VN.UTF-8"})[1].startswith("Usage:")


@pytest.mark.parametrize(
    ("arguments", "en", "vi"),
    [
        (("evalute",), "Did you mean “evaluate”?", "Có phải ý là “evaluate”?"),
        (("law", "atach"), "Did you mean “attach”?", "Có phải ý là “attach”?"),
        (("dance",), "There is no command “dance”.", "Không có lệnh “dance”."),
        (("evaluate",), "Missing argument 'CASES'.", "Thiếu tham số 'HỒ_SƠ'."),
        (("schema",), "Choose from:", "Chọn một trong:"),
        (("translate", "."), "Missing option '--to'", "Thiếu tùy chọn '--to'"),
        (("check", "--lnag"), "No such option '--lnag'", "Không có tùy chọn '--lnag'. Có phải ý là '--lang'?"),
        (("check", "nowhere"), "'nowhere' does not exist", "không có đường dẫn 'nowhere'"),
        (("compare", "a", "b", "--tries", "0"), "0 is not in the range x>=1.", "0 nằm ngoài khoảng x>=1."),
        (("compare", "a", "b", "--tries", "x"), "'x' is not a valid integer", "'x' không phải là số nguyên"),
        (("evaluate", "x", "--at", "1/2/2026"), "does not match the format", "không đúng dạng năm-tháng-ngày"),
        (("evaluate", "x", "--format", "pdf"), "'pdf' is not one of", "'pdf' không thuộc các giá trị"),
        (("evaluate", "x", "y"), "Got unexpected extra argument (y)", "Thừa tham số (y)"),
        (("evaluate", "x", "--at"), "Option '--at' requires an argument.", "Tùy chọn '--at' cần có giá trị."),
        (("check", "--help=x"), "does not take a value", "không nhận giá trị"),
        (("guarantees", "--most", "x"), "--most wants NAME=VALUE", "--most phải có dạng"),
        (("simulate", "--out", "x"), "Give either CASES or --synthetic N.", "Hãy nêu HỒ_SƠ hoặc --synthetic N"),
        (("check", "--lang", "fr"), "'fr' is not one of 'en', 'vi'.", ""),
    ],
)
def test_complaints_in_both_languages(arguments: tuple[str, ...], en: str, vi: str) -> None:
    status, _, err = run(*arguments)
    assert (status, en in err) == (4, True), err
    if vi:
        status, _, err = run(*arguments, env={"LEGALAID_LANG": "vi"})
        assert (status, vi in err) == (4, True), err
        assert "Lỗi: " in err


def test_numbers_and_words_of_test_in_vietnamese() -> None:
    assert "tình huống đạt" in run("test", "tests/rulesets_small/late_books", "--lang", "vi")[1]
