"""Like with like: hand sums on a four-indicator scheme, and what no absence may do to a trend."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kit.params import read_scheme
from kit.scoring.alike import alike, note
from kit.scoring.review import trend

SCHEME = read_scheme("params/scheme-2025.yml")
WEIGHTS = {"sales": 0.4, "roi": 0.2, "ctr": 0.1, "teamwork": 0.3}


def periods(
    *months: dict[str, float | None], who: str = "S01"
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows and totals of one person: points by indicator, None where it was not measured."""
    rows = [
        {
            "period_id": f"2025-{n:02}",
            "specialist_id": who,
            "indicator": name,
            "weight": weight,
            "points": np.nan if month[name] is None else float(month[name]),
            "contribution_se": 1.0,
        }
        for n, month in enumerate(months, 1)
        for name, weight in WEIGHTS.items()
    ]
    frame = pd.DataFrame(rows)
    # by hand: hard keeps 0.7 of the weight while one of it is there, soft 0.3
    found = []
    for n, month in enumerate(months, 1):
        hard = {k: w for k, w in WEIGHTS.items() if k != "teamwork" and month[k] is not None}
        share = sum(hard.values())
        mean = sum(w * month[k] for k, w in hard.items()) / share
        soft = month["teamwork"]
        total = mean if soft is None else 0.7 * mean + 0.3 * soft
        measured = share + (0 if soft is None else 0.3)
        found.append(
            {
                "period_id": f"2025-{n:02}",
                "specialist_id": who,
                "total": total if measured >= 0.6 - 1e-9 else np.nan,
                "se": 2.0,
                "ci_low": total - 4,
                "ci_high": total + 4,
            }
        )
    return pd.DataFrame(found), frame


def compared(*months, least: float = 0.6) -> pd.DataFrame:
    totals, rows = periods(*months)
    return alike(totals, rows, SCHEME, kind="month", least=least)


FULL = {"sales": 100, "roi": 90, "ctr": 80, "teamwork": 60}
BARE = FULL | {"teamwork": None}


def test_periods_that_measured_the_same_keep_their_own_totals():
    out = compared(FULL, FULL | {"sales": 50})
    # 0.4·100 + 0.2·90 + 0.1·80 + 0.3·60 = 84; sales at 50 takes 20
    assert out["total"].tolist() == pytest.approx([84, 64])
    assert out["narrowed"].tolist() == [False, False]
    assert out["se"].tolist() == [2, 2]
    assert note(out) == []


def test_a_period_without_360_is_compared_on_the_rest_of_all():
    out = compared(BARE, FULL)
    # (0.4·100 + 0.2·90 + 0.1·80) / 0.7 = 94.2857, in both: nobody fell
    assert out["whole"].tolist() == pytest.approx([94.285714, 84])
    assert out["total"].tolist() == pytest.approx([94.285714] * 2)
    assert out["basis"].tolist() == pytest.approx([0.7, 0.7])
    [said] = note(out)
    assert (said["kind"], said["lacks"], said["people"]) == ("narrowed", ("teamwork",), ["S01"])


def test_a_period_that_lacks_too_much_for_a_line_is_named_and_not_counted():
    out = compared(BARE, FULL, FULL, least=0.9)
    assert out["total"].tolist()[1:] == pytest.approx([84, 84])
    assert out["apart"].tolist() == [True, False, False]
    [said] = note(out)
    assert (said["kind"], said["periods"]) == ("apart", "2025-01")


def test_the_newest_period_itself_is_left_out_when_it_lacks_too_much():
    out = compared(FULL, FULL, BARE, least=0.9)
    assert out["apart"].tolist() == [False, False, True]


def test_an_accepted_change_of_the_total_stays_in_the_compared_total():
    totals, rows = periods(BARE, FULL)
    totals.loc[1, "total"] += 3  # decided by a named person, of no indicator
    out = alike(totals, rows, SCHEME, kind="month", least=0.6)
    assert out.loc[1, "total"] == pytest.approx(94.285714 + 3)


def test_the_error_shrinks_or_grows_with_the_weights_that_are_left():
    totals, rows = periods(BARE, FULL)
    out = alike(totals, rows, SCHEME, kind="month", least=0.6)
    # contributions of error 1 each: 4 with 360; without it three, each 1/0.7 as heavy
    assert out.loc[1, "se"] == pytest.approx(2 * np.sqrt(3 / 0.49 / 4))
    assert out.loc[1, "ci_high"] - out.loc[1, "total"] == pytest.approx(4 * np.sqrt(3 / 0.49 / 4))


points = st.fixed_dictionaries(
    {name: st.floats(0, 100 if name == "teamwork" else 120) for name in WEIGHTS}
)


@given(st.lists(points, min_size=4, max_size=6), st.data())
def test_removing_an_indicator_from_one_period_never_turns_a_trend(months, data):
    """Stated directions never turn by an absence; the slope is that without it anywhere."""
    n = data.draw(st.integers(0, len(months) - 1))
    name = data.draw(st.sampled_from(list(WEIGHTS)))
    less = [m | {name: None} if k == n else m for k, m in enumerate(months)]
    before, after = (trend(compared(*of)).iloc[0] for of in (months, less))
    assert {before["direction"], after["direction"]} != {"up", "down"}
    true = np.polyfit(range(len(months)), compared(*months)["total"], 1)[0]
    assert not (after["direction"] == "up" and true < -1e-9)
    assert not (after["direction"] == "down" and true > 1e-9)
    assume(WEIGHTS[name] <= 0.4)
    nowhere = trend(compared(*(m | {name: None} for m in months))).iloc[0]
    assert after["slope"] == pytest.approx(nowhere["slope"], abs=1e-6)


@given(points, st.integers(4, 6), st.data())
def test_whoever_stays_as_good_has_no_trend_whatever_is_not_measured(month, count, data):
    n = data.draw(st.integers(0, count - 1))
    name = data.draw(st.sampled_from(list(WEIGHTS)))
    months = [month | {name: None} if k == n else month for k in range(count)]
    out = trend(compared(*months)).iloc[0]
    assert out["slope"] == pytest.approx(0, abs=1e-9)
    assert out["direction"] == ""


def test_thirty_six_periods_of_two_hundred_people_take_a_second_at_most():
    rng = np.random.default_rng(1)
    names = list(SCHEME.indicators)
    weights = SCHEME.weights("month")
    keys = pd.MultiIndex.from_product(
        [[f"P{k:02}" for k in range(36)], [f"S{k:03}" for k in range(200)], names],
        names=["period_id", "specialist_id", "indicator"],
    ).to_frame(index=False)
    score = np.where(rng.random(len(keys)) < 0.03, np.nan, rng.uniform(40, 120, len(keys)))
    rows = keys.assign(weight=keys["indicator"].map(weights), points=score, contribution_se=1.0)
    part = (rows["weight"] * rows["points"]).groupby([rows["period_id"], rows["specialist_id"]])
    totals = part.sum().rename("total").reset_index()
    totals = totals.assign(se=2.0, ci_low=totals["total"] - 4, ci_high=totals["total"] + 4)
    start = time.process_time()
    out = alike(totals, rows, SCHEME, kind="month", least=0.6)
    trend(out)
    assert time.process_time() - start < 1
    assert out["basis"].notna().all()
