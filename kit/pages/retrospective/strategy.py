"""What do products, prices and customers say? (商品、价格与客户)."""

from kit.pages.retrospective.everywhere import parts
from kit.pages.retrospective.view import View, named, titled
from kit.show.blocks import Block
from kit.show.tables import Column


def strategy(v: View) -> list[Block]:
    """What the figures say of product, price and customers, and what they cannot (策略参考)."""
    f = v.found
    prices = f.prices.rename(columns={"low": "price_low", "high": "price_high"})
    buyers = f.buyers.assign(
        buyer=[v.say(f"buyers_{w}") for w in f.buyers["who"]],
        span=[v.span(s) for s in f.buyers["span"]],
    )
    months = [str(c) for c in f.cohorts if str(c).startswith("m")]
    month = [Column(c, v.say("month_since", n=int(c[1:])), "percent") for c in months]
    hot = named(v, f.hotspots, "specialist_id").assign(hours_reason="retrospective.not_acted")
    phases = f.campaign.assign(
        phase=[v.say(f"phase_{p}") for p in f.campaign["phase"]], reason="retrospective.not_yet"
    )
    trend = named(v, f.trend, "category").assign(
        market_=f.trend["market"], reason="retrospective.not_covered"
    )
    told = [
        (
            trend,
            v.columns(
                category="text",
                market_="+percent",
                ours="+percent",
                market_year="+percent",
                ours_year="+percent",
            ),
            "trend",
        ),
        (
            prices,
            v.columns(
                price="interval:money",
                orders="int",
                share="percent",
                share_before="percent",
                revenue="money",
                refund_rate="percent",
            ),
            "prices",
        ),
        (
            buyers,
            v.columns(
                span="text",
                buyer="text",
                buyers="int",
                revenue="money",
                share="percent",
                aov="money",
            ),
            "buyers",
        ),
        (
            f.cohorts.assign(reason="retrospective.too_young"),
            [*v.columns(cohort="text", buyers="int"), *month],
            "cohorts",
        ),
        (
            hot,
            v.columns(hotspot="text", specialist_id="text", occurred_at="date", hours="hours"),
            "hotspots",
        ),
        (
            phases,
            v.columns(
                phase="text",
                days="int",
                spend="money",
                revenue="money",
                roi="ratio",
                revenue_before="money",
                roi_before="ratio",
            ),
            "campaign",
        ),
    ]
    first = [] if f.bridge.reason else [parts(v, "category")]
    return first + [
        titled(v, rows, columns, id, [v.say(f"informs_{id}")])
        for rows, columns, id in told
        if len(rows)
    ]
