"""What a proposal changes: the smallest cases that differ, and a portfolio, real or made up; as ``compare`` and ``simulate`` say it."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import attrs

from ...api import Rules
from ...service.problems import Problem
from ..desk import Desk, Json
from ..jobs import Job
from .amending import Proposal, laid_out

MOST_CASES: Final = 20_000
TRIES: Final = 300


@attrs.frozen(slots=True)
class Wanted:
    """``illustrative``: by invented tables, where the law's are not supplied. ``number``: of made-up cases; ``tables``: real ones;
    ``last_text``: every case by the last text, else each by the text that governs it."""

    which: str
    lang: str
    illustrative: bool = True
    number: int = 1000
    seed: int = 0
    by: tuple[str, ...] = ()
    split: bool = False
    last_text: bool = False
    tables: Path | None = None


def wanted(given: Json, lang: str, tables: Path | None = None) -> Wanted:
    """Raises Problem."""
    number, seed = given.get("number", 1000), given.get("seed", 0)
    by = given.get("by", [])
    if not isinstance(number, int) or not isinstance(seed, int) or not 1 <= number <= MOST_CASES or seed < 0:
        raise Problem("wrong-member", name="number", wanted_en=f"1 to {MOST_CASES}", wanted_vi=f"từ 1 đến {MOST_CASES}")
    if not isinstance(by, list) or not all(isinstance(x, str) for x in by):
        raise Problem("wrong-member", name="by", wanted_en="a list of texts", wanted_vi="danh sách chuỗi")
    split, last_text = (given.get(key) is True for key in ("split", "last_text"))
    return Wanted(str(given.get("which", "")), lang, given.get("illustrative") is not False, number, seed, tuple(by), split, last_text, tables)


def smallest(desk: Desk, asked: Wanted, job: Job) -> None:
    """The smallest cases that the two texts decide differently."""
    from ...study.comparison.report import Wanted as Asked
    from ...study.comparison.report import report
    from ...study.comparison.view import compare_view
    from ...study.render import page

    with laid_out(desk, asked.which) as found:
        base, amended = _rules(found, dated=False)
        made = report(base, amended, [], _options(asked), Asked(tries=TRIES), found.names, None)
        job.page = page(compare_view(made, asked.lang), "html")
        job.told = {"cases": [s.compared.case for s in made.smallest]}
        job.files["compare.html"] = job.page.encode("utf-8")


def portfolio(desk: Desk, asked: Wanted, job: Job) -> None:
    """Totals, groups, charts, and what each amending sentence does where it is asked."""
    from ...making.portfolios import write_portfolio
    from ...making.proportions import FILE, read_recipe
    from ...study.comparison.rulesets import parts_from
    from ...study.simulation.groups import columns_by, usual
    from ...study.simulation.scenarios import further
    from ...study.simulation.simulate import Simulation, simulate
    from ...study.simulation.tables_out import write_tables
    from ...study.simulation.view import simulation_page, simulation_view

    with laid_out(desk, asked.which) as found, tempfile.TemporaryDirectory(prefix="legalaid-studio-") as room:
        out = Path(room) / "out"
        dated = not asked.last_text
        base, amended = _rules(found, dated)
        proportions = Path(found.base) / FILE
        recipe = read_recipe(proportions, base.rulebook) if proportions.is_file() else None
        if asked.tables is None:
            if recipe is None:
                raise Problem("no-portfolio", file=FILE)
            write_portfolio(Path(room) / "portfolio", recipe, base.rulebook, asked.number, asked.seed, None)
        cases = str(asked.tables or Path(room) / "portfolio")
        names = asked.by or (recipe.by if recipe is not None else ()) or usual(base.rulebook)
        by = columns_by(names, base.rulebook, cases, strict=bool(asked.by), group=recipe.raw.get("group") if recipe is not None else None)
        options = _options(asked)
        parts = parts_from(base, amended, found.amended, dated=dated) if asked.split else None
        besides = further((base, amended), cases, options, parts, False) if parts else None
        question = Simulation(base, amended, cases, options, by, found.names, further=besides)
        tally = simulate(question, out, job.progress)
        write_tables(question, tally, out)
        view = simulation_view(question, tally, asked.lang)
        job.page = simulation_page(view, "html")
        job.files["report.html"] = job.page.encode("utf-8")
        for path in sorted(p for p in (out / "tables").glob("*.csv")):
            job.files[f"tables/{path.name}"] = path.read_bytes()


def _rules(found: Proposal, dated: bool) -> tuple[Rules, Rules]:
    from ...study.comparison.rulesets import rules_from

    return rules_from(found.base, dated=dated), rules_from(found.amended, dated=dated)


def _options(asked: Wanted) -> Any:
    from ...study.outcomes.outcome import Options

    return Options("illustrative" if asked.illustrative else None)


def needed() -> None:
    """Raises Problem where studies are not installed."""
    if not all(find_spec(name) for name in ("numpy", "pyarrow")):
        raise Problem("no-extra", extra="study")
