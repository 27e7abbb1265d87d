"""One reconciled change from a compared period to this one (对账式瀑布): market, days, events, own.

Per plan and owner: V1 - V0 = market V0(m1/m0 - 1) + days + events + the LMDI of what remains, whose
first step is spend relative to the market. Summed by plan, specialist, channel or team, the parts
always add up to the change.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.tables import Tables
from kit.errors import Fault
from kit.params import Span
from kit.retrospective.bridge import LEVELS, factors, lmdi, log_mean, measured, shapley, steps
from kit.retrospective.drill import commissioned
from kit.retrospective.market import Growth, Quiet, growth, quiet
from kit.retrospective.scope import between, days, strata, team_facts, this_span, totals
from kit.stats.ewc import half_width, sum_error
from kit.stats.multiple import holm

Array = np.ndarray
KEY = ["plan_id", "specialist_id", "team", "channel", "platform", "category", "strategy"]
CAUSES = ["market", "days", "events"]
DECIDED = ("spend", "volume", "returns")  # steps that nobody sampled: no interval
CENT = 0.005  # of the currency: less is nothing


@dataclass(frozen=True)
class Waterfall:
    """The change of revenue between two spans, by plan and owner, and how sure the own part is.

    cells  : KEY, paid (by sale), v0, v1, market, days, events, one column a step, `twin_<step>` by
             Shapley
    events : one row an event: effect, low, high, reason when it cannot be estimated
    reason : why there is no comparison; then all frames are empty
    missing : levels of the funnel that were not measured, so that the chain is shorter
    """

    before: Span | None
    now: Span
    steps: list[str]
    cells: pd.DataFrame
    events: pd.DataFrame
    growth: Growth | None
    influence: dict[str, Array]
    reason: Fault | None = None
    missing: tuple[str, ...] = ()

    def by(self, column: str) -> pd.DataFrame:
        """Parts summed by a column of KEY (按维度汇总); our own rate part with its interval.

        Returns : `column`, v0, v1, change, CAUSES (market, events: _low, _high), steps, own = spend
        + volume + rate, rate_low, rate_high (95 %), rate_p, fixed: 1 where all is paid by sale,
        bought: 1 where a campaign that is not sold in both periods
        rate : what came of the money spent (效率), sampled; spend is decided and has no interval;
        volume: sales of what is paid by sale, whose rate is fixed; no interval where all is so
        paid, or new or gone
        """
        keys = self.cells[column].astype(object).where(self.cells[column].notna(), None)
        codes, levels = pd.factorize(keys, use_na_sentinel=False)
        return self._summed(codes, len(levels)).assign(**{column: levels})

    def total(self) -> pd.Series:
        """Parts of the whole change (合计)."""
        return self._summed(np.zeros(len(self.cells), int), 1).iloc[0]

    def drivers(self, column: str | None = None) -> pd.DataFrame:
        """Steps, in all or by a column of KEY (动因): effect, low, high, p_adjusted; largest first.

        Spend is decided, not sampled: it has no interval.
        """
        keys = self.cells[column] if column else np.zeros(len(self.cells), int)
        codes, levels = pd.factorize(keys, use_na_sentinel=False)
        rows = []
        for step in self.steps:
            effect = np.bincount(codes, self.cells[step], len(levels))
            nothing = np.full(len(levels), np.nan)
            sampled = f"now_{step}" in self.influence
            se, df = self._error(codes, len(levels), step) if sampled else (nothing, 0 * nothing)
            half = half_width(se, df, 0.95)
            part = pd.DataFrame({column or "all": levels, "step": step, "effect": effect})
            rows.append(part.assign(se=se, df=df, low=effect - half, high=effect + half))
        frame = pd.concat(rows, ignore_index=True)
        return frame.assign(p_adjusted=_holm(frame)).sort_values("effect", key=abs, ascending=False)

    def _summed(self, codes: Array, n: int) -> pd.DataFrame:
        names = ["v0", "v1", *CAUSES, *self.steps, *(f"twin_{s}" for s in self.steps)]
        sums = {c: np.bincount(codes, self.cells[c], n) for c in names}
        frame = pd.DataFrame(sums).assign(change=lambda f: f["v1"] - f["v0"])
        se, df = self._error(codes, n, None)
        own = frame[self.steps].sum(axis=1)
        half = half_width(se, df, 0.95)
        both = (self.cells["v0"] > 0) & (self.cells["v1"] > 0)  # else all of it counts as spend
        priced = ~self.cells["paid"].astype(bool)
        bought = np.bincount(codes, both & priced, n) > 0
        se, half = (np.where(bought, x, np.nan) for x in (se, half))
        rate = own - frame[[s for s in DECIDED if s in self.steps]].sum(axis=1)
        around = half_width(np.sqrt(self._carved(codes, n)), np.full(n, 4), 0.95)
        doubt = half_width(self._grown(codes, n), np.full(n, 4), 0.95)
        ends = {
            "market_low": frame["market"] - doubt,
            "market_high": frame["market"] + doubt,
            "rate_low": rate - half,
            "rate_high": rate + half,
            "events_low": frame["events"] - around,
            "events_high": frame["events"] + around,
            "fixed": 1.0 * (np.bincount(codes, priced, n) == 0),
            "bought": 1.0 * bought,
        }
        return frame.assign(own=own, rate=rate, rate_p=_chance(rate, se, df), **ends)

    def _error(self, codes: Array, n: int, step: str | None) -> tuple[Array, Array]:
        """EWC errors of both periods' influence, summed over the cells of a group."""
        tail = "" if step is None else f"_{step}"
        var = np.zeros(n)
        lean = np.zeros(n)
        for name in ("before", "now"):
            series = self.influence[name + tail]
            summed = np.zeros((n, series.shape[1]))
            np.add.at(summed, codes, series)
            se, df = sum_error(summed)
            var += np.nan_to_num(se) ** 2
            lean += np.nan_to_num(se) ** 4 / np.maximum(df, 1)
        carved = self._carved(codes, n) if step is None else 0
        free = {None, *self.steps[:1]} if "spend" not in self.steps else {"volume"}
        if step in free:  # what is set against the market, not against what was spent
            carved = carved + self._grown(codes, n) ** 2
        df = np.divide(var**2, lean, out=np.zeros(n), where=lean > 0)  # Welch-Satterthwaite
        return np.sqrt(var + carved), df

    def _grown(self, codes: Array, n: int) -> Array:
        """Error of what the market would have brought, where its growth was estimated."""
        lifted = np.bincount(codes, self.cells["v0"] + self.cells["market"], n)
        return lifted * self.growth.error if self.growth else 0 * lifted

    def _carved(self, codes: Array, n: int) -> Array:
        """Variance of what was carved out for events."""
        return np.bincount(codes, self.cells["events_se"] ** 2, n)


def waterfall(tables: Tables, before: Span | None = None) -> Waterfall:
    """The bridge from `before` (default: the period's compare_to) to this period."""
    now = this_span(tables)
    before = before or tables.period.compare
    facts = team_facts(tables)
    reason = _reason(facts, before, now, tables.scheme.retrospective.covered)
    if before is None or reason:
        none = pd.DataFrame(columns=[*KEY, "paid", "v0", "v1", *CAUSES, "events_se"])
        empty = {name: np.zeros((0, 1)) for name in ("before", "now")}
        return Waterfall(before, now, [], none, none, None, empty, reason)
    grown = growth(tables, facts, before, now)
    clean = quiet(tables, facts, grown, (before, now))
    chain = measured(between(facts, before), between(facts, now))
    cells = _cells(facts, clean, before, now, chain)
    cells = cells.assign(paid=cells["plan_id"].isin(commissioned(tables)))
    labels = {s: strata(tables, s) for s in (before, now)}
    whole = _decomposed(cells, clean, grown, labels, chain)
    return replace(whole, missing=tuple(level for level in LEVELS if level not in chain))


def _reason(facts: pd.DataFrame, before: Span | None, now: Span, covered: float) -> Fault | None:
    if before is None:
        return Fault("retrospective.no_prior")
    for span in (before, now):
        part = between(facts, span).dropna(subset="revenue")
        held = part["date"].nunique()
        told = {"start": span.start, "end": span.end}
        if held < covered * days(span):
            few = Fault("retrospective.few_rows", told | {"n": held, "days": days(span)})
            return few if held else Fault("retrospective.no_rows", told)
        if part["revenue"].sum() <= 0:
            return Fault("retrospective.no_sales", told)
    return None


def _cells(
    facts: pd.DataFrame, clean: Quiet, before: Span, now: Span, chain: list[str]
) -> pd.DataFrame:
    """Levels of both periods per plan and owner, as they were (v) and without events (a, b)."""
    frames = []
    for span, tag in ((before, "0"), (now, "1")):
        raw = totals(between(facts, span), KEY)[[*KEY, "revenue"]]
        quiet = totals(between(clean.facts, span), KEY)
        both = raw.rename(columns={"revenue": f"v{tag}"}).merge(quiet[[*KEY, *chain]], on=KEY)
        frames.append(both.rename(columns={c: f"{c}_{tag}" for c in chain}))
    return frames[0].merge(frames[1], on=KEY, how="outer")


def _decomposed(
    cells: pd.DataFrame,
    clean: Quiet,
    grown: Growth,
    spans: dict[Span, pd.Series],
    chain: list[str],
) -> Waterfall:
    before, now = spans
    levels0, levels1 = (cells[[f"{c}_{t}" for c in chain]].to_numpy(float) for t in "01")
    levels0, levels1 = np.nan_to_num(levels0), np.nan_to_num(levels1)
    v0, v1 = (cells[f"v{t}"].fillna(0).to_numpy() for t in "01")
    rate = cells["category"].map(grown.rate).fillna(grown.overall).to_numpy(float)
    market = v0 * (rate - 1)
    longer = v0 * rate * (days(now) / days(before) - 1)
    below = (levels0 < 0).any(axis=1) | (levels1 < 0).any(axis=1) | (v0 < 0) | (v1 < 0)
    market, longer = (np.where(below, 0.0, part) for part in (market, longer))
    levels0, levels1 = (np.where(below[:, None], 0.0, part) for part in (levels0, levels1))
    quiet = levels0[:, -1]
    lift = np.divide(quiet + market + longer, quiet, out=np.ones(len(v0)), where=quiet > 0)
    x0, x1 = factors(levels0 * np.maximum(lift, 0)[:, None], levels1)
    names = steps(chain)
    frame = cells[[*KEY, "paid"]].assign(v0=v0, v1=v1, market=market, days=longer)
    frame["events"] = np.where(below, 0.0, (v1 - levels1[:, -1]) - (v0 - quiet))
    frame["events_se"] = frame["plan_id"].map(clean.se).fillna(0.0)
    first, last = x0.prod(axis=1), x1.prod(axis=1)
    apart = np.where(below, v1 - v0, 0.0)
    residue = (v1 - v0) - market - longer - frame["events"] - (last - first) - apart
    frame["events"] = frame["events"] + residue  # a base of 0 that the market would have lifted
    frame[names] = lmdi(x0, x1)
    frame[[f"twin_{s}" for s in names]] = shapley(x0, x1)
    names = _apart(frame, names)
    if below.any():
        frame["returns"] = frame["twin_returns"] = apart
        names = [*names, "returns"]
    weight = log_mean(last, first)
    weight = np.where(weight > 0, weight, np.maximum(first, last))  # new or gone: all of it
    influence = _influence(clean.facts, frame.assign(weight=weight), spans, chain, grown)
    return Waterfall(before, now, names, frame, clean.events, grown, influence)


def _influence(
    facts: pd.DataFrame,
    cells: pd.DataFrame,
    spans: dict[Span, pd.Series],
    chain: list[str],
    grown: Growth,
) -> dict[str, Array]:
    """What each day adds to each step, and to all sampled steps, about its mean (cells, days).

    Step k: weight x (the day's share of level k less its share of level k - 1); together they
    telescope to revenue less spend: spend is decided, and what comes of it is sampled. Volume:
    revenue less the market's path. Means are those of a promotion's phase: its shape is no noise.
    """
    out: dict[str, Array] = {}
    index = pd.MultiIndex.from_frame(cells[KEY].astype(str))
    weight = cells["weight"].to_numpy()[:, None]
    names = steps(chain)
    for name, phase in zip(("before", "now"), spans.values(), strict=True):
        part = facts[facts["date"].isin(phase.index)]
        row = index.get_indexer(pd.MultiIndex.from_frame(part[KEY].astype(str)))
        dates = pd.DatetimeIndex(phase.index)
        at = (row, dates.get_indexer(pd.DatetimeIndex(part["date"])))
        cube = np.zeros((len(chain), len(cells), len(phase)))
        for i, level in enumerate(chain):
            np.add.at(cube[i], at, np.nan_to_num(part[level].to_numpy(float)))
        path = np.array([grown.path(c, dates) for c in cells["category"]]) * (cube[-1] > 0)
        share = _shares(cube)
        market = _shares(path[None])[0]
        share = share if chain[0] == "spend" else np.concatenate([0 * share[:1], share])
        moved = weight * np.diff(share, axis=0) @ _centring(phase)
        bought = names[len(names) - len(moved) :]
        out |= {f"{name}_{step}": p for step, p in zip(bought, moved, strict=True)}
        sold = weight * (share[-1] - market) * cells[["paid"]].to_numpy()
        out |= {name: moved.sum(axis=0), f"{name}_volume": sold @ _centring(phase)}
    return out


def _shares(levels: Array) -> Array:
    """Each day's share of its row's sum; 0 where the sum is 0."""
    sums = levels.sum(axis=-1, keepdims=True)
    return np.divide(levels, sums, out=np.zeros(levels.shape), where=sums > 0)


def _apart(frame: pd.DataFrame, names: list[str]) -> list[str]:
    """What is paid by sale (按成交付佣) has a step instead of spend: nobody decided on it."""
    if names[0] != "spend" or not frame["paid"].any():
        return names
    for tail in ("", "twin_"):
        frame[f"{tail}volume"] = frame[f"{tail}spend"].where(frame["paid"], 0.0)
        frame[f"{tail}spend"] = frame[f"{tail}spend"].mask(frame["paid"], 0.0)
    return ["spend", "volume", *names[1:]]


def _centring(phase: pd.Series) -> Array:
    """Matrix that takes each phase's mean from its days, scaled for the means it takes."""
    same = phase.to_numpy()[:, None] == phase.to_numpy()
    left = max(len(phase) - phase.nunique(), 1)
    return np.sqrt(len(phase) / left) * (np.eye(len(phase)) - same / same.sum(axis=0))


def _holm(frame: pd.DataFrame) -> Array:
    known = (frame["se"] > 0) & (frame["effect"].abs() > CENT)  # rounding is no move
    return holm(_chance(frame["effect"], frame["se"].where(known), frame["df"]))


def _chance(effect: pd.Series, se: Array | pd.Series, df: Array | pd.Series) -> Array:
    """Two-sided p of effects against none; NaN without an error."""
    known = np.where(np.asarray(se) > 0, se, np.nan)
    return 2 * stats.t.sf(np.abs(effect) / known, np.maximum(df, 1))
