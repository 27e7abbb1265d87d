"""What a ranking hangs on (敏感性与警示): weights, single indicators, doubles, balance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.scheme.library import Indicator
from kit.scoring import rank, weights
from kit.scoring.card import Scorecards
from kit.scoring.items import closed

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
SWING = 0.25  # weights move by up to ±25 % (scoring.md)
DOMINANT = 0.5  # share of the composite's variance that is too much (scoring.md)
TWINS = 0.9
FEW = 8  # correlation of two indicators that say the same; people needed to say so


@dataclass(frozen=True)
class Sensitivity:
    """people: ranks under other weights; indicators: what each decides; twins: doubles."""

    people: pd.DataFrame
    indicators: pd.DataFrame
    twins: pd.DataFrame


def matrix(cards: Scorecards, column: str = "points") -> pd.DataFrame:
    """People with a total × indicators (得分矩阵)."""
    known = cards.totals.loc[cards.totals["total"].notna(), "specialist_id"]
    wide = cards.indicators.pivot(index="specialist_id", columns="indicator", values=column)
    known = known[known.isin(wide.index)]  # of groups ranked together each has its own lines
    return wide.loc[known, list(dict.fromkeys(cards.indicators["indicator"]))]


def sensitivity(cards: Scorecards, seed: int = 1, draws: int = 2000) -> Sensitivity:
    """Ranks under weights moved by ±25 %, without each indicator, and as a geometric mean."""
    points = matrix(cards)
    share = matrix(cards, "weight_used").to_numpy()
    nominal = cards.indicators.drop_duplicates("indicator").set_index("indicator")["weight"]
    score = points.fillna(0).to_numpy()
    weight = nominal[points.columns].to_numpy()
    swing = np.random.default_rng(seed).uniform(1 - SWING, 1 + SWING, (draws, len(weight)))
    totals = np.einsum("pi,di->pd", score * share, swing) / (share @ swing.T)
    ranks = (-totals).argsort(axis=0).argsort(axis=0) + 1
    base = (-(score * share).sum(axis=1)).argsort(kind="stable").argsort() + 1
    log = np.log(np.maximum(score, 1.0))
    geometric = np.where(len(share), np.exp((share * log).sum(axis=1)), np.nan)
    people = pd.DataFrame(
        {
            "specialist_id": points.index,
            "rank": base,
            "total": (score * share).sum(axis=1),
            "rank_low": np.quantile(ranks, 0.05, axis=1, method="lower"),
            "rank_high": np.quantile(ranks, 0.95, axis=1, method="higher"),
            "first": (ranks == 1).mean(axis=1),
            "same": (ranks == base[:, None]).mean(axis=1),
            "geometric": geometric,
            "rank_geometric": (-geometric).argsort(kind="stable").argsort() + 1,
        }
    )
    return Sensitivity(people, _decisive(points, weight), _twins(points))


def _decisive(points: pd.DataFrame, weight: Array) -> pd.DataFrame:
    """Variance share of each indicator, and how many of the top and bottom third hang on it."""
    filled = points.fillna(points.mean()).fillna(0).to_numpy()
    cov = np.atleast_2d(np.cov(filled.T)) if len(points) > 1 else np.zeros((len(weight),) * 2)
    spread = weight @ cov @ weight > 0
    share = weights.variance_share(weight, cov) if spread else np.full(len(weight), np.nan)
    third = max(1, len(points) // 3)
    top, bottom = _left_out(points, weight, third)
    enough = len(points) >= FEW
    decides = {
        f"decides_{end}": (moved > third / 2) & enough
        for end, moved in (("top", top), ("bottom", bottom))
    }
    return pd.DataFrame(
        {
            "indicator": points.columns,
            "weight": weight,
            "variance_share": share,
            "top_changed": top,
            "bottom_changed": bottom,
            "third": third,
            **decides,
            "dominant": (share > DOMINANT) | decides["decides_top"] | decides["decides_bottom"],
        }
    )


def _left_out(points: pd.DataFrame, weight: Array, third: int) -> tuple[Array, Array]:
    """How many of the first and of the last `third` change without each indicator."""
    scores = {str(name): row for name, row in zip(points.index, points.to_numpy(), strict=True)}
    if not scores:
        return np.zeros(len(weight)), np.zeros(len(weight))
    left = rank.leave_one_metric_out(scores, weight)
    top, bottom = (
        [len({*left.base[end]} - {*order[end]}) for order in left.without]
        for end in (slice(third), slice(-third, None))
    )
    return np.array(top), np.array(bottom)


def _twins(points: pd.DataFrame) -> pd.DataFrame:
    """Pairs of indicators that nearly repeat each other (重复计分), among enough people."""
    if len(points) < FEW:
        return pd.DataFrame({"first": [], "second": [], "correlation": []})
    both = points.corr(min_periods=FEW).to_numpy()
    i, j = np.nonzero(np.triu(np.abs(both) >= TWINS, 1))
    names = points.columns.to_numpy()
    return pd.DataFrame({"first": names[i], "second": names[j], "correlation": both[i, j]})


def flips(cards: Scorecards, a: str, b: str) -> pd.DataFrame:
    """For each indicator the weight at which a and b change places (翻转权重); NaN if none does.

    The other weights keep their proportions.
    """
    score = matrix(cards).fillna(0)
    share = matrix(cards, "weight_used")
    w = share.loc[[a, b]].mean().to_numpy()
    own = score.loc[[a, b]].to_numpy()
    rest = (own @ w)[:, None] - own * w
    rest = rest / np.where(w < 1, 1 - w, np.nan)
    found = [
        rank.flip_weight([own[0, i], rest[0, i]], [own[1, i], rest[1, i]], 0) if w[i] < 1 else None
        for i in range(len(w))
    ]
    return pd.DataFrame(
        {"indicator": score.columns, "weight": w, "flips_at": np.array(found, float)}
    )


def sides(known: dict[str, Indicator], rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Which rows of the indicators stand on each side of the three balances (平衡的各侧)."""
    short = rows["indicator"].map(lambda name: known[name].span == "short")
    team = rows["indicator"].map(lambda name: known[name].team)
    hard = rows["branch"] == "hard"
    return {"short": short, "long": ~short, "hard": hard, "soft": ~hard, "own": ~team, "team": team}


def balance(tables: "Tables", cards: Scorecards) -> pd.DataFrame:
    """Three balances a person (平衡): short and long term, quantitative and soft, own and team.

    Points of each side, weighted by the weights in use, and the share of the weight each side has.
    Who has too few raters for soft items to be shown has no side that holds a part of them only;
    `reason` says so.
    """
    rows = cards.indicators
    shut = closed(tables, rows)["reason"].eq("scoring.closed")
    shut_people = rows.loc[shut, "specialist_id"].unique()
    soft = {name for name in rows["indicator"].unique() if tables.scheme.is_item(name)}
    out: dict[str, Any] = {"specialist_id": sorted(rows["specialist_id"].unique())}
    for name, inside in sides(tables.scheme.library, rows).items():
        part = 0 < len(soft & set(rows.loc[inside, "indicator"])) < len(soft)
        sums = rows[inside].groupby("specialist_id")[["contribution", "weight_used"]].sum()
        sums = sums.reindex(out["specialist_id"])
        mean = sums["contribution"] / sums["weight_used"].where(lambda w: w > 0)
        out[name] = mean.mask(part & mean.index.isin(shut_people)).to_numpy()
        out[f"{name}_weight"] = sums["weight_used"].to_numpy()
    hidden = np.isin(out["specialist_id"], shut_people)
    return pd.DataFrame(out).assign(reason=np.where(hidden, "scoring.closed", ""))
