"""Creatives that tire: a hand sum, months without change, and a fall that is there."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.retrospective import content
from kit.pages.retrospective.view import View
from kit.params import Span, read_scheme
from kit.retrospective.fatigue import KEYS, fatigue
from tests.bench.worlds.draws import factors

JUNE = Span(id="2025-06", start=dt.date(2025, 6, 1), end=dt.date(2025, 6, 30))
DAYS = pd.date_range("2025-06-03", "2025-06-30")
SCHEME = read_scheme("params/scheme-2025.yml")


def desk(clicks: np.ndarray, seen: np.ndarray, channel: str = "social"):
    """Tables whose drill gives these creatives × 28 days."""
    units, days = clicks.shape
    rows = pd.DataFrame(
        {
            "channel": channel,
            "plan_id": np.repeat([f"P{n}" for n in range(units)], days),
            "creative": "图",
            "date": np.tile(DAYS, units),
            "clicks": clicks.ravel(),
            "impressions": seen.ravel(),
        }
    )

    asked = []

    def drill(by, start, end):
        assert by == [*KEYS, "date"]
        asked.append((start, end))
        return rows[rows["date"].between(start, end)]

    return SimpleNamespace(drill=drill, scheme=SCHEME, asked=asked)


def tired(tables, span):
    return fatigue(tables, span).rows


def world(rng: np.random.Generator, units: int = 12, falls: float = 1.0):
    """Creatives with day noise of 15 % that remembers (0.3); the first falls in the second half."""
    seen = np.full((units, 28), 4000.0)
    rate = 0.02 * factors(rng, seen.shape, 0.3, 0.15)
    rate[0, 14:] *= falls
    return rng.poisson(seen * rate).astype(float), seen


def test_the_change_is_net_of_the_other_creatives_by_hand():
    clicks, seen = np.full((3, 28), 40.0), np.full((3, 28), 2000.0)
    clicks[0, 14:] = 30.0
    clicks[1:, 14:] = 44.0
    noise = np.tile([1.0, -1.0], 14)
    table = tired(desk(clicks + noise, seen), JUNE).set_index("plan_id")
    row = table.loc["P0"]
    assert (row["before"], row["now"]) == (pytest.approx(0.02), pytest.approx(0.015))
    assert row["change"] == pytest.approx(0.75 / 1.1 - 1)  # 30/40 over 44/40
    assert row["tired"] and not table.loc[["P1", "P2"], "tired"].any()


def test_a_channel_that_falls_as_a_whole_tires_no_creative():
    clicks, seen = world(np.random.default_rng(1))
    clicks[:, 14:] = np.round(clicks[:, 14:] * 0.6)
    assert not tired(desk(clicks, seen), JUNE)["tired"].any()


def test_what_was_shown_too_little_or_stands_alone_is_left_out():
    clicks, seen = world(np.random.default_rng(2), units=3)
    clicks[0, 14:], seen[0, 14:] = 0.0, 0.0
    assert set(tired(desk(clicks, seen), JUNE)["plan_id"]) == {"P1", "P2"}
    assert tired(desk(clicks[:1], seen[:1]), JUNE).empty
    assert tired(desk(clicks[:0], seen[:0]), JUNE).empty


def test_the_page_names_creatives_to_renew_or_says_that_none_is():
    noise = np.tile([1.0, -1.0], 14)
    clicks, seen = np.full((3, 28), 40.0) + noise, np.full((3, 28), 2000.0)
    assert said(clicks, seen, "zh") == "看了 3 个创意，没有看出点击率相对同渠道其他创意走低的。"
    clicks[0, 14:] *= 0.6
    assert said(clicks, seen, "en").startswith(
        "Click-through falls for 1 of 3 creatives against the channel's other creatives taken "
        "together: 图 (P0)."
    )
    few = np.full((3, 28), 1.0)
    assert said(few, seen, "en").startswith("No creative was shown and clicked enough")
    assert "name no creative" in said(clicks[:0], seen[:0], "en")


@pytest.mark.parametrize("units", [3, 0])
def test_the_page_reads_the_days_once(units):
    """Whether or not a creative can be compared."""
    tables = desk(np.full((units, 28), 1.0), np.full((units, 28), 2000.0))
    opened(tables, "en")
    assert len(tables.asked) == 1


def said(clicks: np.ndarray, seen: np.ndarray, lang: str) -> str:
    """The sentence of the page on these creatives."""
    [block] = opened(desk(clicks, seen), lang)
    inner = block.data.get("blocks", [{"data": block.data}])
    return inner[0]["data"]["sentences"][0]


def opened(tables: SimpleNamespace, lang: str):
    """The page's blocks."""
    tables.period = SimpleNamespace(
        id="2025-06", start=JUNE.start, last_day=JUNE.end, currency="CNY", scheme=SCHEME
    )
    view = View(tables, lang, None, {}, {"P0": "P0"})
    return content.content(view)


def test_of_creatives_that_do_not_tire_few_months_name_any_and_a_third_off_is_found():
    rng = np.random.default_rng(20250630)
    named = [tired(desk(*world(rng)), JUNE)["tired"].any() for _ in range(100)]
    found = [
        "P0" in set(tired(desk(*world(rng, falls=0.67)), JUNE).query("tired")["plan_id"])
        for _ in range(40)
    ]
    assert np.mean(named) <= 0.08
    assert np.mean(found) >= 0.8
