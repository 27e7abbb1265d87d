"""All tests of a period (试验组合): verdicts as a table, practice per specialist, what was learned.

What counts for a person is the practice (declared before, sized, stopped as planned), never luck.
"""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd

from kit.abtest.decisions import NO_EFFECT, Decision
from kit.abtest.design import days_same
from kit.abtest.experiment import BY_DAY, PARTS
from kit.abtest.history import pairs
from kit.abtest.money import PRIOR, Prior, prior_of
from kit.abtest.net import Past, past
from kit.abtest.record import row_of
from kit.abtest.sums import Cells, sums_by
from kit.abtest.verdict import Verdict, evaluate, judged
from kit.data.schema import WHERE, contract
from kit.data.store.cache import remembered
from kit.data.store.engine import Engine, collect
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.data.tables import Tables

Z_HALF = 1.959964
Z_POWER = 0.841621  # normal quantiles of 0.975 and 0.8
IN_MEMORY = 2_000_000  # user rows above which only sums leave the engine
SHORT, LONGEST = 7, 56  # windows of history: whole weeks, as long as the test


def evaluated(tables: "Tables", *, earlier: bool = False) -> tuple[Verdict, ...]:
    """Verdicts on the tests whose days overlap the period (本期试验), or on all `earlier` ones.

    Computed once for a period's tables, whoever asks.
    """
    name = f"_verdicts_{'earlier' if earlier else 'now'}"
    found: tuple[Verdict, ...] = tables.engine.brought(name, lambda: _evaluated(tables, earlier))
    return found


def _evaluated(tables: "Tables", earlier: bool) -> tuple[Verdict, ...]:
    """The verdicts themselves, oldest test first."""
    plans = tables.get("experiments")
    period = tables.period
    start, last = pd.Timestamp(period.start), pd.Timestamp(period.last_day)
    ended = plans["end_date"] < start
    due = ended if earlier else ~ended & (plans["start_date"] <= last)
    rows: list[Any] = plans[due].sort_values(["end_date", "test_id"]).to_dict("records")
    days = _by_test(tables.get("experiment_days"))
    large = tables.counts.get("experiment_users", 0) > IN_MEMORY
    users = {} if large else _users(tables, [row["test_id"] for row in rows])
    first = tuple(
        evaluate(
            row,
            days.get(row["test_id"]),
            folded(tables.engine, row["test_id"]) if large else users.get(row["test_id"]),
            rules=tables.scheme.experiments,
            as_of=period.last_day,
            past=_past(tables, row),
        )
        for row in rows
    )
    prior = PRIOR if earlier else usual((*evaluated(tables, earlier=True), *first))
    return tuple(v if prior == PRIOR else _paid(v, prior) for v in first)


def _paid(v: Verdict, prior: Prior) -> Verdict:
    """The verdict with its money by what changes do in this company (按本公司的先验算钱)."""
    if v.case is None or v.case.beside.money is None:
        return v
    return judged(replace(v.case.trial, prior=prior), v.case.rules, v.case.as_of)


def usual(closed: tuple[Verdict, ...]) -> Prior:
    """What changes did in the company's closed tests (历次试验)."""
    sound = [v.case.lead.test for v in closed if v.case and v.decision not in NO_EFFECT]
    known = [(t.effect / t.control, t.se / t.control) for t in sound if t.se and t.control > 0]
    return prior_of(*np.array(known).reshape(-1, 2).T)


def experiments(tables: "Tables") -> pd.DataFrame:
    """One row per test of the period (试验结论), from the cache if nothing has changed.

    tables  : from `kit.load`
    Returns : test_id, decision, reason and next_step with their texts in _zh and _en; control,
              treatment, effect with ci_low, ci_high in the indicator's unit, rel_ as shares of the
              control, p_value, p_adjusted; money with money_low, money_high in the currency of the
              data; n_control, n_treatment; what was declared and kept
    Missing : figures are NaN where not measured; `reason` says why
    Errors  : none for a test that was written down wrongly: its decision is invalid_input
    Source  : `kit.abtest.verdict`, the gates in order
    >>> import kit
    >>> kit.experiments(kit.load("params/2025-06.yml"))["test_id"].is_unique
    True
    """
    return remembered(tables, "verdicts", verdicts).copy()


def _past(tables: "Tables", row: Any) -> dict[str, Past]:
    """What like plans did in spans as long as the test (同类计划的历史), by indicator it names."""
    names = ";".join(str(row.get(k) or "") for k in ("indicator", "secondary", "guardrails"))
    wanted = {part.partition(":")[0].strip() for part in names.split(";")}
    ratios = sorted(name for name in wanted if BY_DAY.get(name, ("", None))[1])
    days = (min(row["end_date"], pd.Timestamp(tables.period.last_day)) - row["start_date"]).days + 1
    if row.get("design") == "before_after" or days < SHORT:
        return {}
    whole = min(days // SHORT * SHORT, LONGEST)
    found = {name: _remembered(tables, name, whole) for name in ratios}
    return {name: known for name, known in found.items() if known}


def _remembered(tables: "Tables", indicator: str, days: int) -> Past | None:
    def seen(given: "Tables") -> Past | None:
        try:
            return past(pairs(given, indicator), days)
        except KitError:  # the advertising data do not give the indicator
            return None

    return remembered(tables, f"past-{indicator}-{days}", seen)


def verdicts(tables: "Tables") -> pd.DataFrame:
    """One row per test of the period (试验结论表); figures NaN where not measured.

    reason : word key of the reason; next_step: `abtest.next.<next_step>` is its text
    """
    return frame(evaluated(tables))


def frame(found: tuple[Verdict, ...]) -> pd.DataFrame:
    """Verdicts as a flat table (结论表)."""
    return pd.DataFrame([row_of(v) for v in found], columns=list(row_of(None)))


def weeks_more(v: Verdict) -> int | None:
    """Days in which a test like `v` finds its declared effect with power 0.8 (需要的天数).

    From the error seen, whole weeks; None without a declared effect, or beyond 13 weeks.
    """
    if v.case is None or v.plan is None or not v.case.lead.test.se:
        return None
    lead, se = v.case.lead, v.case.lead.test.se
    length = (v.plan.end - v.plan.start).days + 1
    goal = abs((v.plan.min_effect or 0) * lead.test.control)
    if not goal or not v.case.trial.by_user:
        return days_same(goal, se * math.sqrt(lead.n_control)) if goal else None
    days = 7 * math.ceil(length * ((Z_HALF + Z_POWER) * se / goal) ** 2 / 7)
    return days if days <= 91 else None


def practice(found: pd.DataFrame) -> pd.DataFrame:
    """How each specialist tests (试验习惯): tests, and how many were planned and kept."""
    kept = found.assign(tests=1)
    names = ["tests", "declared_before", "sized", "stopped_as_planned", "data_sound", "declared_ok"]
    return kept.groupby("specialist_id", sort=True)[names].sum().reset_index()


def false_alarms(found: pd.DataFrame) -> dict[str, float]:
    """False-alarm budget of the period (误报预算): what if no variant did anything.

    expected : wins or losses by chance among the superiority tests judged; any: chance of one
    """
    judged = found[(found["kind"] == "superiority") & found["p_value"].notna()]
    alpha = judged["alpha"].to_numpy(float)
    clear = judged["decision"].isin([Decision.BETTER, Decision.WORSE])
    return {
        "tests": len(judged),
        "expected": float(alpha.sum()),
        "any": float(1 - np.prod(1 - alpha)),
        "clear": int(clear.sum()),
    }


def learned(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Earlier tests on the same topic (以往结论), whoever ran them."""
    keys = now.loc[now["topic"] != "", ["test_id", "topic"]]
    past = before[
        ["topic", "test_id", "hypothesis", "end_date", "indicator", "decision", "rel_effect"]
    ]
    return keys.merge(past, on="topic", suffixes=("", "_before")).sort_values("end_date")


def _by_test(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {str(key): rows for key, rows in data.groupby("test_id", sort=False)}


def _users(tables: "Tables", tests: list[str]) -> dict[str, pd.DataFrame]:
    """Users of these tests alone, by test."""
    if not tests or not tables.has("experiment_users"):
        return {}
    mine = tables.engine.scan("experiment_users").filter(nw.col("test_id").is_in(tests))
    columns = contract()["experiment_users"].columns
    return _by_test(collect(mine.sort(*WHERE).select(*columns), name="experiment_users"))


def folded(engine: Engine, test_id: str) -> Cells:
    """Sums of one test by variant, segment and day, taken in the engine (引擎内汇总).

    Users in two variants are counted and left out; a column counts where every row has it.
    """
    mine = (nw.col("test_id") == test_id) & ~nw.col("variant").is_null()
    rows = engine.scan("experiment_users").filter(mine)
    seen = rows.group_by("user_id").agg(n=nw.col("variant").n_unique())
    twice = seen.filter(nw.col("n") > 1).select("user_id")
    clean = rows.join(twice, on="user_id", how="anti")
    asked = {
        f"{k}_{c}": e
        for c in PARTS
        for k, e in (
            ("n", (~nw.col(c).is_null()).cast(nw.Int64).sum()),
            ("low", nw.col(c).cast(nw.Float64).min()),
        )
    }
    found = collect(clean.select(n_rows=nw.len(), **asked)).iloc[0]
    names = [c for c in PARTS if found[f"n_{c}"] == found["n_rows"] > 0]
    cells = sums_by(clean, ("variant", "stratum", "day"), names)
    return replace(
        cells, twice=len(collect(twice)), negative=tuple(c for c in PARTS if found[f"low_{c}"] < 0)
    )
