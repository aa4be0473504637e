"""Books made once: of a small ruleset with everything in it that may be hostile, and of the circular without its examples run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from legalaid_dsl.book.gather import Law, read, tried
from legalaid_dsl.book.making import book
from legalaid_dsl.workbench.examples.runner import case_files, run_cases
from legalaid_dsl.workbench.starting import STARTER

Files = dict[str, str]

ACT = """Instrument "99" key dearer en "A dearer hall | An act that makes the hall dearer" vi "Tăng phí | Văn bản tăng phí",
  from 2027-01-01, amends my_rules{draft}.

Article 1. en "The fee" vi "Mức phí"
in clause 1 Article 1 replace "2 coins per hour" with "3 coins per hour".

Add after clause 2 Article 1 as follows:

Clause 3. en "Nothing else is paid." vi "Không phải trả khoản nào khác."
"""


@pytest.fixture(scope="package")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ruleset that beginners start from, with an official text and a draft beside it."""
    folder = tmp_path_factory.mktemp("book") / "my_rules"
    shutil.copytree(STARTER / "my_rules", folder)
    (folder / "amendments").mkdir()
    (folder / "amendments" / "dearer.law").write_text(ACT.format(draft=", a draft"), "utf-8")
    return folder


@pytest.fixture(scope="package")
def small_law(small: Path) -> Law:
    law = read(small)
    return tried(law, run_cases(law.rules, case_files(small)))


@pytest.fixture(scope="package")
def small_book(small_law: Law) -> Files:
    return dict(book(small_law, ("vi", "en")))


@pytest.fixture(scope="package")
def circular() -> Law:
    from legalaid_dsl.api import SHIPPED
    from legalaid_dsl.basics.keywords import shipped

    return read(shipped("rulesets") / SHIPPED, drafts=False)


@pytest.fixture(scope="package")
def circular_pages(circular: Law) -> Files:
    """In one language, without examples: those take a minute."""
    return dict(book(circular, ("vi",)))
