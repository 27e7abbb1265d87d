"""What a wrong DataFrame or a wrong term is told at the analyst's door."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kit
from kit.errors import DataError, FormulaError, KitError
from tests.door import DAYS, USERS, days, users

# --- wrong frames -------------------------------------------------------------------------------

WRONG_DAYS = {
    "a list": (lambda f: f.to_dict("list"), "frames.not_a_frame", "dict"),
    "nothing in it": (lambda f: f.iloc[:0], "frames.empty", "frame"),
    "a column missing": (lambda f: f.drop(columns="orders"), "frames.no_column", "orders"),
    "a column twice": (lambda f: pd.concat([f, f[["orders"]]], axis=1), "frames.column_twice", ""),
    "the day in the index": (lambda f: f.set_index("date"), "frames.in_index", "reset_index"),
    "text": (lambda f: f.assign(orders=f["orders"].astype(str)), "frames.not_number", "to_numeric"),
    "one cell of text": (
        lambda f: f.assign(orders=[*f["orders"][:-1], "n/a"]),
        "frames.not_number",
        "n/a",
    ),
    "a gap": (lambda f: f.assign(orders=f["orders"].where(f.index != 3)), "frames.no_value", "3"),
    "an infinite value": (
        lambda f: f.assign(orders=f["orders"].replace(f["orders"][3], np.inf)),
        "frames.infinite",
        "float64",
    ),
    "a negative denominator": (
        lambda f: f.assign(clicks=-f["clicks"]),
        "frames.negative",
        "clicks",
    ),
    "no denominator at all": (lambda f: f.assign(clicks=0), "frames.nothing_to_divide", "clicks"),
    "numbers for days": (lambda f: f.assign(date=range(len(f))), "frames.not_day", "to_datetime"),
    "other text for days": (
        lambda f: f.assign(date=f["date"].dt.strftime("%d/%m/%Y")),
        "frames.not_day",
        "01/06/2025",
    ),
    "times for figures": (
        lambda f: f.assign(orders=pd.to_timedelta(f["orders"], unit="D")),
        "frames.not_number",
        "timedelta",
    ),
    "complex figures": (
        lambda f: f.assign(orders=f["orders"] + 1j),
        "frames.not_number",
        "complex",
    ),
    "lists for names": (
        lambda f: f.assign(plan=[[x] for x in f["plan"]]),
        "frames.not_label",
        "['old']",
    ),
    "a day twice": (lambda f: pd.concat([f, f.iloc[:2]]), "frames.repeated", "2025-06-01"),
    "hours of a day": (
        lambda f: pd.concat([f, f.iloc[:2].assign(date=f["date"][:2] + pd.Timedelta(hours=3))]),
        "frames.repeated",
        "groupby",
    ),
    "one variant": (lambda f: f[f["plan"] == "old"], "abtest.any.one_variant", "old"),
    "a control that is not there": (
        lambda f: f.replace({"plan": {"old": "older"}}),
        "abtest.any.no_control",
        "older",
    ),
    "no common day": (
        lambda f: f[(f["date"] < "2025-06-08") == (f["plan"] == "old")],
        "abtest.no_common_day",
        "before_after",
    ),
}


@pytest.mark.parametrize("case", WRONG_DAYS)
def test_wrong_days_are_told_with_a_remedy(case):
    spoil, key, fact = WRONG_DAYS[case]
    with pytest.raises(KitError) as error:
        kit.compare_days(spoil(days()), **DAYS)
    assert error.value.faults[0].key == key
    told = error.value.told("zh") + error.value.told("en")
    assert len(told) >= 2 and fact in str(error.value)
    assert error.value.__cause__ is None


def test_all_faults_of_a_frame_are_told_at_once():
    frame = days().assign(orders="x", date="y", clicks=-1)
    with pytest.raises(DataError) as error:
        kit.compare_days(frame, **DAYS)
    assert [f.key for f in error.value.faults] == [
        "frames.not_day",
        "frames.not_number",
        "frames.negative",
    ]


def test_three_variants_need_their_control_named():
    frame = pd.concat([days(), days(seed=2).query("plan == 'new'").assign(plan="third")])
    with pytest.raises(DataError) as error:
        kit.compare_days(frame, **DAYS | {"control": None})
    assert error.value.faults[0].key == "abtest.any.many_variants"
    assert error.value.faults[0].facts["found"] == ["new", "old", "third"]


def test_users_listed_twice_are_refused_and_users_in_two_variants_counted_out():
    frame = users()
    with pytest.raises(DataError) as error:
        kit.compare_users(pd.concat([frame, frame.iloc[:1]]), **USERS)
    assert error.value.faults[0].key == "frames.repeated"
    both = pd.concat([frame, frame.iloc[:1].assign(arm="B")])
    found = kit.compare_users(both, **USERS)
    assert "abtest.note.two_variants" in [f.key for f in found.cautions]
    assert found.arms["n_control"].tolist() == [199]


WRONG_TERMS = [
    (lambda: kit.compare_days(days(), **DAYS, better="more"), "stats.not_one_of"),
    (lambda: kit.compare_days(days(), **DAYS, alpha=5), "stats.not_a_chance"),
    (lambda: kit.compare_days(days(), **DAYS, design="x"), "stats.not_one_of"),
    (lambda: kit.compare_days(days(), **DAYS, start="June"), "frames.not_day"),
    (lambda: kit.compare_days(days(), **DAYS, start="2024-01-01"), "abtest.any.start_outside"),
    (lambda: kit.compare_days(days(), **DAYS | {"top": None}), "frames.no_name"),
    (lambda: kit.compare_days(days(), **DAYS | {"top": ["orders"]}), "frames.no_column"),
    (lambda: kit.compare_users(users(), **USERS, split={"A": 1}), "abtest.any.bad_split"),
    (lambda: kit.plan_test(), "abtest.any.nothing_asked"),
    (lambda: kit.plan_test(effect=0.1), "abtest.any.nothing_to_plan"),
    (lambda: kit.plan_test(baseline=0.6, effect=0.9), "abtest.any.share_outside"),
    (lambda: kit.plan_test(baseline=2, effect=0.9), "stats.not_a_chance"),
    (lambda: kit.plan_test(baseline=0.1, effect="big"), "abtest.any.bad_effect"),
    (lambda: kit.plan_test(baseline=0.1, length=0), "abtest.any.bad_length"),
    (lambda: kit.plan_test(days(), baseline=0.1, effect=0.1), "abtest.any.two_baselines"),
    (lambda: kit.plan_test(days(), top="plan", effect=0.1), "frames.not_number"),
    (
        lambda: kit.plan_test(days(9), day="date", variant="plan", top="orders", effect=0.1),
        "abtest.any.short_history",
    ),
    (
        lambda: kit.plan_test(days(), day="date", variant="date", top="orders", effect=0.1),
        "frames.repeated",
    ),
    (
        lambda: kit.plan_test(
            days().assign(orders=5), day="date", variant="plan", top="orders", effect=0.1
        ),
        "abtest.any.no_noise",
    ),
    (
        lambda: kit.plan_test(days(), day="date", variant="plan", top="orders", length=400),
        "abtest.any.bad_days",
    ),
    (lambda: kit.explain_change(days(), days(), by=[], top="orders"), "retrospective.any"),
    (lambda: kit.explain_change(days(), None, by="plan", top="orders"), "frames.not_a_frame"),
    (
        lambda: kit.explain_change(
            days(),
            days().assign(clicks=lambda f: f["clicks"] * (f["plan"] == "old")),
            by="plan",
            top="orders",
            bottom="clicks",
        ),
        "retrospective.any.no_denominator",
    ),
    (lambda: kit.points({"kind": "stairs"}, [1]), "scoring.bad_rule"),
    (lambda: kit.points("bands", [1]), "scoring.bad_rule"),
    (lambda: kit.points({"kind": "completion"}, ["1"]), "frames.not_number"),
    (lambda: kit.points({"kind": "completion"}, 1.0), "scoring.no_values"),
]


@pytest.mark.parametrize("call,key", WRONG_TERMS, ids=[k for _, k in WRONG_TERMS])
def test_wrong_terms_are_told(call, key):
    with pytest.raises(KitError) as error:
        call()
    assert error.value.faults[0].key.startswith(key)
    assert error.value.told("zh") and error.value.told("en")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(),
    st.text(max_size=3),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["2025-06-01", "A", "B", b"x", (1,), [1], pd.NaT, pd.NA, np.float32("nan")]),
    st.complex_numbers(),
)
SOUND = {
    "date": st.dates(pd.Timestamp("2025-06-01").date(), pd.Timestamp("2025-06-20").date()),
    "plan": st.sampled_from("AB"),
    "orders": st.floats(0, 100),
    "clicks": st.integers(0, 100),
}


@st.composite
def frames(draw):
    """Frames of a few rows; each column sound, or of anything at all, or absent."""
    n = draw(st.integers(0, 25))
    columns = {}
    for name, sound in SOUND.items():
        kind = draw(st.sampled_from(["sound"] * 6 + ["odd", "absent"]))
        if kind != "absent":
            cells = sound if kind == "sound" else ODD
            column = draw(st.lists(cells, min_size=n, max_size=n))
            columns[name] = pd.Series(column, dtype=object if kind == "odd" else None)
    return pd.DataFrame(columns)


@settings(max_examples=150)
@given(frame=frames(), other=frames())
def test_no_frame_ends_in_a_traceback_of_pandas(frame, other):
    """A result, or a KitError with a sentence in both languages: nothing else."""
    calls = [
        lambda: kit.compare_days(frame, day="date", variant="plan", top="orders", bottom="clicks"),
        lambda: kit.compare_days(frame, day="date", variant="plan", top="orders"),
        lambda: kit.compare_users(frame, unit="date", variant="plan", value="orders"),
        lambda: kit.compare_users(
            frame, unit="orders", variant="plan", value="clicks", covariate="orders"
        ),
        lambda: kit.plan_test(
            frame, day="date", variant="plan", top="orders", bottom="clicks", effect=0.1
        ),
        lambda: kit.plan_test(frame, top="orders", length=10),
        lambda: kit.explain_change(frame, other, by=["plan"], top="orders", bottom="clicks"),
        lambda: kit.explain_change(frame, other, by=["plan", "date"], top="clicks", day="date"),
        lambda: kit.points({"kind": "completion"}, frame.get("orders", [])),
    ]
    for call in calls:
        try:
            call()
        except KitError as error:
            assert all(error.told("zh")) and all(error.told("en"))


def test_refusals_are_of_the_right_kind():
    with pytest.raises(DataError):
        kit.compare_days(None, **DAYS)
    with pytest.raises(FormulaError):
        kit.points({"kind": "stairs"}, [1])
