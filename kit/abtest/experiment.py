"""One test as declared and as run (试验方案与数据): read, checked, laid out for the methods.

Faults are gathered and raised together as one KitError; what merely differs from the plan is
listed as a deviation and weighs on the verdict.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kit.abtest.sums import Sums, sums_of
from kit.errors import Fault, KitError

Array = np.ndarray
Pair = tuple[str, str | None]
# What daily totals and user rows can give: indicator → numerator, denominator (None: per unit).
BY_DAY: dict[str, Pair] = {
    "ctr": ("clicks", "impressions"), "click_conversion": ("orders", "clicks"),
    "cart_rate": ("add_to_carts", "clicks"), "cart_to_order": ("orders", "add_to_carts"),
    "roi": ("revenue", "spend"), "roas": ("revenue", "spend"), "cost_ratio": ("spend", "revenue"),
    "cpc": ("spend", "clicks"), "cpa": ("spend", "orders"), "aov": ("revenue", "orders"),
    "refund_rate": ("refund_amount", "revenue"), "revenue_per_user": ("revenue", "users"),
    "sales": ("revenue", None), "orders": ("orders", None), "clicks": ("clicks", None),
}
BY_USER: dict[str, Pair] = {
    "pay_conversion": ("converted", None), "revenue_per_user": ("revenue", None),
    "refund_rate": ("refund_amount", "revenue"), "aov": ("revenue", "orders"),
    "session_conversion": ("orders", "sessions"), "revenue_per_session": ("revenue", "sessions"),
}
BEFORE: dict[str, Pair] = {  # the same indicator in the pre-period, for CUPED
    "revenue_per_user": ("pre_revenue", None),
    "revenue_per_session": ("pre_revenue", "pre_sessions"),
}
LESS_IS_BETTER = {"cost_ratio", "cpc", "cpa", "refund_rate"}
PARTS = ("converted", "revenue", "refund_amount", "orders", "sessions", "pre_revenue",
         "pre_sessions")


@dataclass(frozen=True)
class Margin:
    """Allowed loss (界值): absolute, or a share of the control when written with %."""

    size: float
    relative: bool

    def of(self, control: float) -> float:
        """The margin in the indicator's own unit."""
        return self.size * abs(control) if self.relative else self.size


@dataclass(frozen=True)
class Experiment:
    """A test as written before its data (试验方案)."""

    test_id: str
    specialist_id: str
    hypothesis: str
    topic: str
    indicator: str
    better: str
    design: str
    kind: str
    start: dt.date
    end: dt.date
    declared_on: dt.date | None
    alpha: float
    looks: int
    min_effect: float | None
    margin: Margin | None
    guardrails: dict[str, Margin]
    secondary: tuple[str, ...]
    gross_margin: float | None
    extra_cost: float
    audience: float | None
    split: dict[str, float]


@dataclass(frozen=True)
class Trial:
    """A test with its data (方案与数据): control first; daily totals as variants × dates."""

    plan: Experiment
    variants: tuple[str, ...]
    dates: Array = field(repr=False)
    seen: Array = field(repr=False)
    totals: dict[str, Array] = field(repr=False)
    users: pd.DataFrame | Mapping[str, Sums] | None = field(repr=False)
    deviations: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()

    @property
    def by_user(self) -> bool:
        """Whether users, not days, are the units."""
        return self.users is not None

    def gives(self, indicator: str) -> bool:
        """Whether the data can give the indicator."""
        needed = [c for c in (BY_USER if self.by_user else BY_DAY).get(indicator, ("",)) if c]
        if isinstance(self.users, pd.DataFrame):
            return all(c in self.users and bool(self.users[c].notna().any()) for c in needed)
        known = next(iter(self.users.values())).names if self.users else self.totals
        return all(c in known for c in needed)


def read_plan(row: Mapping[str, Any], alpha: float = 0.05) -> Experiment:
    """The plan in a row of `experiments` (读取方案); KitError with all its faults."""
    faults: list[Fault] = []
    name, indicator = str(row["test_id"]), str(row["indicator"])
    if indicator not in BY_DAY | BY_USER:
        faults.append(Fault("abtest.unknown_indicator",
                            {"test": name, "found": indicator, "known": sorted(BY_DAY | BY_USER)}))
    split = _weights(_text(row, "split"), name, faults)
    guardrails = {k: _margin(v, name, faults) for k, v in _named(_text(row, "guardrails")).items()}
    kind, margin = _text(row, "kind") or "superiority", _text(row, "margin")
    if kind != "superiority" and not margin:
        faults.append(Fault("abtest.no_margin", {"test": name, "kind": kind}))
    level, looks = float(_given(row, "alpha", alpha)), int(_given(row, "looks", 1))
    start, end = _day(row, "start_date"), _day(row, "end_date")
    if not 0 < level < 0.5 or looks < 1 or start is None or end is None or end < start:
        faults.append(Fault("abtest.bad_terms", {"test": name, "alpha": level, "looks": looks,
                                                 "start": start, "end": end}))
    limit = _margin(margin, name, faults) if margin else None
    if faults or start is None or end is None:
        raise KitError.of(faults)
    number = {key: _given(row, key, None) for key in
              ("min_effect", "gross_margin", "extra_cost", "audience")}
    return Experiment(
        name, _text(row, "specialist_id"), _text(row, "hypothesis"), _text(row, "topic"),
        indicator, _text(row, "better") or "up", _text(row, "design") or "same_days", kind,
        start, end, _day(row, "declared_on"), level, looks, number["min_effect"], limit,
        guardrails, tuple(_named(_text(row, "secondary"))), number["gross_margin"],
        number["extra_cost"] or 0.0, number["audience"], split)


def arrange(plan: Experiment, days: pd.DataFrame | None,
            users: pd.DataFrame | Mapping[str, Sums] | None, as_of: dt.date) -> Trial:
    """The plan with its data (整理数据): variants, days and users checked against the plan."""
    use_users = users is not None and len(users) > 0 and plan.indicator in BY_USER
    days = pd.DataFrame() if days is None else days
    source = users if use_users else days
    if source is None or not len(source):
        raise KitError("abtest.no_data", test=plan.test_id)
    names = list(source) if isinstance(source, Mapping) else [*source["variant"].dropna().unique()]
    variants, deviations = _variants(plan, sorted(map(str, names)))
    notes: list[Fault] = []
    if use_users and isinstance(users, pd.DataFrame):
        users = _clean_users(plan, users[users["variant"].isin(variants)], as_of, notes)
    dates, seen, totals = _grid(days, variants, as_of)
    trial = Trial(plan, variants, dates, seen, totals, users if use_users else None)
    if not trial.gives(plan.indicator):
        raise KitError("abtest.not_in_data", test=plan.test_id, indicator=plan.indicator,
                       found=sorted(trial.totals) if not use_users else list(PARTS))
    deviations += _kept(trial, as_of)
    return Trial(plan, variants, dates, seen, totals, trial.users, tuple(deviations), tuple(notes))


def arm_sums(trial: Trial, variant: str, columns: tuple[str, ...], rows: Array | None) -> Sums:
    """Sums of one arm's complete rows (一组的汇总量); `rows` keeps a part (a look, a segment)."""
    if isinstance(trial.users, Mapping):
        return trial.users[variant]
    assert_frame: pd.DataFrame = trial.users  # type: ignore[assignment]
    keep = (assert_frame["variant"] == variant).to_numpy()
    values = {c: assert_frame[c].to_numpy(float)[keep if rows is None else keep & rows]
              for c in columns}
    whole = np.all([np.isfinite(v) for v in values.values()], axis=0)
    return sums_of({c: v[whole] for c, v in values.items()})


def _variants(plan: Experiment, found: list[str]) -> tuple[tuple[str, ...], list[Fault]]:
    if len(found) < 2:
        raise KitError("abtest.one_variant", test=plan.test_id, found=found)
    declared = list(plan.split) or found
    lost, extra = [v for v in declared if v not in found], [v for v in found if v not in declared]
    if declared[0] in lost or (lost and extra):
        raise KitError("abtest.other_variants", test=plan.test_id, declared=declared, found=found)
    deviations = [Fault(f"abtest.deviation.{key}", {"found": names})
                  for key, names in (("lost_variant", lost), ("extra_variant", extra)) if names]
    return tuple([v for v in declared if v in found] + extra), deviations


def _clean_users(plan: Experiment, users: pd.DataFrame, as_of: dt.date,
                 notes: list[Fault]) -> pd.DataFrame:
    if "day" in users and users["day"].notna().all():
        users = users[users["day"] <= pd.Timestamp(as_of)]
    if "user_id" in users and not users["user_id"].is_unique:
        pairs = users[["user_id", "variant"]].drop_duplicates()
        both = pairs["user_id"][pairs["user_id"].duplicated()].unique()
        if len(both):
            notes.append(Fault("abtest.note.two_variants", {"n": len(both)}))
        users = users[~users["user_id"].isin(both)].drop_duplicates("user_id")
    parts = [c for c in PARTS if c in users]
    bad = [c for c in parts if c != "converted" and (users[c] < 0).any()]
    if bad:
        raise KitError("abtest.negative", test=plan.test_id, columns=bad)
    return users


def _grid(days: pd.DataFrame, variants: tuple[str, ...],
          as_of: dt.date) -> tuple[Array, Array, dict[str, Array]]:
    """Totals per variant and date; NaN where a variant has no row or the figure is missing."""
    if not len(days):
        return np.array([], "datetime64[s]"), np.zeros((len(variants), 0), bool), {}
    code = pd.Categorical(days["variant"].astype(str), categories=list(variants)).codes
    keep = (code >= 0) & (days["date"].to_numpy() <= np.datetime64(as_of))
    dates, day = np.unique(days["date"].to_numpy()[keep], return_inverse=True)
    cell, shape = code[keep] * len(dates) + day, (len(variants), len(dates))
    seen = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape) > 0
    totals = {}
    for name in {c for pair in BY_DAY.values() for c in pair if c and c in days}:
        values = days[name].to_numpy(float)[keep]
        if np.any(values < 0):
            raise KitError("abtest.negative", test=str(days["test_id"].iloc[0]), columns=[name])
        if np.any(np.isfinite(values)):
            sums = np.bincount(cell, values, shape[0] * shape[1]).reshape(shape)
            totals[name] = np.where(seen, sums, np.nan)
    return dates, seen, totals


def _kept(trial: Trial, as_of: dt.date) -> list[Fault]:
    """How the run departs from the plan (偏离方案)."""
    plan, found = trial.plan, []
    if plan.declared_on is None or plan.declared_on > plan.start:
        found.append(Fault("abtest.deviation.declared_late",
                           {"declared": plan.declared_on or "—", "start": plan.start}))
    if not plan.split and trial.by_user:
        found.append(Fault("abtest.deviation.no_split", {"found": list(trial.variants)}))
    last = last_day(trial)
    if last is not None and last < min(plan.end, as_of):
        found.append(Fault("abtest.deviation.stopped_early", {"last": last, "planned": plan.end}))
    if last is not None and last > plan.end:
        found.append(Fault("abtest.deviation.ran_on", {"last": last, "planned": plan.end}))
    inside = inside_plan(trial)
    holes = inside & (trial.seen.sum(axis=0) < len(trial.variants))
    if plan.design != "before_after" and not trial.by_user and holes.any():
        days = [str(d)[:10] for d in trial.dates[holes]]
        found.append(Fault("abtest.deviation.missing_days", {"n": len(days), "days": days[:7]}))
    return found


def inside_plan(trial: Trial) -> Array:
    """Which dates lie between the declared start and end (方案内的日期)."""
    plan = trial.plan
    return (trial.dates >= np.datetime64(plan.start)) & (trial.dates <= np.datetime64(plan.end))


def last_day(trial: Trial) -> dt.date | None:
    """Last day with data (最后有数据的一天); None when user rows carry no day."""
    if isinstance(trial.users, pd.DataFrame) and "day" in trial.users:
        last = trial.users["day"].max()
        return None if pd.isna(last) else last.date()
    return pd.Timestamp(trial.dates[-1]).date() if len(trial.dates) else None


def _given(row: Mapping[str, Any], name: str, default: Any) -> Any:
    value = row.get(name)
    return default if value is None or value is pd.NA or value != value or value == "" else value


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(_given(row, name, "")).strip()


def _day(row: Mapping[str, Any], name: str) -> dt.date | None:
    value = _given(row, name, None)
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()


def _named(text: str) -> dict[str, str]:
    """`a:0.5;b` → {"a": "0.5", "b": ""}; full-width signs are fine."""
    parts = [p.strip() for p in text.replace("；", ";").replace("：", ":").split(";")]
    return {p.partition(":")[0].strip(): p.partition(":")[2].strip() for p in parts if p}


def _margin(text: str, test: str, faults: list[Fault]) -> Margin:
    try:
        size = float(text.rstrip("%％ "))
    except ValueError:
        size = 0.0
    if not 0 < size < np.inf:
        faults.append(Fault("abtest.margin_text", {"test": test, "found": text or "—"}))
    relative = text.rstrip().endswith(("%", "％"))
    return Margin(size / 100 if relative else size, relative)


def _weights(text: str, test: str, faults: list[Fault]) -> dict[str, float]:
    try:
        weights = {name: float(share) for name, share in _named(text).items()}
    except ValueError:
        faults.append(Fault("abtest.split_text", {"test": test, "found": text}))
        return {}
    if weights and (abs(sum(weights.values()) - 1) > 1e-6 or min(weights.values()) <= 0):
        faults.append(Fault("abtest.split_sum", {"test": test, "found": text,
                                                 "total": round(sum(weights.values()), 6)}))
    return weights
