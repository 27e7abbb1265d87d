"""The pages of the real runs show the totals that a plain sum gives (checked in test_real.py)."""

import re

import pytest

from kit.report.run import run
from tests.real.prepare import prepare

pytestmark = [pytest.mark.shared, pytest.mark.slow]


def page(folder, name):
    found = list(folder.rglob(f"{name}.html"))
    assert len(found) == 1, found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0].read_text("utf-8")))


def test_the_pages_of_companyx_show_its_totals_and_its_mix(tmp_path):
    prepare("companyx")
    wanted = ["1_data_load", "2_kpi_scoring", "4_retrospective"]
    code = run(
        ["tests/real/companyx-2020-05.yml"], out=tmp_path, languages=["en"], notebooks=wanted
    )
    assert code == 0
    assert "15,403" in page(tmp_path, "1_data_load")  # rows without the five duplicates
    assert "4,987,783" in page(tmp_path, "2_kpi_scoring")  # S2's sales: camp 1, placement mno
    review = page(tmp_path, "4_retrospective")
    assert "11,717,719" in review and "1,478,324" in review  # May, and its fall from April
    assert "15.17%" in review and "43.42%" in review and "18.33 percentage points" in review


def test_the_page_of_cookie_cats_warns_of_the_sample_ratio(tmp_path):
    prepare("cookie_cats")
    code = run(
        ["tests/real/cookie-cats.yml"], out=tmp_path, languages=["en"], notebooks=["3_ab_testing"]
    )
    assert code == 0
    shown = page(tmp_path, "3_ab_testing")
    for figure in ("44,700", "45,489", "0.0086", "44.82%", "44.23%", "19.02%", "18.20%"):
        assert figure in shown


def test_the_pages_of_the_british_shop_stand_without_any_advert(tmp_path):
    prepare("online_retail")
    code = run(
        ["tests/real/online-retail-2011-11.yml"],
        out=tmp_path,
        languages=["en"],
        notebooks=["1_data_load", "4_retrospective"],
    )
    assert code == 0
    assert "1,503,867" in page(tmp_path, "1_data_load")


@pytest.mark.parametrize(
    "run_, said",
    [
        (
            "sessions",
            [
                "step over the same days stands for the market",
                "No step of the funnel moved beyond chance",
            ],
        ),
        ("facebook", ["No period to compare with is set", "35-39 M"]),
        ("olist", ["167.00", "within the margin of error"]),
    ],
)
def test_the_review_of_three_more_files_says_what_they_can_show(tmp_path, run_, said):
    """Sessions: the season of last year; ads without dates: drill-down alone; leads: no step."""
    prepare(run_)
    file = {"sessions": "sessions-2019-11", "olist": "olist-2018-03"}.get(run_, run_)
    code = run(
        [f"tests/real/{file}.yml"], out=tmp_path, languages=["en"], notebooks=["4_retrospective"]
    )
    review = page(tmp_path, "4_retrospective")
    assert code == 0 and [text for text in said if text not in review] == []
