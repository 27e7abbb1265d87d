"""Whatever tables a company lacks, every page of every kind of reader is made (缺表出全页)."""

from pathlib import Path

import pytest

from kit.data.load import load
from tests.pages import shop

NO_OWNER = "plan_id,specialist_id,valid_from\n"


def kinds(file: Path) -> list[tuple[str, str, str]]:
    """One page of each notebook and kind of audience, with a person and without."""
    pages = {
        (n, who.split("/")[0], person != ""): (n, who, person)
        for n, who, person in shop.readers(file)
    }
    return [*pages.values()]


def texts(file: Path) -> list[str]:
    """The text of each of those pages; a page that cannot be made raises here, and is named."""
    made = []
    for notebook, audience, person in kinds(file):
        try:
            made.append(shop.page(file, notebook, "zh", audience, person))
        except Exception as error:
            error.add_note(f"{notebook} for {audience} {person}")
            raise
    return made


def test_the_three_needed_tables_make_every_page(tmp_path):
    file = shop.write(tmp_path, dict.fromkeys(shop.OPTIONAL, "absent"))
    assert all(texts(file))


UNTRUE = (  # what three tables alone cannot tell
    "No spend in this period",
    "Nobody</",
    ">nan<",
    "No rater is marked",
    "No task of the period was late",
    "No skill gap is large enough",
    "between 0 totals",
    "clearly off",
)


def test_the_three_needed_tables_make_no_page_that_says_what_is_not_known(tmp_path):
    file = shop.write(tmp_path, dict.fromkeys(shop.OPTIONAL, "absent"))
    for notebook, audience, person in kinds(file):
        text = shop.page(file, notebook, "en", audience, person)
        assert [said for said in UNTRUE if said in text] == [], (notebook, audience, person)


@pytest.mark.slow
def test_every_cell_of_every_notebook_runs_on_the_three_needed_tables(tmp_path):
    """An analyst opens the lab on the own company: no cell takes the sample for granted."""
    file = shop.write(tmp_path, dict.fromkeys(shop.OPTIONAL, "absent"))
    for notebook in sorted({name for name, *_ in shop.readers(file)}):
        assert shop.page(file, notebook, "zh", "hr", analyst=True), notebook


def test_what_missing_targets_cost_is_told(tmp_path):
    file = shop.write(tmp_path, {"targets": "absent"})
    [issue] = [i for i in load(file).found if i.rule == "not_given"]
    costs = {str(getattr(cost, "key", cost)) for cost in issue.facts["costs"]}
    assert {"indicator.sales", "indicator.roi", "indicator.ctr"} <= costs


def test_plans_that_nobody_owns_yet_make_every_page(tmp_path):
    file = shop.write(tmp_path, dict.fromkeys(shop.OPTIONAL, "absent"))
    (tmp_path / "assignment.csv").write_text(NO_OWNER, encoding="utf-8")
    assert all(texts(file))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 107))
def test_any_absent_tables_make_every_page(tmp_path, seed):
    assert all(texts(shop.write(tmp_path, shop.subset(seed))))
