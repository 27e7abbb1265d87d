"""What moved unlike the rest (发现): segments of the ads, with proof, interval and yuan."""

import datetime as dt

import numpy as np
import pandas as pd

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.drill import BLOCK, SAME, commissioned, team_plans
from kit.retrospective.search import capped, named, search

Array = np.ndarray
DIMENSIONS = ["channel", "platform", "strategy", "category", "plan_id", "ad_group", "audience"]
DIMENSIONS += ["creative", "keyword", "hour", "weekday"]
MEASURES = {  # step of the chain: numerator, denominator; what is paid by sale buys no clicks
    "ctr": ("clicks", "impressions"),
    "clicks_per_spend": ("bought_clicks", "bought_spend"),
    "click_conversion": ("orders", "clicks"),
    "aov": ("revenue", "orders"),
}
SEARCHED = {"revenue": "revenue_capped"}  # a single huge order is no move of order value
CANDIDATES = 60  # clearest segments among which those that explain the others are kept
LEAST = 1e-9  # instead of a denominator of 0
FOUND = ["measure", "dimension", "segment", "rate0", "rate1", "yuan", "low_yuan", "high_yuan"]
FOUND += ["p", "p_adjusted", "searched"]


def detail(tables: Tables, before: Span, now: Span) -> pd.DataFrame:
    """Ads of both spans by all dimensions in blocks of 7 days (明细): period, block, sums."""
    parts = []
    for period, span in enumerate((before, now)):
        for block, start in enumerate(pd.date_range(span.start, span.end, freq=f"{BLOCK}D")):
            end = min(start.date() + dt.timedelta(days=BLOCK - 1), span.end)
            part = tables.drill(DIMENSIONS, start, end)
            parts.append(part.assign(period=period, block=block))
    table = pd.concat(parts, ignore_index=True)
    table = table[table["plan_id"].isin(team_plans(tables))].reset_index(drop=True)
    bought = ~table["plan_id"].isin(commissioned(tables))
    table = table.assign(
        bought_clicks=table["clicks"] * bought, bought_spend=table["spend"] * bought
    )
    return table.astype(dict.fromkeys(DIMENSIONS, "category"))


def findings(tables: Tables, table: pd.DataFrame) -> pd.DataFrame:
    """Segments that moved unlike the rest (发现), Holm over all measures, dimensions and pairs.

    table : as `detail` gives it
    Returns : FOUND; yuan of this period; a segment that another one explains is left out; largest
    yuan first
    """
    money, orders = (table[name].to_numpy(float) for name in ("revenue", "orders"))
    table = table.assign(
        **{SEARCHED["revenue"]: capped(np.nan_to_num(money), np.nan_to_num(orders))}
    )
    value = table[SEARCHED["revenue"]].sum() / max(table["orders"].sum(), 1)
    nums = {m: SEARCHED.get(num, num) for m, (num, _) in MEASURES.items()}
    bases = {f"{m}_base": standardised(table, nums[m], den) for m, (_, den) in MEASURES.items()}
    table = table.assign(**bases)
    wanted = {
        m: (num, f"{m}_base", value if num == SEARCHED["revenue"] else 1.0)
        for m, num in nums.items()
    }
    rules = tables.scheme.retrospective
    draws = tables.scheme.uncertainty.draws
    found = search(
        table, DIMENSIONS, wanted, draws=draws, seed=tables.period.seed, least=rules.segment_least
    )
    clear = found[(found["p_adjusted"] <= rules.claim) & ((found["low"] > 0) | (found["high"] < 0))]
    rows = _unexplained(clear.sort_values("p").head(CANDIDATES), table)
    kept = pd.DataFrame(rows, columns=FOUND).assign(searched=found["p"].notna().sum())
    return kept.sort_values("yuan", key=abs, ascending=False, ignore_index=True)


def standardised(table: pd.DataFrame, num: str, den: str) -> pd.Series:
    """`den` times the base rate of the row's plan (标准化分母), else of its channel.

    With it a segment is compared inside its plans: that plans with low rates grew is mix, not rate.
    """
    base = table[table["period"] == 0]
    total = base[num].sum() / max(base[den].sum(), LEAST)
    rates = [base.groupby(k, observed=True)[[num, den]].sum() for k in ("plan_id", "channel")]
    plan, channel = ((r[num] / r[den].where(r[den] > 0)).where(lambda x: x > 0) for r in rates)
    own = table["plan_id"].astype(object).map(plan)
    wide = table["channel"].astype(object).map(channel)
    return table[den] * own.fillna(wide).fillna(total).astype(float)


def _unexplained(found: pd.DataFrame, table: pd.DataFrame) -> list[dict]:
    """Segments that no clearer one already tells, with their yuan."""
    kept: list[tuple[dict, Array]] = []
    for row in found.to_dict("records"):
        mask = _rows(table, row)
        same = [
            k
            for k, other in kept
            if k["measure"] == row["measure"]
            and _effect(table, mask & other, row) / row["effect"] > SAME
        ]
        if not same:
            kept.append((row | _in_yuan(table[mask], row), mask))
    return [row for row, _ in kept]


def _rows(table: pd.DataFrame, row: dict) -> Array:
    """Which rows belong to a segment."""
    masks = []
    pairs = zip(row["dimension"].split(" × "), row["segment"].split(" × "), strict=False)
    for dimension, value in pairs:
        column = table[dimension].cat
        masks.append(np.isin(column.codes, np.flatnonzero(named(column.categories) == value)))
    return np.logical_and.reduce(masks)


def _in_yuan(part: pd.DataFrame, row: dict) -> dict[str, float]:
    """Raw rates of both periods, and the effect in this period's sales."""
    num, den = MEASURES[row["measure"]]
    sums = part.groupby("period")[list(dict.fromkeys([num, den, "revenue"]))].sum()
    rates = (sums[num] / sums[den]).to_numpy()
    per = float(sums["revenue"].iloc[1] / max(sums[num].iloc[1], LEAST))
    ends = {"yuan": row["effect"], "low_yuan": row["low"], "high_yuan": row["high"]}
    return {"rate0": rates[0], "rate1": rates[1]} | {k: v * per for k, v in ends.items()}


def _effect(table: pd.DataFrame, mask: Array, row: dict) -> float:
    """Effect of a segment's rate on some of its rows."""
    after = mask & (table["period"].to_numpy() == 1)
    num = SEARCHED.get(MEASURES[row["measure"]][0], MEASURES[row["measure"]][0])
    base = f"{row['measure']}_base"
    top, under = (table[m].to_numpy(float)[after].sum() for m in (num, base))
    return float(top - row["common"] * row["num0"] / row["den0"] * under)
