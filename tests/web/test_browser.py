"""In a real Chromium, in both tongues: a drafter's edits, an amendment from edit to report, a case from nothing to its statement, a
spreadsheet, a kill of the program in the middle of typing, and what axe says of every page."""

from __future__ import annotations

import signal
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from legalaid_dsl.workbench.official.attach import attach
from legalaid_dsl.workbench.starting import write_rulesets
from tests.web.browsing import WAIT, Program, Tongue, axe, fits, given_up, law, select, typed, watched, written

pytestmark = pytest.mark.long
one_tongue = pytest.mark.parametrize("tongue", ["vi"], indirect=True)  # what no word of a page bears upon


def test_the_edits_of_a_drafter(page: Any, rules_here: Path, tongue: Tongue, pictures: Callable[..., None]) -> None:
    law(page, "article_08.law")
    before = (rules_here / "article_08.law").read_text("utf-8")
    page.wait_for_selector("#trials li.passed")
    # 1 a mistake, told where it stands, and mended by the button of its hint
    wrong = tongue["at most"].replace(tongue["ceiling"], tongue["ceiling"][:-1])
    select(page, tongue["at most"])
    page.keyboard.type(wrong)
    page.wait_for_selector(".cm-lintRange-error")
    page.wait_for_selector("#problems .error button")
    page.locator("#problems .fix", has_text=tongue["ceiling"]).first.click()
    page.wait_for_selector(".cm-lintRange-error", state="detached")
    # 2 a ceiling, and what it does to the examples beside it
    select(page, tongue["at most"])
    page.keyboard.type(tongue["at most 35"])
    page.wait_for_selector("#trials li.failed")
    assert tongue["failure"] in page.locator("#trials li.failed", has_text="art_8_base").inner_text()
    assert (page.inner_text("#counted"), page.inner_text("#state")) == (tongue["no_problems"], tongue["unsaved"])
    pictures(law=(1280, "light"), law_dark=(1280, "dark"))
    # 3 what a name means; 4 where it is used; 5 where it is declared
    select(page, tongue["ceiling"])
    page.keyboard.press("Alt+F1")
    page.wait_for_selector(f".cm-told:has-text('{tongue['ceiling']}')")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+F12")
    page.wait_for_selector(".cm-lsp-reference-panel")
    page.keyboard.press("Escape")
    select(page, tongue["payable"])
    page.keyboard.press("F12")
    page.wait_for_selector("#file:has-text('glossary.law')")
    law(page, "article_08.law")
    # 6 the other tongue and back: the same rules
    other = "en" if tongue.lang == "vi" else "vi"
    page.click("#convert")
    page.wait_for_selector(f"#convert:has-text('{tongue[f'to_{tongue.lang}']}')")
    assert tongue["of the other tongue"] in written(page)
    page.wait_for_selector(f"#counted:has-text('{tongue['no_problems']}')")
    page.click("#convert")
    page.wait_for_selector(f"#convert:has-text('{tongue[f'to_{other}']}')")
    # 7 one layout
    page.click("#format")
    # 8 a point by a form
    select(page, f"{tongue['clause']} 2. {tongue.lang}")
    page.click("#new")
    page.select_option("#new-level", "clause")
    page.fill("#new-label", "9")
    page.fill("#new-headnote_vi", "Khoản mới")
    page.fill("#new-headnote_en", "A new clause")
    page.click("#form button.main")
    new = page.locator(".cm-line", has_text=f"{tongue['clause']} 9.")
    new.wait_for()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+z")  # 9 and taken back
    new.wait_for(state="detached")
    fits(page, tongue)
    # 10 saved; somebody else writes the file; the next save is refused with both texts, and nothing is lost
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+s")
    page.wait_for_selector("#state:not(.unsaved)")
    assert tongue["at most 35"] in (rules_here / "article_08.law").read_text("utf-8")
    select(page, tongue["at most 35"])
    typed(page, yours := tongue["at most"].replace("30", "36"))
    (rules_here / "article_08.law").write_text(before + "# theirs\n", "utf-8")
    page.click("#save")
    page.wait_for_selector("#conflict[open]")
    assert page.input_value("#theirs").endswith("# theirs\n") and yours in page.input_value("#yours")
    page.click("#keep-yours")
    page.wait_for_selector("#conflict", state="hidden")
    page.wait_for_selector("#state:not(.unsaved)")
    page.click("#kept > summary")
    page.locator("#history button").first.click()  # what stood there before
    page.wait_for_function("() => document.getElementById('state').classList.contains('unsaved')")
    page.click("#save")
    page.wait_for_selector("#state:not(.unsaved)")
    (rules_here / "article_08.law").write_text(before, "utf-8")


@one_tongue
def test_what_is_typed_while_an_answer_is_awaited_stays(page: Any, rules_here: Path, tongue: Tongue) -> None:
    law(page, "article_08.law")
    before = (rules_here / "article_08.law").read_text("utf-8")
    page.evaluate("""() => {
        const ask = window.fetch; // the answers to these come late
        window.fetch = async (url, ...more) => {
            const found = await ask(url, ...more);
            if (/studio\\/(save|open|convert)/.test(url)) await new Promise((done) => { window.answer = done; });
            return found;
        };
    }""")
    saves: list[str] = []
    page.on("request", lambda asked: saves.append(asked.url) if "/studio/save" in asked.url else None)
    kept = page.locator("#history button").count()
    select(page, tongue["at most"].removesuffix(" buổi"))
    page.keyboard.type(half := tongue["at most 35"].removesuffix(" buổi"))
    page.keyboard.press("Control+s")
    page.wait_for_function("() => window.answer")
    page.keyboard.type("0")
    page.evaluate("() => window.answer()")
    page.locator("#history button").nth(kept).wait_for(state="attached")  # the answer is there
    page.wait_for_selector(f"#counted:has-text('{tongue['no_problems']}')")
    assert page.inner_text("#state") == tongue["unsaved"] and len(saves) == 1
    assert page.locator(f".cm-line:has-text('{half}0 buổi')").count() == 1
    assert tongue["at most 35"] in (rules_here / "article_08.law").read_text("utf-8")
    page.evaluate("() => { window.answer = undefined; }")
    page.click("#convert")  # asked again: what is typed meanwhile is turned too
    page.wait_for_function("() => window.answer")
    page.locator(".cm-content").focus()
    page.keyboard.type("0")
    for _ in range(2):
        page.evaluate("() => { const answer = window.answer; window.answer = undefined; answer(); }")
        page.wait_for_function("() => window.answer")
    page.evaluate("() => window.answer()")
    turned = f"#convert:has-text('{tongue['to_vi']}')"
    page.wait_for_selector(turned)
    page.reload()
    page.wait_for_selector(turned)
    assert tongue["of the other tongue"].replace("35", "3500") in written(page)
    page.click("#drop")
    page.wait_for_selector("#state:not(.unsaved)")
    (rules_here / "article_08.law").write_text(before, "utf-8")


@one_tongue
def test_a_save_that_overtakes_what_was_typed_before_it(page: Any, rules_here: Path, tongue: Tongue) -> None:
    before = (rules_here / "article_08.law").read_text("utf-8")
    law(page, "article_08.law")
    page.wait_for_selector(f"#counted:has-text('{tongue['no_problems']}')")
    page.evaluate("""() => {
        const send = WebSocket.prototype.send; // what the editor sends comes late
        const held = [];
        WebSocket.prototype.send = function (...given) { held.push(() => send.apply(this, given)); };
        window.release = () => { WebSocket.prototype.send = send; held.forEach((one) => one()); };
    }""")
    select(page, tongue["at most"])
    page.keyboard.type(tongue["at most 35"])
    page.wait_for_selector("#trials li.failed")
    page.keyboard.press("Control+z")
    as_it_was = page.locator(".cm-line", has_text=tongue["at most"])
    as_it_was.wait_for()
    page.keyboard.press("Control+s")
    page.wait_for_selector("#state:not(.unsaved)")
    page.evaluate("() => window.release()")
    page.wait_for_selector("#trials li.failed", state="detached")
    assert (page.inner_text("#state"), page.inner_text("#counted")) == (tongue["saved"], tongue["no_problems"])
    assert written(page) == (rules_here / "article_08.law").read_text("utf-8") == before
    as_it_was.wait_for()


@one_tongue
def test_a_name_is_changed_in_every_file(page: Any, rules_here: Path, tongue: Tongue) -> None:
    law(page, "article_03.law")
    select(page, f"{tongue['left over']} > 0")
    page.keyboard.press("F2")
    page.wait_for_selector(".cm-ask input")
    page.keyboard.press("Control+a")
    page.keyboard.type(tongue["odd hours"])
    page.keyboard.press("Enter")
    page.locator(".cm-line", has_text=tongue["odd hours"]).first.wait_for()
    names = sorted(p.name for p in rules_here.glob("*.*") if p.suffix in (".law", ".case") and tongue["left over"] in p.read_text("utf-8"))
    unsaved = "() => [...document.querySelectorAll('#outline details')].filter((d) => d.querySelector('summary em')).map((d) => d.dataset.file).sort()"
    page.wait_for_function(f"(names) => JSON.stringify(({unsaved})()) === JSON.stringify(names)", arg=names)
    assert tongue["odd hours"] in written(page) and len(names) > 1
    page.wait_for_selector(f"#counted:has-text('{tongue['no_problems']}')")
    given_up(page, *names)


def test_an_amendment_from_edit_to_report(page: Any, tongue: Tongue, pictures: Callable[..., None]) -> None:
    law(page, "article_08.law")
    page.wait_for_selector("#trials li.passed")
    select(page, tongue["at most"])
    page.keyboard.type(tongue["at most 35"])
    page.wait_for_selector("#trials li.failed")
    page.click("#edited a")  # what comes next stands under the text
    page.wait_for_selector("#enact:not([hidden])")
    frame = page.frame_locator("#redline")
    assert frame.locator("del", has_text="30").count() == 1 and frame.locator("ins", has_text="35").count() == 1
    page.fill("#key", "tran_35")
    page.fill("#title", "Dự thảo nâng mức trần")
    page.fill("#from", "2027-07-01")
    page.click("#write")
    page.wait_for_selector("#act:not([hidden])")
    assert tongue["phrase"] in page.inner_text("#act")
    pictures(changes=(1280, "light"), changes_narrow=(360, "light"))
    page.click("#instead")
    page.wait_for_selector(f"#days button[aria-pressed=true]:has-text('{tongue['day']}')")
    assert page.input_value("#which") == "tran_35"
    page.click("#compare")
    page.wait_for_selector("#compared:not([hidden])", timeout=400_000)
    page.fill("#count", "100")
    page.click("#simulate")
    page.wait_for_selector("#simulated:not([hidden])", timeout=400_000)
    page.frame_locator("#simulated").locator(".front .money strong").wait_for()
    fits(page, tongue)
    with page.expect_download() as got:
        page.click("#zip")
    assert got.value.suggested_filename == "circular_02_2021-tran_35.zip"
    with zipfile.ZipFile(got.value.path()) as file:
        assert {"tran_35.law", "consolidated/article_08.law", "redline-2027-07-01-vi.html", "compare.html", "report.html"} <= set(file.namelist())
        assert tongue["at most 35"] in file.read("consolidated/article_08.law").decode("utf-8")
    page.click("#carry-out")  # the other view, by one click
    page.wait_for_function("() => document.getElementById('which').value === ''")
    page.wait_for_selector("#changed:has-text('article_08.law')")
    given_up(page, "article_08.law", "amendments/tran_35.law")


def test_a_kill_in_the_middle_of_typing(browser: Any, root: Path, tmp_path: Path, tongue: Tongue) -> None:
    write_rulesets([root / "tests" / "rulesets_small" / "late_books"], tmp_path / "rules", tongue.lang)
    books = tmp_path / "rules" / "late_books"
    program = Program(books, tongue)
    page = browser.new_context().new_page()
    page.set_default_timeout(WAIT)
    wrong = watched(page, "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED", "WebSocket connection")  # the program is gone
    page.goto(program.link)
    page.wait_for_selector(f".cm-line:has-text('{tongue['article']} 1')")
    select(page, tongue["fine is 5"])
    typed(page, tongue["fine is 7"])
    assert any(tongue["fine is 7"] in p.read_text("utf-8") for p in tmp_path.rglob("draft-*.json"))
    page.wait_for_selector("#outline summary em")  # the outline too says what is not saved
    page.keyboard.type(" or")
    program.end(signal.SIGKILL)
    page.wait_for_selector(f"#trouble:has-text('{tongue['gone_kept']}')")
    assert tongue["fine is 5"] in (books / "article_01.law").read_text("utf-8")
    page.close()
    assert wrong == []
    attach(books, tongue["official"], tongue.lang, "late_books", "x.txt")
    program = Program(books, tongue)
    try:
        page = browser.new_context().new_page()
        page.set_default_timeout(WAIT)
        wrong = watched(page)
        page.goto(program.link)
        page.wait_for_selector("#state.unsaved")
        assert tongue["fine is 7"] in written(page)
        select(page, tongue["fine is 7"])  # the official text of the point in which the cursor stands
        page.wait_for_selector(f"#official section.current:has-text('{tongue['official point']}')")
        fits(page, tongue)
        # a second window: what it types is told in the first, and nobody writes over anybody
        other = page.context.new_page()
        of_other = watched(other)
        other.goto(page.url)
        other.wait_for_selector(f".cm-line:has-text('{tongue['article']} 1')")
        other.locator(".cm-content").focus()
        other.keyboard.press("Control+End")
        other.keyboard.type("# from the other window")
        page.wait_for_selector("#elsewhere:not([hidden])")
        page.wait_for_function("() => document.querySelector('.cm-content').textContent.includes('# from the other window')")
        page.context.close()
        assert wrong == of_other == []
    finally:
        program.end()


@one_tongue
def test_typing_in_the_largest_article_is_answered(page: Any, rules_here: Path, tongue: Tongue) -> None:
    largest = max(rules_here.glob("article_*.law"), key=lambda p: p.stat().st_size)
    law(page, largest.name)
    page.wait_for_selector(f"#trials li, #summary:has-text('{tongue['no_examples']}')")
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    for _ in range(3):
        page.keyboard.type("q")
        page.wait_for_selector(".cm-lintRange-error", state="attached")
        page.keyboard.press("Backspace")
        page.wait_for_selector(".cm-lintRange-error", state="detached")
    page.click("#drop", force=True)


def test_a_case_from_nothing_to_its_statement(page: Any, tongue: Tongue, pictures: Callable[..., None]) -> None:
    page.goto(page.home)
    page.click(f"nav >> text={tongue['case']}")
    page.wait_for_selector(".status.undetermined")
    page.wait_for_selector(f"#next:has-text('{tongue['next_question']}')")
    page.get_by_label(tongue["form"]).first.select_option(label=tongue["proceedings"])
    page.locator("[data-path=closed_on]").fill("2026-09-30")
    assert "2026" in page.locator("[data-path=closed_on] + output").inner_text()
    page.locator("[data-path=assigned_on]").fill("2026-01-05")
    page.locator("details[data-path=stages] > summary").click()
    page.get_by_label(tongue["investigation"], exact=True).first.check()
    page.get_by_role("button", name=f"{tongue['add']} {tongue['a provider']}").click()
    page.locator("[data-path='providers[0].kind']").select_option(label=tongue["lawyer"])
    page.locator("[data-path='providers[0].method']").select_option(index=1)
    lines = page.locator("section[data-path=entries]")
    lines.get_by_text(tongue["paste"]).click()
    heads = [h.strip() for h in lines.locator("textarea").get_attribute("placeholder").split("\t")]
    cells = tongue["row"].split("\t")
    lines.locator("textarea").fill("\t".join(heads[: len(cells)]) + "\n" + "\t".join(cells))
    lines.get_by_role("button", name=tongue["paste_add"]).click()
    page.get_by_role("button", name=tongue["offences"]).click()  # what is asked for leads to where it is said
    assert page.evaluate("() => document.activeElement.dataset.path") == "offences"
    page.get_by_role("button", name=f"{tongue['add']} {tongue['an offence']}").click()
    page.locator("[data-path='offences[0].class']").select_option(label=tongue["serious"])
    page.wait_for_selector(f"#answer:has-text('{tongue['appendix']}')")  # a figure that no source gives
    page.check("#illustrative")
    page.wait_for_selector(".status.determined")
    amount = page.locator("#answer .money strong").inner_text()
    assert amount == tongue["amount"] and page.locator("#answer .warning").count() == 1
    pictures(case=(1280, "light"), case_narrow=(360, "light"))
    hours = page.locator("[data-path='entries[0].hours']")
    hours.fill(tongue["unclear hours"])  # a thousand, or one: not guessed
    page.wait_for_selector(".status.undetermined")
    assert hours.get_attribute("aria-invalid") == "true"
    hours.fill(tongue["hours"])
    page.wait_for_selector(".status.determined")
    page.click("#statement")
    page.wait_for_selector("#statement[aria-pressed=true]")
    page.frame_locator("#page").locator(".sign").first.wait_for()
    assert amount in page.frame_locator("#page").locator("body").inner_text()
    fits(page, tongue)
    for button, ending in (("#save-page", "-statement.html"), ("#receipt", "-receipt.json")):
        with page.expect_download() as file:
            page.click(button)
        assert file.value.suggested_filename.endswith(ending)
    page.locator(".rests > summary").click()
    page.locator(".rests a", has_text=f"{tongue['article']} 9").first.click()  # a citation opens the clause, and one comes back
    page.wait_for_selector("#file:has-text('article_09.law')")
    page.wait_for_selector(".cm-content")
    page.click("#back a")
    page.wait_for_selector(".status.determined")
    page.click("#statement")
    page.frame_locator("#page").locator(".sign").first.wait_for()
    assert page.pdf().startswith(b"%PDF")
    with page.expect_download() as got:
        page.click("#save")
    saved = Path(got.value.path()).read_text("utf-8")
    page.click("#new")
    page.wait_for_selector(".status.undetermined")
    page.set_input_files("#load", {"name": "case.json", "mimeType": "application/json", "buffer": saved.encode("utf-8")})
    page.wait_for_selector(".status.determined")
    assert page.locator("#answer .money strong").inner_text() == amount
    page.click("#tongue")
    page.wait_for_selector(f"h1:has-text('{tongue['other page']}')")
    page.wait_for_selector(".status.determined")
    assert page.locator("[data-path='entries[0].hours']").input_value() == tongue["other hours"]


def test_a_spreadsheet_is_understood(page: Any, tmp_path: Path, tongue: Tongue) -> None:
    page.goto(page.home.replace("/?", "/studio/case?"))
    page.wait_for_selector("#next:not([hidden])")
    path = tmp_path / "cases.csv"
    path.write_text("id,form,closed_on,colour\nA1,civil_proceedings,2026-03-02,red\nA2,civil_proceedings,2026-03-02,blue\n", "utf-8")
    page.set_input_files("#tables", str(path))
    page.wait_for_selector(f"#studying:has-text('{tongue['cases read']}')")
    assert "colour" in page.inner_text("#studied .note") and page.locator("#studied tbody tr").count() == 2
    assert axe(page) == []
