"""In a real Chromium: what is switched beside a text while something is open in its editor. Any error of the page or the console fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.browsing import Tongue, given_up, law, select

pytestmark = pytest.mark.long
one_tongue = pytest.mark.parametrize("tongue", ["vi"], indirect=True)  # what no word of a page bears upon
OPEN = {  # what can be open in the editor with the keyboard in it: keys, and what is there then
    "search": ("Control+f", ".cm-search"),
    "line": ("Control+Alt+g", ".cm-dialog"),
    "name": ("F2", ".cm-ask"),
    "meaning": ("Alt+F1", ".cm-told"),
    "uses": ("Shift+F12", ".cm-lsp-reference-panel"),
}


def opened(page: Any, tongue: Tongue, what: str) -> str:
    key, shown = OPEN[what]
    select(page, tongue["ceiling"])
    page.keyboard.press(key)
    page.wait_for_selector(shown)
    if what in ("search", "line", "name"):
        page.keyboard.type("7")  # a change that the input has not told of yet
    return shown


def test_what_was_changed_is_shown_and_no_longer(page: Any, tongue: Tongue) -> None:
    law(page, "article_08.law")
    page.click("#differences")
    page.locator(".cm-line").nth(8).wait_for()  # nothing is hidden while nothing is changed
    assert page.locator(".cm-deletedText").count() == 0
    select(page, tongue["at most"])
    page.keyboard.type(tongue["at most 35"])
    page.wait_for_selector(".cm-deletedText")
    page.click("#differences")
    page.wait_for_selector(".cm-deletedText", state="detached")
    page.click("#differences")
    page.wait_for_selector(".cm-deletedText")
    law(page, "article_09.law")
    page.click("#differences")
    law(page, "article_08.law")  # the page anew: not switched on, the change still there
    assert page.get_attribute("#differences", "aria-pressed") == "false"
    page.locator(".cm-line", has_text=tongue["at most 35"]).wait_for()
    page.locator(".cm-content").focus()
    page.click("#differences")
    page.wait_for_selector(".cm-deletedText")
    given_up(page, "article_08.law")


@one_tongue
@pytest.mark.parametrize("what", OPEN)
def test_the_differences_take_nothing_away_that_is_open(page: Any, tongue: Tongue, what: str) -> None:
    law(page, "article_08.law")
    page.wait_for_selector("#trials li.passed")
    shown = opened(page, tongue, what)
    for pressed in ("true", "false"):
        page.evaluate("() => document.getElementById('differences').click()")  # the keyboard stays where it is
        page.wait_for_selector(f"#differences[aria-pressed={pressed}]")
        assert page.locator(shown).count() == 1


@one_tongue
@pytest.mark.parametrize("what", OPEN)
def test_another_file_while_something_is_open(page: Any, tongue: Tongue, what: str) -> None:
    """It is closed, and who types in it types nowhere, least of all in the other text."""
    law(page, "article_08.law")
    page.wait_for_selector("#trials li.passed")
    opened(page, tongue, what)
    page.evaluate("() => { location.hash = 'article_03.law'; }")
    page.wait_for_selector("#file:has-text('article_03.law')")
    assert page.locator(OPEN[what][1]).count() == 0
    if what in ("search", "line", "name"):
        assert page.evaluate("() => document.activeElement === document.body")
        page.keyboard.type("zz")
    page.evaluate("() => { location.hash = 'article_08.law'; }")
    page.wait_for_selector("#file:has-text('article_08.law')")
    assert page.locator(".cm-search, .cm-dialog").count() == 0  # nor is it there again
    assert page.locator("#outline summary em").count() == 0  # nothing was typed into any text


@one_tongue
@pytest.mark.parametrize("what", OPEN)
def test_the_other_tongue_while_something_is_open(page: Any, tongue: Tongue, what: str) -> None:
    law(page, "article_08.law")
    page.wait_for_selector("#trials li.passed")
    opened(page, tongue, what)
    other = "en" if tongue.lang == "vi" else "vi"
    page.evaluate("() => document.getElementById('convert').click()")
    page.wait_for_selector(f"#convert:has-text('{tongue[f'to_{tongue.lang}']}')")
    assert page.locator(OPEN[what][1]).count() == 0
    page.click("#convert")
    page.wait_for_selector(f"#convert:has-text('{tongue[f'to_{other}']}')")
    page.wait_for_selector("#state:not(.unsaved)")  # the text that is saved, there and back: nothing was typed into it


def test_a_reading_is_switched(page: Any, tongue: Tongue) -> None:
    law(page, "article_03.law")
    page.wait_for_selector("#trials li.passed")
    page.click("#of-readings > summary")
    switch = page.locator("#readings select").nth(2)  # whether an exact multiple of four hours has hours left over
    with page.expect_response(lambda found: "/studio/trials" in found.url):
        switch.select_option(index=1)
    page.wait_for_selector("#trials li.failed")
    assert page.locator("#trials li .changed").count() >= 1
    with page.expect_response(lambda found: "/studio/trials" in found.url):
        switch.select_option(index=0)
    page.wait_for_selector("#trials li.failed", state="detached")
    page.wait_for_selector("#trials li.passed")


@one_tongue
def test_coverage_is_switched(page: Any, tongue: Tongue) -> None:
    law(page, "article_03.law")
    page.click("#cover")
    page.wait_for_selector(".covered")
    page.click("#cover")
    page.wait_for_selector(".covered", state="detached")
