"""Receipts: the same after layout, comments and tongue; the provision is named after a change of a number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

import legalaid_dsl as la
from legalaid_dsl.basics.canonical import canonical
from legalaid_dsl.receipts.receipt import NoReceipt, receipt_of, receipt_text
from legalaid_dsl.receipts.replay import NoSuchReceipt, changed, read_receipt, replay, told
from legalaid_dsl.receipts.signing import WrongSignature, check, signed
from legalaid_dsl.workbench.rewrite import rewrite
from tests.receipts.test_log import run

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def case(root: Path) -> str:
    return (root / "docs" / "cases" / "two_providers.json").read_text("utf-8")


@pytest.fixture
def changing(root: Path, tmp_path: Path) -> Path:
    """A copy of the rules that a test may change."""
    shutil.copytree(root / "rulesets", tmp_path / "rulesets")
    return tmp_path / "rulesets" / "circular_02_2021"


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


@settings(max_examples=60, deadline=None)
@given(JSON)
def test_canonical_form_is_that_of_the_standard(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_what_has_no_canonical_form_is_refused() -> None:
    for value in (1.5, 2**53, "\ud800", object()):
        with pytest.raises(ValueError):  # noqa: PT011
            canonical({"a": [value]})


def test_the_same_facts_written_otherwise(rules: la.Rules, case: str) -> None:
    facts = json.loads(case)
    other = dict(reversed(facts.items())) | {"labels": {"name": "somebody"}, "suspended_on": None}
    assert rules.evaluate(other).receipt() == rules.evaluate(facts).receipt()
    changed_facts = json.loads(case)
    changed_facts["entries"][0]["hours"] = "1.25"
    found = changed(rules.evaluate(other).receipt(), rules.evaluate(changed_facts).receipt())
    assert found is not None
    assert found.why == "facts"


def test_layout_comments_and_tongue_change_nothing(rules: la.Rules, changing: Path, case: str) -> None:
    for file in changing.glob("*.law"):
        if file.name == "article_03.law":
            file.write_text(rewrite(file, rules.rulebook.glossary, "vi"), "utf-8")
        file.write_text("# a remark\n\n" + file.read_text("utf-8") + "\n\n# and another\n", "utf-8")
    same(rules, la.load(changing), case)


@pytest.mark.long
def test_the_whole_law_in_another_tongue(rules: la.Rules, vietnamese: Path, case: str) -> None:
    same(rules, la.load(vietnamese / "circular_02_2021"), case)


def same(rules: la.Rules, other: la.Rules, case: str) -> None:
    receipt = rules.evaluate(case).receipt()
    assert other.rulebook.digest != rules.rulebook.digest
    assert other.meaning == rules.meaning
    assert replay(other, receipt, case) is None
    assert other.evaluate(case).receipt() == receipt


@pytest.mark.parametrize(
    ("file", "old", "new", "provision"),
    [
        ("circular_02_2021/article_03.law", "4 hours per session", "5 hours per session", "circular_02_2021/art_3/cl_2"),
        ("base_salary/instrument.law", "2,530,000", "2,540,000", "base_salary/art_3"),
    ],
)
def test_a_changed_number_names_its_provision(
    rules: la.Rules, changing: Path, case: str, file: str, old: str, new: str, provision: str
) -> None:
    receipt = rules.evaluate(case).receipt()
    replaced(changing.parent / file, old, new)
    other = la.load(changing)
    found = replay(other, receipt, case)
    assert found is not None
    assert (found.why, found.provisions) == ("law", (provision,))
    for lang in ("en", "vi"):
        assert provision in told(found, other.rulebook, lang)


def test_figures_and_readings_are_told_from_law(rules: la.Rules, root: Path, case: str) -> None:
    facts = json.loads((root / "docs" / "cases" / "sessions.json").read_text("utf-8"))
    one = rules.evaluate(facts, figures="illustrative")
    found = changed(one.receipt(), rules.evaluate(facts).receipt())
    assert found is not None
    assert found.why == "figures"
    other = rules.evaluate(case, readings={"art_3_cl_2_unit": "per_case"})
    found = changed(rules.evaluate(case).receipt(), other.receipt())
    assert found is not None
    assert found.why == "readings"


def test_another_program(rules: la.Rules, case: str) -> None:
    old = rules.evaluate(case).receipt()
    new = json.loads(json.dumps(old))
    new["engine"] = "9"
    assert changed(old, new) is None
    new["receipt"]["decisions"][3]["digest"] = "sha256:0"
    found = changed(old, new)
    assert found is not None
    assert (found.why, found.engines[1], found.term) == ("engine", "9", old["receipt"]["decisions"][3]["term"])


def test_another_program_with_another_form_of_rules(rules: la.Rules, case: str) -> None:
    """Then no rule can be held against its old digest, and the law is not blamed."""
    old = rules.evaluate(case).receipt()
    new = json.loads(json.dumps(old))
    new["engine"], new["receipt"]["ruleset"]["meaning"] = "9", "sha256:0"
    new["receipt"]["rules"] = {term: dict.fromkeys(found, "sha256:0") for term, found in new["receipt"]["rules"].items()}
    assert changed(old, new) is None
    new["receipt"]["decisions"][3]["digest"] = "sha256:0"
    found = changed(old, new)
    assert found is not None
    assert found.why == "engine"


def test_a_case_that_cannot_be_read(rules: la.Rules) -> None:
    with pytest.raises(NoReceipt):
        rules.evaluate("{").receipt()
    text = '{"nothing": 1}'
    receipt = receipt_of(rules.evaluate(text), text)
    assert receipt["receipt"]["status"] == "refused"
    assert replay(rules, receipt, text) is None


def test_what_is_no_receipt() -> None:
    for text in ("", "[]", "{}", '{"receipt": {"form": 99}, "engine": "1"}', "null", '{"receipt": {"form": 1}, "engine": "1"}'):
        with pytest.raises(NoSuchReceipt):
            read_receipt(text)


def test_signatures(rules: la.Rules, case: str, tmp_path: Path) -> None:
    keys = [pem_pair(tmp_path, name) for name in ("one", "two")]
    receipt = signed(rules.evaluate(case).receipt(), keys[0][0])
    assert read_receipt(receipt_text(receipt)) == receipt
    check(receipt, keys[0][1])
    with pytest.raises(WrongSignature):
        check(receipt, keys[1][1])
    with pytest.raises(WrongSignature):
        check({**receipt, "engine": "9"}, keys[0][1])
    with pytest.raises(WrongSignature):
        check(rules.evaluate(case).receipt(), keys[0][1])


def test_a_ruleset_in_one_file(root: Path, tmp_path: Path) -> None:
    """It is checked by deciding what it says; what is changed, unsigned or no pack is told, in both languages."""
    file, keys = tmp_path / "books.pack", pem_pair(tmp_path, "one")
    home = root / "tests" / "rulesets_small" / "late_books"
    rules = la.load(home)
    assert run("pack", str(home), "--out", str(file), "--sign", str(keys[0])) == (0, f"late_books {rules.meaning}\n", "")
    assert run("verify", str(file), "--key", str(keys[1]), "--out", str(tmp_path / "out"))[:2] == (0, f"late_books {rules.meaning}\n")
    assert la.load(tmp_path / "out" / "late_books").meaning == rules.meaning
    text = file.read_text("utf-8")
    changed = [
        text.replace("is 5 coins", "is 6 coins"), text.replace("is 5 coins", "is 5 conis"), text.replace("late_books/article", "../article"),
        text.replace("# A small law", "# A little law"), "{}", "[" * 100_000,
    ]  # fmt: skip
    for status, with_key, other in zip((1, 1, 1, 0, 1, 1), (4, 4, 1, 4, 1, 1), changed, strict=True):
        assert other != text
        file.write_text(other, "utf-8")
        assert (run("verify", str(file))[0], run("verify", str(file), "--key", str(keys[1]))[0]) == (status, with_key), other[:60]
        assert run("verify", str(file), "--lang", "vi")[2] != run("verify", str(file))[2] or status == 0


def pem_pair(folder: Path, name: str) -> tuple[Path, Path]:
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo))
    return private, public
