"""The analyst's door: its names, its map, what any DataFrame gets, and what a wrong one is told."""

import ast
import doctest
import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import kit
from kit.errors import DataError, FormulaError, KitError

ROOT = Path(__file__).resolve().parent.parent
NAMES = {
    *("load", "check", "scorecards", "points", "experiments", "compare_days", "compare_users"),
    *("plan_test", "review", "explain_change", "team", "run"),
}


def days(n=14, lift=3.0, seed=1):
    """Two plans on `n` days, about 10 and 10 + lift orders of 100 clicks."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"date": pd.date_range("2025-06-01", periods=n).repeat(2), "plan": ["old", "new"] * n}
    )
    frame["orders"] = 10 + rng.normal(0, 1, 2 * n) + lift * (frame["plan"] == "new")
    return frame.assign(clicks=rng.integers(90, 110, 2 * n))


def users(n=200, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"id": np.arange(2 * n), "arm": ["A", "B"] * n})
    frame["before"] = rng.gamma(2, 50, 2 * n)
    frame["yuan"] = frame["before"] + rng.normal(0, 20, 2 * n) + 10 * (frame["arm"] == "B")
    return frame.assign(paid=(rng.random(2 * n) < np.where(frame["arm"] == "B", 0.4, 0.2)) * 1)


DAYS = {"day": "date", "variant": "plan", "top": "orders", "bottom": "clicks", "control": "old"}
USERS = {"unit": "id", "variant": "arm", "value": "yuan"}


# --- the door itself ----------------------------------------------------------------------------


def test_the_door_holds_the_promised_names_and_no_folder():
    folders = {p.stem for p in (ROOT / "kit").iterdir()}
    assert set(kit.__all__) == NAMES and not NAMES & folders
    assert set(dir(kit)) >= NAMES
    assert {name: getattr(kit, name).__name__ for name in NAMES} == {n: n for n in NAMES}


def test_an_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError, match="scorecard_"):
        _ = kit.scorecard_


def test_the_map_names_every_room():
    mapped = set(re.findall(r"`(\w+)(?:\.py|/)`", kit.__doc__))
    rooms = {p.stem for p in (ROOT / "kit").iterdir() if not p.name.startswith("__pycache__")}
    rooms -= {"__init__"} | {
        p.stem for p in (ROOT / "kit").iterdir() if p.suffix in (".csv", ".md")
    }
    rooms = {
        room
        for room in rooms | {"words"}
        if (ROOT / "kit" / f"{room}.py").exists() or (ROOT / "kit" / room / "__init__.py").exists()
    }
    assert mapped == rooms


def test_what_a_type_checker_sees_is_what_the_door_loads():
    tree = ast.parse((ROOT / "kit" / "__init__.py").read_text("utf-8"))
    seen = {
        a.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kit")
        for a in node.names
    }
    assert seen == kit._DOOR


def test_importing_the_kit_costs_nothing():
    code = (
        "import sys, time; begun = time.process_time(); import kit; "
        "spent = time.process_time() - begun; "
        "print(spent, len({'pandas', 'numpy', 'yaml', 'kit.params'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    spent, loaded = told.stdout.split()
    assert float(spent) <= 0.05 and loaded == "0"


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name_of_the_door_is_documented(name):
    call = getattr(kit, name)
    doc = inspect.getdoc(call) or ""
    assert re.search(r"[\u4e00-\u9fff]", doc.splitlines()[0])
    for part in ("Returns", "Errors", "Source"):
        assert re.search(rf"^{part}\s*:", doc, re.M), part
    assert len(doc.splitlines()) > 5
    hints = inspect.signature(call)
    assert hints.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Signature.empty for p in hints.parameters.values())


OPEN = ["points", "compare_days", "compare_users", "plan_test", "explain_change"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_call_has_an_example(name):
    """`pytest kit` runs those on the sample, which take the cached results of the period."""
    assert ">>> " in (kit_call(name).__doc__ or "")


def kit_call(name):
    return getattr(kit, name)


@pytest.mark.parametrize("name", OPEN)
def test_the_example_of_an_open_call_runs(name):
    call = kit_call(name)
    examples = doctest.DocTestFinder(recurse=False).find(
        call, name, globs=vars(import_module(call.__module__)).copy()
    )
    assert sum(len(e.examples) for e in examples) >= 1
    for example in examples:
        assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.slow
def test_each_call_of_the_readme_runs_on_real_data():
    """Every name of the door is shown, in five lines at most, and the lines run as they stand."""
    text = (ROOT / "kit" / "README.md").read_text("utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.S)
    shown = set(re.findall(r"kit\.(\w+)", text))
    assert shown >= NAMES and all(len(block.splitlines()) <= 5 for block in blocks)
    place = {}
    for block in blocks:
        exec(block, place)
    segments = place["found"].segments
    assert segments["change"].sum() == pytest.approx(place["found"].total["change"])


# --- what any DataFrame gets --------------------------------------------------------------------


def test_days_agree_with_a_paired_t_test_of_scipy():
    """Without a denominator the daily sums themselves are paired: scipy.stats.ttest_rel."""
    frame = days(13)
    found = kit.compare_days(frame, **DAYS | {"bottom": None})
    wide = frame.pivot(index="date", columns="plan", values="orders")
    other = stats.ttest_rel(wide["new"], wide["old"])
    ends = other.confidence_interval(0.95)
    assert found.effect == pytest.approx((wide["new"] - wide["old"]).mean())
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(ends))
    assert found.p_value == pytest.approx(other.pvalue)
    assert (found.control, found.treatment, found.unit) == ("old", "new", "days")


def test_a_rate_is_sum_over_sum():
    frame = days()
    sums = frame.groupby("plan")[["orders", "clicks"]].sum()
    rate = sums["orders"] / sums["clicks"]
    found = kit.compare_days(frame, **DAYS)
    assert found.effect == pytest.approx(rate["new"] - rate["old"])
    assert found.rel_effect == pytest.approx(rate["new"] / rate["old"] - 1)


def test_days_give_what_the_page_gives():
    """The same rows as a test of the contract, through `evaluate`, which the page calls."""
    from kit.abtest.verdict import evaluate

    frame = days(21, lift=0.6)
    row = {
        **{"test_id": "T", "specialist_id": "S", "indicator": "roi", "split": "old:0.5;new:0.5"},
        **{"start_date": frame["date"].min(), "end_date": frame["date"].max()},
    }
    names = {"plan": "variant", "orders": "revenue", "clicks": "spend"}
    page = evaluate(row, frame.rename(columns=names).assign(test_id="T"))
    ours = kit.compare_days(frame, **DAYS)
    assert (ours.decision, ours.next_step) == (page.decision, page.next_step)
    assert ours.p_value == page.case.lead.test.p_value
    assert (ours.ci_low, ours.ci_high) == (page.case.lead.test.ci_low, page.case.lead.test.ci_high)


def test_profit_may_be_negative():
    frame = days().assign(orders=lambda f: f["orders"] - 20)
    found = kit.compare_days(frame, **DAYS | {"bottom": None})
    assert found.effect == pytest.approx(kit.compare_days(days(), **DAYS | {"bottom": None}).effect)
    assert np.isnan(found.rel_effect)  # a share of a negative control means nothing


def test_users_agree_with_welch_of_scipy():
    frame = users()
    found = kit.compare_users(frame, **USERS)
    a, b = (frame.loc[frame["arm"] == arm, "yuan"] for arm in "AB")
    other = stats.ttest_ind(b, a, equal_var=False)
    assert found.p_value == pytest.approx(other.pvalue)
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(other.confidence_interval()))


def test_a_covariate_makes_the_interval_shorter():
    plain = kit.compare_users(users(), **USERS)
    better = kit.compare_users(users(), **USERS, covariate="before")
    assert better.ci_high - better.ci_low < 0.5 * (plain.ci_high - plain.ci_low)


def test_shares_of_users_take_the_interval_of_newcombe():
    from statsmodels.stats.proportion import confint_proportions_2indep

    frame = users()
    found = kit.compare_users(frame, **USERS | {"value": "paid"})
    n = frame.groupby("arm")["paid"].agg(["sum", "size"])
    ends = confint_proportions_2indep(*n.loc["B"], *n.loc["A"], method="newcomb")
    assert (found.ci_low, found.ci_high) == pytest.approx(ends, abs=1e-9)


def test_a_faulty_split_is_invalid_however_good_the_figures():
    frame = users().query("arm == 'B' or id % 4 == 0")
    assert kit.compare_users(frame, **USERS).decision == "invalid_srm"
    asked = kit.compare_users(frame, **USERS, split={"A": 1, "B": 2})
    assert asked.decision != "invalid_srm"


def test_three_variants_are_corrected_by_holm():
    frame = pd.concat([days(), days(seed=2).query("plan == 'new'").assign(plan="third")])
    found = kit.compare_days(frame, **DAYS)
    arms = found.arms.set_index("variant")
    assert set(arms.index) == {"new", "third"}
    assert arms["p_adjusted"].min() == pytest.approx(2 * arms["p_value"].min())


def test_only_a_declared_comparison_may_win_outright():
    assert kit.compare_days(days(), **DAYS).next_step == "confirm"
    assert kit.compare_days(days(), **DAYS, declared=True).next_step == "roll_out"
    told = str(kit.compare_days(days(), **DAYS))
    assert "declared=True" in told and "线索" in told


def test_the_days_before_the_start_do_not_count():
    frame = days(28)
    late = kit.compare_days(frame, **DAYS, start="2025-06-15")
    assert late.arms["n_control"].tolist() == [14]
    assert late.effect == pytest.approx(
        kit.compare_days(frame[frame["date"] >= "2025-06-15"], **DAYS).effect
    )


def test_the_frame_of_the_analyst_is_not_written_to():
    frame, people = days(), users()
    copies = frame.copy(), people.copy()
    kit.compare_days(frame, **DAYS)
    kit.compare_users(people, **USERS, covariate="before")
    kit.explain_change(frame, frame, by="plan", top="orders", bottom="clicks")
    kit.plan_test(frame, day="date", variant="plan", top="orders", bottom="clicks", effect=0.1)
    pd.testing.assert_frame_equal(frame, copies[0])
    pd.testing.assert_frame_equal(people, copies[1])


def test_text_dates_time_zones_and_exact_types_are_taken_as_they_are():
    """ISO text, zoned times, Decimal, nullable and category columns say the same."""
    from decimal import Decimal

    frame = days()
    other = frame.assign(
        date=frame["date"].dt.strftime("%Y-%m-%d"),
        plan=frame["plan"].astype("category"),
        orders=[Decimal(repr(x)) for x in frame["orders"]],
        clicks=frame["clicks"].astype("Int64"),
    )
    zoned = frame.assign(date=frame["date"].dt.tz_localize("Asia/Shanghai"))
    first = kit.compare_days(frame, **DAYS)
    assert kit.compare_days(other, **DAYS) == first == kit.compare_days(zoned, **DAYS)


def test_plans_agree_with_r_and_with_one_another():
    """R: power.prop.test(p1 = .05, p2 = .06, power = .8) gives n = 8158 (8157.6)."""
    assert kit.plan_test(baseline=0.05, effect=0.2).needed == 8158
    assert kit.plan_test(baseline=0.05, effect=0.2, length=8158).power_at_length >= 0.8
    frame = users()
    mean = kit.plan_test(frame, top="yuan", effect=0.1)
    again = kit.plan_test(frame, top="yuan", length=mean.needed)
    assert mean.unit == "users" and again.detectable == pytest.approx(0.1, rel=0.02)


def test_a_plan_of_days_rests_on_the_noise_of_their_difference():
    frame = days(28, lift=0)
    found = kit.plan_test(
        frame, day="date", variant="plan", top="orders", bottom=None, effect=0.1, length=14
    )
    wide = frame.pivot(index="date", columns="plan", values="orders")
    gap = wide["new"] / wide["new"].mean() - wide["old"] / wide["old"].mean()
    assert found.noise == pytest.approx(gap.std())
    assert found.unit == "days" and found.needed % 7 == 0 and 0 < found.power_at_length <= 1


@settings(max_examples=40)
@given(
    sides=st.tuples(
        *[
            st.lists(
                st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(1, 99)),
                min_size=1,
                max_size=12,
            )
        ]
        * 2
    )
)
def test_the_segments_sum_to_the_change(sides):
    before, after = (pd.DataFrame(rows, columns=["seg", "top", "bottom"]) for rows in sides)
    for bottom in ("bottom", None):
        found = kit.explain_change(before, after, by=["seg"], top="top", bottom=bottom)
        level = [f["top"].sum() / (f["bottom"].sum() if bottom else 1) for f in (before, after)]
        assert found.segments["change"].sum() == pytest.approx(level[1] - level[0], abs=1e-9)
        parts = found.segments["mix"] + found.segments["rate"]
        assert parts.tolist() == pytest.approx(found.segments["change"].tolist())
        assert found.total["change"] == pytest.approx(level[1] - level[0], abs=1e-9)


def test_a_change_of_mix_alone_has_no_rate():
    before = pd.DataFrame({"shop": ["A", "B"], "top": [10, 40], "bottom": [100, 100]})
    after = pd.DataFrame({"shop": ["A", "B"], "top": [30, 40], "bottom": [300, 100]})
    found = kit.explain_change(before, after, by="shop", top="top", bottom="bottom")
    assert found.segments["rate"].tolist() == [0, 0]
    assert found.total["mix"] == pytest.approx(70 / 400 - 50 / 200)


def test_the_interval_of_a_change_covers_as_often_as_it_says():
    """400 pairs of samples from one law: the 95 % interval of no change holds 0."""
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(200):
        sides = []
        for _ in range(2):
            seg = rng.choice(["a", "b"], 60)
            bottom = rng.integers(50, 150, 60)
            rate = np.where(seg == "a", 0.1, 0.3)
            sides.append(pd.DataFrame({"seg": seg, "b": bottom, "t": rng.binomial(bottom, rate)}))
        total = kit.explain_change(*sides, by="seg", top="t", bottom="b").total
        inside += total["change_low"] <= 0 <= total["change_high"]
    assert 0.91 <= inside / 200 <= 0.99


def test_points_are_those_of_the_rule_with_the_index_kept():
    rule = {"kind": "anchors", "points": [[0.6, 0], [1.0, 100], [1.2, 120]]}
    values = pd.Series([0.8, np.nan, 1.3], index=list("xyz"))
    found = kit.points(rule, values)
    assert found.index.tolist() == list("xyz") and found["x"] == 50 and found["z"] == 120
    assert np.isnan(found["y"])


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
