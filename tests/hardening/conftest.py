"""A ruleset of one article, small enough to be made wrong in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from legalaid_dsl.basics.problem import Problem
from legalaid_dsl.rulebook.load import examine

HEAD = """\
Instrument "1/2020" key tiny en "Tiny" vi "Nhỏ", from 2020-01-01.

thing en "case | cases" vi "vụ việc" key case.
unit en "hour | hours" vi "giờ" key hours.
unit en "session | sessions" vi "buổi" key sessions.
fact en "time" vi "thời gian" key case.time, a number of hours.
fact en "urgent" vi "khẩn cấp" key case.urgent, yes or no.
fact en "day" vi "ngày" key case.day, a date.
term en "pay" vi "tiền" key case.pay, a number of hours, result pay, decisive.

Article 1. en "Pay" vi "Tiền"
for each case:
"""
HEAD_VI = """\
Văn bản "1/2020" mã tiny vi "Nhỏ" en "Tiny", từ ngày 2020-01-01.

đối tượng vi "vụ việc" en "case | cases" mã case.
đơn vị vi "giờ" en "hour | hours" mã hours.
đơn vị vi "buổi" en "session | sessions" mã sessions.
dữ kiện vi "thời gian" en "time" mã case.time, số hours.
dữ kiện vi "khẩn cấp" en "urgent" mã case.urgent, có hoặc không.
dữ kiện vi "ngày" en "day" mã case.day, ngày.
thuật ngữ vi "tiền" en "pay" mã case.pay, số hours, quyết định, kết quả pay.

Điều 1. vi "Tiền" en "Pay"
với mỗi vụ việc:
"""
LINES = HEAD.count("\n")  # the body begins on the line after

Write = Callable[[str | bytes], Path]
Examine = Callable[[str | bytes], list[Problem]]


@pytest.fixture(scope="session")
def write(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Write]:
    """Text (put under the heading) or bytes (a whole file) as the folder of a ruleset."""
    with TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as above:
        count = 0

        def written(body: str | bytes) -> Path:
            nonlocal count
            count += 1
            folder = Path(above) / str(count) / "tiny"
            folder.mkdir(parents=True)
            (folder / "a.law").write_bytes(body if isinstance(body, bytes) else (HEAD + body).encode())
            return folder

        yield written


@pytest.fixture(scope="session")
def problems(write: Write) -> Examine:
    """The problems of a small ruleset."""
    return lambda body: examine(write(body))[1]


@pytest.fixture(scope="session")
def head() -> str:
    return HEAD


@pytest.fixture(scope="session")
def head_vi() -> str:
    """The same heading in the other tongue."""
    return HEAD_VI


@pytest.fixture(scope="session")
def lines() -> int:
    """The line before the body."""
    return LINES
