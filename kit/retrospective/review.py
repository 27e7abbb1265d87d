"""Everything a review shows, computed once (复盘结果): one record that pages and notebooks read."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective import strategy
from kit.retrospective.anomaly import troubles
from kit.retrospective.drill import Yardstick, lists, waste, yardstick
from kit.retrospective.findings import DIMENSIONS, FOUND, detail, findings
from kit.retrospective.ledger import ledger
from kit.retrospective.market import Growth
from kit.retrospective.mix import MIXED, simpson
from kit.retrospective.proposals import proposals
from kit.retrospective.response import Advice, advice
from kit.retrospective.scope import between, last_year, team_facts, this_span
from kit.retrospective.waterfall import Waterfall, waterfall
from kit.scheme.sections import Retrospective

RATES = {
    "ctr": ("clicks", "impressions"),
    "click_conversion": ("orders", "clicks"),
    "roi": ("revenue", "spend"),
}
WITHIN = ["channel", "category", "platform", "strategy"]
SPLIT = [*MIXED, "specialist_id"]
OWNED = [*WITHIN, "team", "specialist_id", "plan_id"]


@dataclass(frozen=True)
class Review:
    """All results of one period's review; frames are empty where a table or a prior is missing."""

    rules: Retrospective
    bridge: Waterfall
    year: Waterfall
    targets: pd.DataFrame
    budgets: pd.DataFrame
    mix: pd.DataFrame
    findings: pd.DataFrame
    yardstick: Yardstick
    lists: pd.DataFrame
    waste: pd.DataFrame
    troubles: pd.DataFrame
    advice: Advice
    prices: pd.DataFrame
    buyers: pd.DataFrame
    cohorts: pd.DataFrame
    hotspots: pd.DataFrame
    campaign: pd.DataFrame
    ledger: pd.DataFrame
    proposals: pd.DataFrame
    trend: pd.DataFrame
    immature: int
    sales: float


def review(tables: Tables) -> Review:
    """The whole review of the period (复盘): pure reading of `tables`."""
    now = this_span(tables)
    bridge = waterfall(tables)
    before = None if bridge.reason else bridge.before
    deep = detail(tables, before, now) if before else pd.DataFrame()
    actions = ledger(tables)
    return Review(
        rules=tables.scheme.retrospective,
        bridge=bridge,
        year=waterfall(tables, last_year(tables, now)),
        targets=against_targets(tables),
        budgets=against_budget(tables),
        mix=structure(tables, before, deep) if before else pd.DataFrame(columns=SPLIT),
        findings=findings(tables, deep) if before else pd.DataFrame(columns=FOUND),
        yardstick=yardstick(tables),
        lists=lists(tables),
        waste=waste(tables),
        troubles=troubles(tables),
        advice=advice(tables, bridge.growth or Growth({}, 1.0, "none", [], pd.DataFrame())),
        prices=strategy.price_bands(tables, before),
        buyers=strategy.new_and_returning(tables, before),
        cohorts=strategy.cohorts(tables),
        hotspots=strategy.hotspots(tables),
        campaign=strategy.campaign(tables),
        ledger=actions,
        proposals=proposals(tables, actions),
        trend=strategy.trend(tables, before),
        immature=_immature(tables, now),
        sales=float(between(team_facts(tables), now)["revenue"].sum()),
    )


def against_targets(tables: Tables) -> pd.DataFrame:
    """Sales against target (销售目标对照): per specialist and stage; the period's total has none.

    Returns : specialist_id, stage, stage_end, target, actual, completion
    """
    span = this_span(tables)
    targets = tables.get("targets")
    mine = targets[(targets["period_id"] == span.id) & (targets["indicator"] == "sales")]
    facts = between(team_facts(tables), span).dropna(subset="specialist_id")
    daily = facts.groupby(["specialist_id", "date"])["revenue"].sum().reset_index()
    rows = mine[mine["specialist_id"].isin(daily["specialist_id"])]
    ends = rows["stage_end"].fillna(pd.Timestamp(span.end))
    actual = [
        daily.loc[(daily["specialist_id"] == who) & (daily["date"] <= end), "revenue"].sum()
        for who, end in zip(rows["specialist_id"], ends, strict=True)
    ]
    rows = rows.assign(actual=np.array(actual, float))
    rows["completion"] = rows["actual"] / rows["target"].where(rows["target"] > 0)
    keep = ["specialist_id", "stage", "stage_end", "target", "actual", "completion"]
    return rows[keep].reset_index(drop=True)


def against_budget(tables: Tables) -> pd.DataFrame:
    """Spend against budget per channel (预算执行): channel, budget, spend, use."""
    span = this_span(tables)
    budget = tables.get("budget")
    facts = between(team_facts(tables), span)
    people = set(facts["specialist_id"].dropna())
    mine = budget[budget["period_id"].eq(span.id) & budget["specialist_id"].isin(people)]
    owned = facts[facts["specialist_id"].isin(mine["specialist_id"])]
    planned = mine.groupby("channel")["budget"].sum().to_frame()
    frame = planned.join(owned.groupby("channel")["spend"].sum(), how="left").fillna({"spend": 0.0})
    return frame.assign(use=frame["spend"] / frame["budget"].where(lambda b: b > 0)).reset_index()


def structure(tables: Tables, before: Span, deep: pd.DataFrame) -> pd.DataFrame:
    """Mix against rate of CTR, conversion and ROI (结构与比率): team, its people, its details.

    Returns : measure, specialist_id (missing: the whole team), columns of `search.simpson`
    """
    facts = _two(team_facts(tables), before, this_span(tables))
    value = facts["revenue"].sum() / max(facts["orders"].sum(), 1)
    wanted = {m: (*of, value if of[0] == "revenue" else 1.0) for m, of in RATES.items()}
    rules = tables.scheme.retrospective
    whole = simpson(facts, OWNED, wanted, rules)
    below = simpson(deep, DIMENSIONS, wanted, rules)
    below = below[~below["dimension"].isin(whole["dimension"])]
    people = [
        simpson(mine, WITHIN, wanted, rules).assign(specialist_id=who)
        for who, mine in facts.groupby("specialist_id")
    ]
    frame = pd.concat([whole, *people, below], ignore_index=True)
    return frame.reindex(columns=SPLIT)


def _two(facts: pd.DataFrame, before: Span, now: Span) -> pd.DataFrame:
    """Facts of both spans with `period` 0 and 1 and blocks of 7 days."""
    parts = []
    for period, span in enumerate((before, now)):
        part = between(facts, span)
        block = (part["date"] - pd.Timestamp(span.start)).dt.days // 7
        parts.append(part.assign(period=period, block=block))
    return pd.concat(parts, ignore_index=True)


def _immature(tables: Tables, now: Span) -> int:
    """Days of the period whose conversions may still come in (未成熟天数)."""
    ads = tables.windows
    ripe = ads["snapshot_date"] - pd.to_timedelta(ads["window_days"].astype(float), unit="D")
    late = between(ads[ads["date"] > ripe], now)
    return int(late["date"].nunique())
