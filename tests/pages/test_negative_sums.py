"""Sums that are 0 or negative: after a promotion a month of returns, and its pages are made.

A logarithm, a ratio or a share over such a sum must set the unit apart, never stop a page.
"""

import pandas as pd
import pytest

from kit.data.load import load
from tests.pages import shop

JUNE, MAY = "2025-06", "2025-05"
WHERE = {
    "one person": lambda ads: ads["plan_id"].isin(["p0", "p1"]),
    "a keyword": lambda ads: ads["keyword"].eq("毛毯"),
    "half the days": lambda ads: pd.to_datetime(ads["date"]).dt.day.gt(15),
    "all": lambda ads: ads["plan_id"].notna(),
}
NOTEBOOK = "4_retrospective"


def company(place, where, month, factor):
    """The shop, with the sales of some rows of a month times a factor of 0 or below."""
    file = shop.write(place, {})
    ads = pd.read_csv(place / "ads.csv")
    hit = WHERE[where](ads) & ads["date"].astype(str).str.startswith(month)
    ads["revenue"] = ads["revenue"].mask(hit, ads["revenue"] * factor)
    ads.to_csv(place / "ads.csv", index=False)
    return file


@pytest.mark.parametrize(
    ("where", "month", "factor"),
    [
        ("a keyword", JUNE, -0.5),
        ("all", JUNE, -0.5),
        ("one person", JUNE, 0),
        ("half the days", MAY, -1.5),
    ],
)
def test_a_month_of_returns_does_not_stop_page_4(tmp_path, where, month, factor):
    file = company(tmp_path, where, month, factor)
    load(file)  # what is accepted here a page must survive
    text = shop.page(file, NOTEBOOK, "en", "hr")
    assert len(text) > 20_000 and ">nan<" not in text and ">inf<" not in text


@pytest.mark.parametrize(("where", "factor"), [("all", -0.5)])
def test_a_month_of_returns_stops_no_page_of_any_reader(tmp_path, where, factor):
    """Every notebook for every kind of reader, whole companies and single people."""
    file = company(tmp_path, where, JUNE, factor)
    kinds = {
        (n, audience.split("/")[0], bool(who)): (n, audience, who)
        for n, audience, who in shop.readers(file)
    }
    assert {notebook for notebook, *_ in kinds} >= {NOTEBOOK, "2_kpi_scoring", "5_people"}
    for notebook, audience, who in kinds.values():
        text = shop.page(file, notebook, "zh", audience, who)
        assert text.strip() and ">nan<" not in text and ">inf<" not in text, (notebook, audience)
