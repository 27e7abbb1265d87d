"""What do products, prices and customers say? (商品、价格与客户)."""

import pandas as pd

from kit.pages.retrospective.everywhere import parts
from kit.pages.retrospective.view import View, named, titled
from kit.show.blocks import Block
from kit.show.tables import Column

COLUMNS = {
    "trend": {
        "category": "text",
        "market_": "+percent",
        "ours": "+percent",
        "market_year": "+percent",
        "ours_year": "+percent",
    },
    "prices": {
        "price": "interval:money",
        "orders": "int",
        "share": "percent",
        "share_before": "percent",
        "revenue": "money",
        "refund_rate": "percent",
    },
    "buyers": {
        "span": "text",
        "buyer": "text",
        "buyers": "int",
        "revenue": "money",
        "share": "percent",
        "aov": "money",
    },
    "cohorts": {"cohort": "text", "buyers": "int"},
    "hotspots": {
        "hotspot": "text",
        "specialist_id": "text",
        "occurred_at": "date",
        "hours": "hours",
    },
    "campaign": {
        "phase": "text",
        "revenue": "money",
        "revenue_own": "money",
        "roi": "ratio",
        "roi_own": "ratio",
        "revenue_before": "money",
        "roi_before": "ratio",
        "days": "int",
        "spend": "money",
        "spend_own": "money",
    },
}

OWN = ("spend", "revenue", "roi")  # of a promotion's own plans


def strategy(v: View) -> list[Block]:
    """What the figures say of product, price and customers, and what they cannot (策略参考)."""
    first = [] if v.found.bridge.reason else [parts(v, "category")]
    months = [str(c) for c in v.found.cohorts if str(c).startswith("m")]
    more = {
        "cohorts": [Column(c, v.say("month_since", n=int(c[1:])), "percent") for c in months],
    }
    return first + [
        titled(
            v,
            rows,
            [*v.columns(**COLUMNS[id]), *more.get(id, [])],
            id,
            [v.say(f"informs_{id}")],
        )
        for id, rows in _frames(v).items()
        if len(rows)
    ]


def _frames(v: View) -> dict[str, pd.DataFrame]:
    """The rows of each table, in the words of the page (各表)."""
    f = v.found
    return {
        "trend": named(v, f.trend, "category").assign(
            market_=f.trend["market"], reason="retrospective.not_covered"
        ),
        "prices": f.prices.rename(columns={"low": "price_low", "high": "price_high"}),
        "buyers": f.buyers.assign(
            buyer=[v.say(f"buyers_{w}") for w in f.buyers["who"]],
            span=[v.span(s) for s in f.buyers["span"]],
        ),
        "cohorts": f.cohorts.assign(reason="retrospective.too_young"),
        "hotspots": named(v, f.hotspots, "specialist_id").assign(
            hours_reason="retrospective.not_acted"
        ),
        "campaign": f.campaign.assign(
            phase=[v.say(f"phase_{p}") for p in f.campaign["phase"]],
            reason="retrospective.not_yet",
            **dict.fromkeys((f"{key}_own_reason" for key in OWN), "retrospective.no_own_plans"),
        ),
    }
