"""Fairness (公平): quotas as a suggestion, pairs that chance alone parts, screens for HR.

Grades stay advice: a named human decides. A screen asks a question; it accuses nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact, linregress, norm, t

from kit.errors import FormulaError
from kit.people.incentive import exact, largest_remainders
from kit.scoring.feedback import rated

SUM_SLACK = Fraction(1, 1_000_000)  # shares typed as rounded thirds still sum to one
FOUR_FIFTHS = Fraction(4, 5)  # 29 CFR 1607.4 D: screening rule, not a proof


def quota(n: int, shares: Sequence[float]) -> list[int]:
    """People per grade (等级配额): floors of n × share, the rest to the largest remainders.

    Exact decimals; ties to the earlier grade; shares >= 0 that sum to 1, else refused.
    >>> quota(10, [0.2, 0.7, 0.1])
    [2, 7, 1]
    """
    heads = exact(n, "n", least=0)
    parts = [heads * exact(s, "shares", least=0) for s in shares]
    if heads.denominator != 1:
        raise FormulaError("people.not_whole", name="n", value=n)
    total = sum((exact(s, "shares") for s in shares), Fraction(0))
    if abs(total - 1) > SUM_SLACK:
        raise FormulaError("people.shares_sum", total=float(total))
    return largest_remainders(parts, int(heads))


@dataclass(frozen=True)
class Boundary:
    """Whether a quota's cut parts two people whom the data can tell apart (切分是否有依据)."""

    split_supported: bool
    tied_at_cut: tuple[int, ...]


def boundary(
    score: Sequence[Any], se: Sequence[Any], quota_top: int, *, level: float = 0.95
) -> Boundary:
    """Check a quota's cut (配额边界): whether its last and the first outside differ.

    score, se : one entry a person; None = not scored, left out; se None = cannot be told apart
    Returns   : positions of the two when the cut is not supported; no cut, nothing to support
    >>> boundary([71, 95, 78, 77], [1, 1, 1, 1], 2).tied_at_cut
    (2, 3)
    """
    if len(score) != len(se):
        raise FormulaError("people.lengths", first=len(score), second=len(se))
    if not 0 < level < 1:
        raise FormulaError("people.level", level=level)
    ranked = sorted((i for i, s in enumerate(score) if s is not None), key=lambda i: -score[i])
    if not 0 < quota_top < len(ranked):
        return Boundary(True, ())
    a, b = ranked[quota_top - 1], ranked[quota_top]
    if se[a] is not None and se[b] is not None:
        errors = [float(exact(se[i], "se", least=0)) for i in (a, b)]
        apart = float(exact(score[a], "score") - exact(score[b], "score"))
        if apart >= norm.ppf((1 + level) / 2) * hypot(*errors):
            return Boundary(True, ())
    return Boundary(False, tuple(sorted((a, b))))


@dataclass(frozen=True)
class Impact:
    """Four-fifths screen (五分之四筛查): `ratio` lowest over highest rate, None if undefined."""

    rates: dict[str, float | None]
    ratio: float | None
    flag: bool
    fisher_p: float | None


def impact_ratio(groups: Mapping[str, Sequence[int]]) -> Impact:
    """Selection rates of groups side by side (差异影响), with Fisher's two-sided exact p.

    groups : name -> (selected, total); a group of nobody has no rate and is left out
    More than two groups: ratio and p are those of the lowest against the highest rate.
    >>> impact_ratio({"A": (30, 60), "B": (22, 50)}).ratio
    0.88
    """
    for name, (selected, total) in groups.items():
        if not exact(total, name, least=0) >= exact(selected, name, least=0):
            raise FormulaError("people.more_than_all", name=name, part=selected, total=total)
    exactly = {g: Fraction(str(k)) / Fraction(str(n)) for g, (k, n) in groups.items() if n}
    rates = {g: float(exactly[g]) if g in exactly else None for g in groups}
    if len(exactly) < 2:
        return Impact(rates, None, False, None)
    low, high = min(exactly, key=exactly.__getitem__), max(exactly, key=exactly.__getitem__)
    if low == high:
        low = next(g for g in exactly if g != high)
    p = fisher_exact([[k, n - k] for k, n in (groups[low], groups[high])])[1]
    ratio = exactly[low] / exactly[high] if exactly[high] else None
    flagged = ratio is not None and ratio < FOUR_FIFTHS
    return Impact(rates, None if ratio is None else float(ratio), flagged, float(p))


def raters(tables: Any) -> pd.DataFrame:
    """Raters side by side (评价人分布, HR only): how many, how high, how spread, who is unknown.

    Returns : rater_id, relation, people, n, mean, sd, spread (answers of 1, 2, 3, 4, 5), flat (4 or
              more answers, all the same), known
    """
    rows = rated(tables)
    on_five = rows["item"].map(lambda item: tables.scheme.scale_of(item).ends == (1, 5))
    rows = rows[on_five.astype(bool)]  # without an answer the mask has no type of its own
    rows = rows[(rows["period_id"] == tables.period.id) & rows["rating"].notna()]
    by = rows.groupby(["rater_id", "relation"])
    table = by.agg(
        people=("specialist_id", "nunique"),
        n=("rating", "size"),
        mean=("rating", "mean"),
        sd=("rating", "std"),
    ).reset_index()
    near = rows["rating"].round().clip(1, 5)
    counts = pd.crosstab([rows["rater_id"], rows["relation"]], near).reindex(
        columns=range(1, 6), fill_value=0
    )
    table["spread"] = [" · ".join(map(str, row)) for row in counts.to_numpy().tolist()]
    roster = tables.get("roster")
    bosses = set(roster["manager_id"]) | set(tables.get("postings")["manager_id"])
    inside = table["rater_id"].isin(set(roster["specialist_id"]) | bosses)
    # colleagues of other departments stand in no table: only the others must be known
    known = inside | table["relation"].eq("cross_dept")
    return table.assign(flat=(table["n"] >= 4) & table["sd"].eq(0), known=known)


def calibration(totals: pd.DataFrame, shares: Mapping[str, float], level: float) -> pd.DataFrame:
    """Quota beside the grades given (校准视图): a suggestion, with the pairs it must not part.

    Returns : grade, share, suggested, given, supported (the cut below the grade), tied (ids)
    """
    scored = totals.dropna(subset=["total"]).reset_index(drop=True)
    seats = quota(len(scored), list(shares.values())) if shares else []
    known = scored[["total", "se"]].astype(object).where(scored[["total", "se"]].notna(), None)
    ends = np.cumsum(seats, dtype=int)
    score = known["total"].tolist()
    se = known["se"].tolist()
    cuts = [boundary(score, se, top, level=level) for top in ends]
    return pd.DataFrame(
        {
            "grade": list(shares),
            "share": list(shares.values()),
            "suggested": seats,
            "given": [int((scored["grade"] == grade).sum()) for grade in shares],
            "supported": [cut.split_supported for cut in cuts],
            "tied": [tuple(scored.loc[list(cut.tied_at_cut), "specialist_id"]) for cut in cuts],
        }
    )


SCREEN = ["dimension", "low", "high", "low_n", "high_n", "ratio", "flag", "fisher_p"]


def screens(tables: Any, totals: pd.DataFrame) -> pd.DataFrame:
    """Four-fifths screen of every dimension in `groups` (五分之四筛查, HR only).

    totals : of people whom one scheme scores
    Returns : dimension, low and high group with (selected, total), ratio, flag, fisher_p
    """
    both = tables.get("groups").merge(selected(tables.scheme, totals), on="specialist_id")
    found = [_screen(str(name), rows) for name, rows in both.groupby("dimension")]
    return pd.DataFrame(found, columns=SCREEN)


def screen_of_groups(sets: Sequence[tuple[str, Any, pd.DataFrame]]) -> pd.DataFrame:
    """The same of appraisal groups side by side (各考核分组), each by its own scheme's grades.

    sets : name, scheme and totals of each
    """
    parts = [selected(scheme, totals).assign(value=name) for name, scheme, totals in sets]
    if not parts:  # every group is exempt
        return pd.DataFrame(columns=SCREEN)
    both = pd.concat(parts)
    known = both["value"].nunique() > 1
    return pd.DataFrame([_screen("appraisal_group", both)] if known else [], columns=SCREEN)


def selected(scheme: Any, totals: pd.DataFrame) -> pd.DataFrame:
    """Who has the scheme's second grade or better, as given: a core item may hold a grade down."""
    best = [grade.grade for grade in scheme.grades[:2]]
    scored = totals.dropna(subset=["printed"])
    return scored[["specialist_id"]].assign(selected=scored["grade"].isin(best))


def _screen(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    """The lowest against the highest share of selected people, by `value`."""
    sums = rows.groupby("value")["selected"].agg(["sum", "size"])
    people = {str(v): (int(k), int(n)) for v, k, n in sums.itertuples()}
    impact = impact_ratio(people)
    ends = sorted(people, key=lambda g: people[g][0] / people[g][1])
    row = (name, ends[0], ends[-1], people[ends[0]], people[ends[-1]])
    return dict(zip(SCREEN, (*row, impact.ratio, impact.flag, impact.fisher_p), strict=True))


def by_tenure(tables: Any, totals: pd.DataFrame) -> dict[str, Any]:
    """Points per year of service (司龄的解释): least squares with its t interval; not a cause."""
    roster = tables.get("roster")[["specialist_id", "hire_date"]].dropna()
    both = totals.dropna(subset=["total"]).merge(roster, on="specialist_id")
    years = (pd.Timestamp(tables.period.end) - both["hire_date"]).dt.days / 365.25
    if len(both) < 4 or years.nunique() < 2:
        return {"n": len(both), "slope": None, "low": None, "high": None, "r2": None}
    line = linregress(years, both["total"])
    half = t.ppf(0.975, len(both) - 2) * line.stderr
    return {
        "n": len(both),
        "slope": float(line.slope),
        "low": float(line.slope - half),
        "high": float(line.slope + half),
        "r2": float(line.rvalue**2),
    }


def by_channel(totals: pd.DataFrame, load: pd.DataFrame) -> pd.DataFrame:
    """Totals by main channel (渠道的解释): channel, n, mean, low, high (t, from 3 people on)."""
    main = load[["specialist_id", "main"]]
    both = totals.dropna(subset=["total"]).merge(main, on="specialist_id")
    table = both.groupby("main")["total"].agg(["size", "mean", "std"]).reset_index()
    table = table.rename(columns={"main": "channel", "size": "n"})
    n = table["n"].where(table["n"] >= 3)
    half = t.ppf(0.975, n - 1) * table["std"] / np.sqrt(n)
    return table.assign(low=table["mean"] - half, high=table["mean"] + half).drop(columns="std")
