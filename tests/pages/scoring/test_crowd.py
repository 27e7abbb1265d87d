"""Many people on one page: both ends one by one, and it is said; no picture too large to encode."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.scoring import crowd, groups, page
from kit.pages.scoring.view import View
from kit.params import ROOT, read_period

N = 320  # a heat map of so many is beyond the 16,383 pixels of WebP


@pytest.fixture(scope="module")
def seen():
    who = [f"S{n:03d}" for n in range(N)]
    total = np.where(np.arange(N) < N - 5, 120 - np.arange(N) / 4, np.nan)
    totals = pd.DataFrame({"specialist_id": who, "name": who, "total": total, "few": False})
    rows = pd.DataFrame({"specialist_id": who, "name": who, "label": "ROI", "branch": "hard"})
    rows = rows.assign(points=total)
    tables = SimpleNamespace(period=read_period(ROOT / "params" / "2025-06.yml"))
    cards = SimpleNamespace(totals=totals, errors=SimpleNamespace(pair_df=np.zeros((N, N))))
    return View(tables, "en", "hr", cards, totals, rows, dict(zip(who, who, strict=True)))


def test_of_a_crowd_both_ends_are_shown_one_by_one_and_it_is_said(seen):
    """By hand: the 30 highest, and of the 315 with a total the last 30, S285 to S314."""
    shown = crowd.few(seen).totals["specialist_id"].tolist()
    assert shown == [f"S{n:03d}" for n in (*range(30), *range(285, 315))]
    assert crowd.told(seen)[0].startswith("320 people stand here; one by one only the 30 highest")


def test_up_to_two_hundred_everybody_is_shown(seen):
    small = View(
        *([getattr(seen, f) for f in ("tables", "lang", "audience", "cards")]),
        seen.totals.head(200),
        seen.rows,
        seen.names,
    )
    assert crowd.few(small) is small and crowd.told(small) == [] and crowd.said(small) == []


def test_the_heat_map_of_a_crowd_can_be_encoded_and_names_how_many_it_leaves_out(seen):
    block = page.heat(seen)
    assert "data:image/webp" in str(block.html) and "320 people stand here" in str(block.html)


def test_no_two_of_a_crowd_are_compared(seen):
    """61 are 1,830 pairs; each is compared with the average instead."""
    assert "beyond 60 no two are compared" in str(groups.pairs(seen).html)
