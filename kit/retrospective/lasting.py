"""Lasting steps of channels, platforms and plans (持续变化), each told once, with its event."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.scope import promotion_days, strata
from kit.retrospective.steps import LEAST, shared, steps

Array = np.ndarray
SCOPES = ["channel", "platform", "plan_id"]
WATCHED = ["spend", "clicks", "orders", "revenue"]
ALIKE = 0.6  # share of a change that, alone, tells its cause
NEAR = pd.Timedelta(days=LEAST)  # within it two steps are one


@dataclass(frozen=True)
class Levels:
    """Daily sums of the days looked at, and what they hold of lasting steps (水平).

    found : steps of all series: scope, name, measure, start, z, value, baseline, times, low, high
    """

    tables: Tables
    days: pd.DatetimeIndex
    sums: dict[tuple[str, str], pd.DataFrame] = field(repr=False)
    plans: dict[tuple[str, str], frozenset[str]] = field(repr=False)
    usable: dict[str, Array] = field(repr=False)

    @cached_property
    def common(self) -> dict[str, Array]:
        """Logs of what moves all plans alike, by measure and day (共同变动)."""
        weekday = self.days.day_of_week.to_numpy()
        return {m: shared(self._seen("plan_id", m).to_numpy(float), weekday) for m in WATCHED}

    @cached_property
    def found(self) -> pd.DataFrame:
        """The clearest step of each series, before any is told by another (全部台阶)."""
        series = [(s, m, self._seen(s, m)) for s in SCOPES for m in WATCHED]
        matrix = np.hstack([frame.to_numpy(float) for *_, frame in series])
        common = np.hstack([np.tile(self.common[m][:, None], f.shape[1]) for _, m, f in series])
        stage = strata(
            self.tables, Span(id="", start=self.days[0].date(), end=self.days[-1].date())
        )
        of = np.unique(stage.to_numpy(str), return_inverse=True)[1]
        rules = self.tables.scheme.retrospective
        labels = np.column_stack([of, self.days.day_of_week])
        kind = np.repeat(np.arange(len(series)), [f.shape[1] for *_, f in series])
        told = steps(matrix, labels, rules.claim, common=common, kind=kind)
        names = [(s, str(name), m) for s, m, frame in series for name in frame]
        rows = [
            (*name, self.days[x.at], x.z, x.after, x.after / x.times, x.times, x.low, x.high)
            for name, x in zip(names, told, strict=True)
            if x
        ]
        columns = ["scope", "name", "measure", "start", "z", "value", "baseline"]
        return pd.DataFrame(rows, columns=[*columns, "times", "times__low", "times__high"])

    @cached_property
    def told(self) -> pd.DataFrame:
        """The steps that are told, each once (各说一次), as large as a channel's day must be."""
        times = self.found["times"].clip(lower=1e-9)
        large = np.fmax(times, 1 / times) >= self.tables.scheme.retrospective.anomaly_channel
        return self.once(self.found[large])

    def of(self, scope: str, measure: str) -> Array:
        """Level of each day and unit beside the one before its step (水平倍数), 1 without one.

        A unit without a step of its own has that of the told one which holds it. A conversion rate
        has that of its orders, less that of its clicks.
        """
        if measure == "click_conversion":
            orders, clicks = self.of(scope, "orders"), self.of(scope, "clicks")
            return np.where(orders == 1, 1.0, orders / clicks)
        columns = self.sums[scope, measure].columns
        level = np.ones((len(self.days), len(columns)))
        for j, name in enumerate(columns):
            inside = self.plans[scope, str(name)]
            own = self.found[(self.found["scope"] == scope) & (self.found["name"] == name)]
            held = [self.plans[key] >= inside for key in self._units(self.told)]
            mine = pd.concat([own, self.told[np.array(held, bool)]])
            mine = mine[mine["measure"] == measure].head(1)
            for start, times in zip(mine["start"], mine["times"], strict=True):
                level[self.days >= start, j] = max(times, 1e-9)
        return level

    def once(self, changes: pd.DataFrame) -> pd.DataFrame:
        """Changes of level, those with one cause folded (同因合并).

        The smallest unit that makes most of a change tells it, else the largest; of measures the
        clearest.
        """
        rows = changes.assign(size=changes["z"].abs()).sort_values("size", ascending=False)
        clear = rows.drop(columns="size").to_dict("records")
        kept: list[dict] = []
        for row in clear:
            if not any(_same(row, other) and _near(row, other) for other in kept):
                kept.append(row)
        part = [r for r in kept if not any(self._tells(o, r, both=True) for o in kept)]
        left = [r for r in part if not any(self._tells(o, r, both=False) for o in part)]
        return pd.DataFrame(left, columns=changes.columns)

    def event(self, row: dict) -> tuple[str, pd.Timestamp | None]:
        """Kind and first day of the event on record about when a change began (在册事件).

        It began, or ended, within a week of it and touches the plans that make most of the change.
        """
        table = self.tables.get("events")
        ends = (table["start_date"], table["end_date"] + pd.Timedelta(days=1))
        gaps = [(end - row["start"]).abs() for end in ends]
        gap = gaps[0].where(~(gaps[1] < gaps[0]), gaps[1])
        for event in table.assign(gap=gap)[gap < NEAR].sort_values("gap").itertuples():
            plans = self.plans[row["scope"], row["name"]]
            for scope in ("plan_id", "channel"):
                if isinstance(value := getattr(event, scope), str) and value:
                    plans = plans & self.plans.get((scope, value), frozenset())
            if self._share(row, plans) >= ALIKE:
                return str(event.kind), event.start_date
        return "", None

    def late(self, row: dict, first: pd.Timestamp) -> bool:
        """Whether too few days lay between a change and `first` to tell it then (此前看不出)."""
        usable = self.usable[row["measure"]]
        return int(usable[(self.days >= row["start"]) & (self.days < first)].sum()) < LEAST

    def _seen(self, scope: str, measure: str) -> pd.DataFrame:
        sums = self.sums[scope, measure].copy()
        sums.loc[~self.usable[measure]] = np.nan
        return sums

    def _units(self, rows: pd.DataFrame) -> list[tuple[str, str]]:
        return list(zip(rows["scope"], rows["name"], strict=True))

    def _share(self, row: dict, plans: frozenset[str]) -> float:
        """Share of a unit's change that these of its plans make (占变化的份额)."""
        inside = self.plans[row["scope"], row["name"]]
        measure = row["measure"] if row["measure"] in WATCHED else "orders"
        frame = self._seen("plan_id", measure)[sorted(inside)]
        frame = frame.div(np.exp(self.common[measure]), axis=0).fillna(0.0)
        later = self.days >= row["start"]
        change = frame[later].mean() - frame[~later].mean()
        whole = change.sum()
        return float(change[sorted(plans & inside)].sum() / whole) if whole else 0.0

    def _tells(self, one: dict, other: dict, *, both: bool) -> bool:
        """Whether plans that two changes share make most of the other (同一原因).

        both : of the one too, so that the smaller unit tells; else the larger one does
        """
        units = [(r["scope"], r["name"]) for r in (one, other)]
        if units[0] == units[1] or not _near(one, other):
            return False
        shared = self.plans[units[0]] & self.plans[units[1]]
        of_one, of_other = (self._share(r, shared) for r in (one, other))
        size = [(len(self.plans[u]), SCOPES.index(u[0])) for u in units]
        alike = of_one >= ALIKE and size[0] < size[1] if both else 0 < of_one < ALIKE
        return alike and of_other >= ALIKE


def levels(tables: Tables, days: pd.DatetimeIndex) -> Levels:
    """What the days hold of lasting steps; days of promotions and unripe orders aside."""
    rows = tables.plan_days[tables.plan_days["date"].isin(days)]
    sums = {(s, m): by_day(rows, m, s, days) for s in SCOPES for m in WATCHED}
    named = [rows[[s, "plan_id"]].dropna().drop_duplicates() for s in SCOPES[:2]]
    plans = {
        (scope, str(name)): frozenset(mine["plan_id"])
        for scope, frame in zip(SCOPES, named, strict=False)
        for name, mine in frame.groupby(scope)
    }
    plans |= {("plan_id", str(plan)): frozenset([plan]) for plan in rows["plan_id"].unique()}
    ads = tables.windows
    ripe = ads["snapshot_date"] - pd.to_timedelta(ads["window_days"].astype(float), unit="D")
    usual = ~days.isin(promotion_days(tables))
    late = days.isin(ads.loc[ads["date"] > ripe, "date"])
    usable = dict.fromkeys(("spend", "clicks"), usual)
    usable |= dict.fromkeys(("orders", "revenue", "click_conversion"), usual & ~late)
    return Levels(tables, days, sums, plans, usable)


def by_day(rows: pd.DataFrame, measure: str, scope: str, days: pd.DatetimeIndex) -> pd.DataFrame:
    """Days × channels, platforms or plans; none where the rows name none (无名称为空表)."""
    sums = rows.groupby(["date", scope])[measure].sum().unstack(scope)
    return pd.DataFrame(sums).reindex(days)


def _same(row: dict, other: dict) -> bool:
    return (row["scope"], row["name"]) == (other["scope"], other["name"])


def _near(row: dict, other: dict) -> bool:
    return abs(row["start"] - other["start"]) < NEAR
