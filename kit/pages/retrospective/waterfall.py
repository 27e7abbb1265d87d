"""Where did the change come from? (变化从哪里来)."""

import pandas as pd

from kit.pages.retrospective import own
from kit.pages.retrospective.view import CENT, View
from kit.retrospective.efficiency import is_split
from kit.retrospective.scope import called
from kit.retrospective.waterfall import CAUSES, Waterfall
from kit.show import blocks, figures, heard, theme
from kit.show.blocks import Block
from kit.show.format import MISSING, missing


def moved(v: View) -> list[Block]:
    """The change of the reader's own team, the shop's in a fold; the shop's for others (变化)."""
    team = own.own_team(v)
    if team is None:
        return [waterfall(v)]
    return [own.figure(v, team), blocks.details(v.say("shop_bridge"), [waterfall(v, small=True)])]


def waterfall(v: View, *, small: bool = False) -> Block:
    """The change as one reconciled waterfall (对账式瀑布), from the prior span.

    small : in a fold, one picture for every width
    """
    bridge = v.found.bridge
    if bridge.reason:
        return blocks.box("note", [bridge.reason.told(v.lang)])
    rows = _steps(v, bridge)
    facts = {"before": v.span(called(bridge.before)), "now": v.tables.period.id}
    fig = figures.waterfall(rows, unit=v.unit("money"), lang=v.lang)
    if small:
        fig.set_label(theme.WIDE_ONLY)
    return blocks.figure(
        fig,
        id="waterfall",
        lang=v.lang,
        title=_title(v, bridge),
        subtitle=v.say("waterfall_subtitle", None, **facts),
        alt=heard.rows(rows, lambda x: MISSING if missing(x) else v.brief(x, "+money"), v.lang),
        notes=[*own.promoted(v, bridge.total()), *_key(v, rows)],
    )


def _key(v: View, rows: pd.DataFrame) -> list[str]:
    """What the greys that stand in the picture mean, and the spend in it (图中的灰色和花费)."""
    seen = {"waterfall_light": "others", "waterfall_dark": "unclear"}
    drawn = rows["tone"].where(rows["value"].abs() >= CENT)
    told = [v.say(key) for key, tone in seen.items() if drawn.eq(tone).any()]
    return told + ([v.say("waterfall_spend")] if is_split(v.found.bridge) else [])


def year(v: View) -> list[Block]:
    """The change on the same days a year before, in a sentence (与去年同期相比)."""
    bridge = v.found.year
    if bridge.reason:
        return [blocks.box("note", [bridge.reason.told(v.lang)])]
    total = bridge.total()
    rate = own.efficiency(v, bridge, total)
    return [blocks.text(v.say("year_told", None, title=_title(v, bridge), efficiency=rate))]


def _title(v: View, bridge: Waterfall) -> str:
    total = bridge.total()
    amounts = {k: v.money(total[k]) for k in ("change", "own")}
    amounts["outside"] = v.money(total[CAUSES].sum())
    return v.say("waterfall_title", None, **amounts)


def _steps(v: View, bridge: Waterfall) -> pd.DataFrame:
    """Rows of the waterfall (瀑布各项): causes, steps and total.

    Only a step of our own that is beyond chance is a gain or a loss: what others caused, what was
    decided and what has no interval has no such colour, and a step with zero inside is grey.
    """
    total = bridge.total()
    steps = [v.step(s) for s in bridge.steps]
    rows = pd.DataFrame(
        {
            "label": [*(v.say(f"cause_{c}") for c in CAUSES), *steps],
            "value": total[[*CAUSES, *bridge.steps]].to_numpy(float),
        }
    )
    rows["value"] = rows["value"].where(rows["value"].abs() >= CENT, 0.0)
    ends = bridge.drivers().set_index("step").reindex([*CAUSES, *bridge.steps])
    for cause in ("market", "events"):
        around = total[[f"{cause}_low", f"{cause}_high"]].to_numpy(float)
        if around[0] < around[1]:
            ends.loc[cause, ["low", "high"]] = around
    rows[["low", "high"]] = ends[["low", "high"]].to_numpy(float)
    inside = (rows["low"] <= 0) & (rows["high"] >= 0)
    given = rows["low"].isna() | pd.Series([*CAUSES, *bridge.steps]).isin(CAUSES)
    rows["tone"] = inside.map({True: "unclear"}).mask(given, "others")
    spent = pd.Series([*CAUSES, *bridge.steps]) == "spend"
    rows["kind"] = spent.map({True: "decided", False: "step"})
    rows["tone"] = rows["tone"].mask(spent, "neutral")
    unknown = bridge.events["reason"].ne("").any() if len(bridge.events) else False
    more = [{"label": v.say("cause_unknown"), "value": 0.0, "kind": "unknown"}] if unknown else []
    last = [{"label": v.say("change"), "value": total["change"], "kind": "total"}]
    return pd.concat([rows, pd.DataFrame(more + last)], ignore_index=True)
