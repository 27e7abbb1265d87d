"""A test with its data (试验数据): variants, days and users laid out and held against the plan.

What merely differs from the plan is listed as a deviation and weighs on the verdict.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kit.abtest.experiment import BY_DAY, BY_USER, PARTS, Experiment
from kit.abtest.money import PRIOR, Prior
from kit.abtest.net import Past
from kit.abtest.sums import Cells, Sums, sums_of
from kit.errors import Fault, KitError

Array = np.ndarray
HOLES = 0.2  # share of days without both arms above which a result is a lead only
NOBODY = pd.DataFrame()
Users = pd.DataFrame | Cells | Mapping[str, Sums] | None


@dataclass(frozen=True)
class Trial:
    """A test with its data (方案与数据): control first; daily totals as variants × dates."""

    plan: Experiment
    variants: tuple[str, ...]
    dates: Array = field(repr=False)
    seen: Array = field(repr=False)
    totals: dict[str, Array] = field(repr=False)
    users: pd.DataFrame | Cells | None = field(repr=False)
    deviations: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()
    past: Mapping[str, Past] = field(default_factory=dict, repr=False)
    prior: Prior = PRIOR

    @property
    def by_user(self) -> bool:
        """Whether users, not days, are the units."""
        return self.users is not None

    @property
    def rows(self) -> pd.DataFrame:
        """What cuts the users: variant and, where known, stratum and day; a user or cell a row."""
        if isinstance(self.users, Cells):
            return self.users.keys
        return NOBODY if self.users is None else self.users

    def has(self, column: str, every: bool = True) -> bool:
        """Whether every row (or any) carries the column (列是否完整)."""
        if isinstance(self.users, Cells):
            return column in self.users.sums[0].names
        known = self.rows.get(column, pd.Series(dtype=float)).notna()
        return bool(len(known) and (known.all() if every else known.any()))

    def gives(self, indicator: str) -> bool:
        """Whether the data can give the indicator."""
        needed = [c for c in (BY_USER if self.by_user else BY_DAY).get(indicator, ("",)) if c]
        known = indicator in (BY_USER if self.by_user else BY_DAY)
        return known and all(
            self.has(c, False) if self.by_user else c in self.totals for c in needed
        )


def arrange(
    plan: Experiment,
    days: pd.DataFrame | None,
    users: Users,
    as_of: dt.date,
    *,
    signed: bool = False,
) -> Trial:
    """The plan with its data (整理数据): variants, days and users checked against the plan.

    signed : figures may be below 0, as profit; the contract's may not
    """
    if isinstance(users, Mapping):
        users = Cells(pd.DataFrame({"variant": list(users)}), tuple(users.values()))
    use_users = users is not None and len(users) > 0 and plan.indicator in BY_USER
    days = pd.DataFrame() if days is None else days
    source = days if not use_users else users.keys if isinstance(users, Cells) else users
    if source is None or not len(source):
        raise _nothing(plan, users)
    variants, deviations = _variants(plan, sorted(map(str, source["variant"].dropna().unique())))
    notes: list[Fault] = []
    if use_users and users is not None:
        users, notes = _clean_users(plan, users, variants, as_of, signed)
    dates, seen, totals = _grid(days, variants, as_of, signed)
    trial = Trial(plan, variants, dates, seen, totals, users if use_users else None)
    if not trial.gives(plan.indicator):
        raise KitError(
            "abtest.not_in_data",
            test=plan.test_id,
            indicator=plan.indicator,
            found=sorted(trial.totals) if not use_users else list(PARTS),
        )
    deviations += _kept(trial, as_of)
    return Trial(plan, variants, dates, seen, totals, trial.users, tuple(deviations), tuple(notes))


def _nothing(plan: Experiment, users: Users) -> KitError:
    """Why a test has no rows to judge (没有可用的行): none, or users where it needs days."""
    if users is not None and len(users):
        facts = {"indicator": plan.indicator, "known": sorted(BY_USER)}
        return KitError("abtest.only_users", test=plan.test_id, **facts)
    return KitError("abtest.no_data", test=plan.test_id)


def arm_sums(trial: Trial, variant: str, columns: tuple[str, ...], rows: Array | None) -> Sums:
    """Sums of one arm's complete rows (一组的汇总量); `rows` keeps a part (a look, a segment)."""
    keep = (trial.rows["variant"] == variant).to_numpy()
    keep = keep if rows is None else keep & rows
    if isinstance(trial.users, Cells):
        return trial.users.total(keep)
    values = {c: trial.rows[c].to_numpy(float)[keep] for c in columns}
    whole = np.all([np.isfinite(v) for v in values.values()], axis=0)
    return sums_of({c: v[whole] for c, v in values.items()})


def _variants(plan: Experiment, found: list[str]) -> tuple[tuple[str, ...], list[Fault]]:
    if len(found) < 2:
        raise KitError("abtest.one_variant", test=plan.test_id, found=found)
    declared = list(plan.split) or found
    lost = [v for v in declared if v not in found]
    extra = [v for v in found if v not in declared]
    if declared[0] in lost or (lost and extra):
        raise KitError("abtest.other_variants", test=plan.test_id, declared=declared, found=found)
    deviations = [
        Fault(f"abtest.deviation.{key}", {"found": names})
        for key, names in (("lost_variant", lost), ("extra_variant", extra))
        if names
    ]
    return tuple([v for v in declared if v in found] + extra), deviations


def _clean_users(
    plan: Experiment,
    users: pd.DataFrame | Cells,
    variants: tuple[str, ...],
    as_of: dt.date,
    signed: bool,
) -> tuple[pd.DataFrame | Cells, list[Fault]]:
    """Users of the variants until `as_of`; whoever stands in two variants is counted out."""
    rows = users.keys if isinstance(users, Cells) else users
    keep = rows["variant"].isin(variants).to_numpy()
    if "day" in rows and rows["day"].notna().all():
        keep = keep & (rows["day"] <= pd.Timestamp(as_of)).to_numpy()
    where = ["experiment_users"]
    if isinstance(users, Cells):
        twice = users.twice
        negative = list(users.negative)
        users = users.kept(keep)
    else:
        users, twice = _in_one_variant(users[keep])
        below = users[[c for c in PARTS if c in users and c != "converted"]] < 0
        negative = [str(c) for c in below if below[c].any()]
        who = users.get("user_id", users["variant"])
        where += map(str, who[below.any(axis=1)][:3])
    if negative and not signed:
        raise KitError("abtest.negative", test=plan.test_id, columns=negative, where=where)
    return users, [Fault("abtest.note.two_variants", {"n": twice})] if twice else []


def _in_one_variant(users: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """A row a user of one variant alone (去掉跨组用户), and how many stood in two."""
    if "user_id" not in users or users["user_id"].is_unique:
        return users, 0
    pairs = users[["user_id", "variant"]].drop_duplicates()
    both = pairs["user_id"][pairs["user_id"].duplicated()].unique()
    return users[~users["user_id"].isin(both)].drop_duplicates("user_id"), len(both)


def _grid(
    days: pd.DataFrame, variants: tuple[str, ...], as_of: dt.date, signed: bool
) -> tuple[Array, Array, dict[str, Array]]:
    """Totals per variant and date; NaN where a variant has no row or the figure is missing."""
    if not len(days):
        return np.array([], "datetime64[s]"), np.zeros((len(variants), 0), bool), {}
    code = pd.Index(variants).get_indexer(pd.Index(days["variant"]))  # -1: not in the test
    keep = (code >= 0) & (days["date"].to_numpy() <= np.datetime64(as_of))
    dates, day = np.unique(days["date"].to_numpy()[keep], return_inverse=True)
    cell = code[keep] * len(dates) + day
    shape = (len(variants), len(dates))
    seen = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape) > 0
    totals = {}
    for name in {c for pair in BY_DAY.values() for c in pair if c and c in days}:
        values = days[name].to_numpy(float)[keep]
        if np.any(values < 0) and not signed:
            first = days[keep][values < 0].iloc[0]
            raise KitError(
                "abtest.negative",
                test=str(first["test_id"]),
                columns=[name],
                where=["experiment_days", first["variant"], str(first["date"])[:10]],
            )
        if np.any(np.isfinite(values)):
            sums = np.bincount(cell, values, shape[0] * shape[1]).reshape(shape)
            totals[name] = np.where(seen, sums, np.nan)
    return dates, seen, totals


def _kept(trial: Trial, as_of: dt.date) -> list[Fault]:
    """How the run departs from the plan (偏离方案)."""
    plan = trial.plan
    found = []
    if plan.declared_on is None or plan.declared_on > plan.start:
        found.append(
            Fault(
                "abtest.deviation.declared_late",
                {"declared": plan.declared_on or "—", "start": plan.start},
            )
        )
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
        if len(days) > HOLES * len(trial.dates[inside]):
            found.append(Fault("abtest.deviation.many_missing", {"n": len(days)}))
    return found


def inside_plan(trial: Trial) -> Array:
    """Which dates lie between the declared start and end (方案内的日期)."""
    plan = trial.plan
    return (trial.dates >= np.datetime64(plan.start)) & (trial.dates <= np.datetime64(plan.end))


def last_day(trial: Trial) -> dt.date | None:
    """Last day with data (最后有数据的一天); None when user rows carry no day."""
    if "day" in trial.rows:
        last = trial.rows["day"].max()
        return None if pd.isna(last) else last.date()
    return pd.Timestamp(trial.dates[-1]).date() if len(trial.dates) else None
