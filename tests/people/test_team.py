"""Fit and assignment: a seeded world whose truth is known, and the best of all orders by hand."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from kit.people import team
from tests.people.tiny import june

SKILL = {("S01", "search"): 1.5, ("S02", "content"): 1.5}  # everybody else 1


def facts(days: int = 90, noise: float = 0.2, seed: int = 7) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    dates = pd.date_range(end="2025-06-30", periods=days)
    found = []
    for who in ("S01", "S02", "S03", "S04"):
        for channel in ("search", "content"):
            spend = 1000.0 if (who in ("S02", "S03")) == (channel == "search") else 200.0
            roi = 4 * SKILL.get((who, channel), 1) * np.exp(draw.normal(0, noise, days))
            columns = {
                "date": dates,
                "specialist_id": who,
                "plan_id": who + channel,
                "channel": channel,
                "spend": spend,
                "revenue": spend * roi,
            }
            found.append(pd.DataFrame(columns))
    return pd.concat(found, ignore_index=True)


def test_fit_finds_the_strong_pairs_and_shrinks_every_estimate():
    table = team.fit(june({}, facts())).set_index(["specialist_id", "channel"])
    assert set(table["fit"].nlargest(2).index) == set(SKILL)
    assert (table["fit"].abs() <= np.expm1(np.log1p(table["rel"]).abs()) + 1e-12).all()
    assert (table["n"] == 90).all()


def test_fit_of_nobody_keeps_its_columns():
    """A new company's plans have no owner yet; channel names are text of the store's own type."""
    typed = facts().astype({"specialist_id": "string[pyarrow]", "channel": "string[pyarrow]"})
    table = team.fit(june({}, typed.head(0)))
    assert table.empty and [*table] == [*team.fit(june({}, facts()))]


def test_untried_pair_is_as_the_colleagues_there_with_all_their_spread():
    rows = facts()
    table = team.fit(june({}, rows[rows["plan_id"] != "S04content"]))
    here = table[table["channel"] == "content"].set_index("specialist_id")
    untried = here.loc["S04"]
    others = here.drop("S04")["log_fit"]
    assert (untried["n"], np.isnan(untried["rel"])) == (0, True)
    assert others.min() < untried["log_fit"] < others.max()
    assert untried["log_se"] > 4 * here.drop("S04")["log_se"].max()


def test_few_days_are_pulled_further_to_the_middle():
    rows = facts(noise=0.6)
    few = rows[(rows["plan_id"] != "S01search") | (rows["date"] > "2025-06-20")]
    for table, least in ((team.fit(june({}, rows)), 0.8), (team.fit(june({}, few)), 0.0)):
        found = table.set_index(["specialist_id", "channel"]).loc[("S01", "search")]
        kept = found["fit"] / found["rel"]
        assert least <= kept < 1
    assert kept < 0.8


def test_two_people_on_a_channel_are_not_compared():
    rows = facts()
    rows = rows[(rows["channel"] == "search") | rows["specialist_id"].isin(["S01", "S02"])]
    table = team.fit(june({}, rows))
    assert (table.loc[table["channel"] == "content", "fit"] == 0).all()


def test_suggestion_is_the_best_of_all_orders_of_seats():
    tables = june({}, facts())
    fits = team.fit(tables)
    now = team.load(tables)
    found = team.suggest(fits, now)
    worth = fits.set_index(["specialist_id", "channel"])
    seat = now.groupby("main")["spend"].mean()

    def value(seats) -> float:
        pairs = zip(now["specialist_id"], seats, strict=True)
        return sum(worth.loc[p, "usual"] * (1 + worth.loc[p, "fit"]) * seat[p[1]] for p in pairs)

    best = max(value(order) for order in permutations(now["main"]))
    assert found.gain == pytest.approx(best - value(now["main"]))
    assert found.gain_low > 0  # 1.5 times the return is beyond chance here
    assert sorted(found.seats["channel"]) == sorted(now["main"])  # as many seats as today


def test_people_who_cannot_be_told_apart_give_no_change():
    same = facts()
    same["revenue"] = same["spend"] * 4 * np.exp(np.random.default_rng(1).normal(0, 0.3, len(same)))
    found = team.suggest(team.fit(june({}, same)), team.load(june({}, same)))
    assert found.gain_low <= 0


def test_load_counts_plans_and_names_the_main_channel():
    table = team.load(june({}, facts(30))).set_index("specialist_id")
    assert table.loc["S01", ["plans", "channels", "main"]].tolist() == [2, 2, "content"]
    assert table.loc["S01", "share"] == pytest.approx(1000 / 1200)
