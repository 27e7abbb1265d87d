"""A manager's own team before the shop (先看本组): its change in a sentence and in one figure."""

from typing import Any

import numpy as np
import pandas as pd

from kit.pages.retrospective.view import CENT, View, ranged
from kit.retrospective import story
from kit.retrospective.efficiency import is_split, kind, told
from kit.retrospective.scope import called, promotion_days
from kit.retrospective.waterfall import CAUSES, DECIDED, Waterfall
from kit.show import blocks, figures, heard
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import join

DISCOUNTED = ("aov", "cart_to_order", "click_conversion")  # that a discount moves, up or down


def own_team(v: View) -> pd.Series | None:
    """The bridge of the reader's own team (本组分项); None for readers of several teams or all.

    Nor without a market: then nobody could say what was external.
    """
    bridge = v.found.bridge
    roster = v.tables.get("roster")
    teams = set(roster.loc[roster["specialist_id"].isin(v.names), "team"].dropna())
    if (
        bridge.reason
        or story.bare(v.found)
        or len(teams) != 1
        or set(roster["team"].dropna()) == teams
    ):
        return None
    rows = bridge.by("team")
    found = rows[rows["team"].isin(teams)]
    return None if found.empty else found.iloc[0]


def sentence(v: View, row: pd.Series, name: str) -> str:
    """What a team or the shop sold, against before: external, own, and how sure (一句话)."""
    parts = {"outside": row[CAUSES].sum(), "own": row["own"]}
    facts: dict[str, Any] = {k: v.money(x) for k, x in parts.items()}
    share = row["change"] / row["v0"] if row["v0"] else None
    return v.say(
        f"own_team_{'up' if row['change'] >= 0 else 'down'}",
        None,
        team=name,
        now=v.money(row["v1"], "money0"),
        before=v.span(called(v.found.bridge.before)),
        change=v.money(abs(row["change"]), "money0"),
        rate=number(None if share is None else abs(share), "percent", v.lang),
        efficiency=efficiency(v, v.found.bridge, row),
        **facts,
    )


def shop(v: View) -> pd.Series | None:
    """The whole shop in the same form (全店); None where nothing is external or known."""
    bridge = v.found.bridge
    if bridge.reason or story.bare(v.found):
        return None
    return bridge.total()


def tone(v: View, row: pd.Series) -> str:
    """Colour of the own efficiency: only where the chance of an error is small enough (着色).

    Where spend is not measured, a decided part moves the figure: no p-value is of what is shown.
    """
    tested = np.isclose(told(v.found.bridge, row)[0], row["rate"])
    if not tested or pd.isna(row["rate_p"]) or row["rate_p"] > v.found.rules.claim:
        return "unclear"
    return "better" if row["rate"] > 0 else "worse"


def efficiency(v: View, bridge: Waterfall, row: pd.Series) -> str:
    """The rate of the own part with its interval and how sure it is, or why there is none (效率).

    Where spend was not measured it is called our own part, not efficiency.
    """
    rate, low, high = told(bridge, row)
    sure = "unclear" if low <= 0 <= high else "hint" if tone(v, row) == "unclear" else "clear"
    facts = {"rate": v.money(rate), "range": ranged(v, low, high)}
    return v.say(f"own_team_{kind(bridge, row)}", None, how=v.say(f"own_sure_{sure}"), **facts)


def figure(v: View, row: pd.Series) -> Block:
    """External, spend, volume and efficiency of the own team, up to its change (本组瀑布)."""
    parts = _parts(v, row)
    amounts = {k: v.money(row[k]) for k in ("change", "own")}
    amounts["outside"] = v.money(row[CAUSES].sum())
    facts = {"before": v.span(called(v.found.bridge.before)), "now": v.tables.period.id}
    title = v.say("waterfall_title", None, **amounts)
    return blocks.figure(
        figures.waterfall(parts, unit=v.unit("money"), lang=v.lang),
        id="waterfall-team",
        lang=v.lang,
        title=v.say("of_team", team=str(row["team"]), text=title),
        subtitle=v.say("waterfall_subtitle", None, **facts),
        notes=[
            *promoted(v, row),
            *([v.say("waterfall_spend")] if is_split(v.found.bridge) else []),
        ],
        alt=heard.rows(parts, lambda x: v.brief(x, "+money"), v.lang),
    )


def promoted(v: View, row: pd.Series) -> list[str]:
    """Steps of our own part that a promotion's discount pulls apart (其中大促折扣), and their sum.

    A discount lowers the order value and raises conversion: neither says much alone. Nothing
    where no promotion touches either span, or where the two are not told apart.
    """
    bridge = v.found.bridge
    days = promotion_days(v.tables)
    spans = [span for span in (bridge.before, bridge.now) if span is not None]
    touched = any(pd.date_range(s.start, s.end).isin(days).any() for s in spans)
    there = [s for s in DISCOUNTED if s in bridge.steps]
    if not touched or "aov" not in there or len(there) < 2:
        return []
    parts = join([f"{v.step(s)} {v.money(row[s])}" for s in there], v.lang)
    return [v.say("of_it_promotion", None, parts=parts, sum=v.money(row[there].sum()))]


def _parts(v: View, row: pd.Series) -> pd.DataFrame:
    steps = [s for s in DECIDED if s in row.index and abs(row[s]) >= CENT]
    rows = [{"label": v.say("outside"), "value": row[CAUSES].sum(), "tone": "others"}]
    rows += [
        {"label": v.step(s), "value": row[s], "tone": "neutral" if s == "spend" else "others"}
        | ({"kind": "decided"} if s == "spend" else {})
        for s in steps
    ]
    ends = {"low": row["rate_low"], "high": row["rate_high"], "tone": tone(v, row)}
    name = "of_it_rate" if is_split(v.found.bridge) else "of_it_rest" if steps else "own"
    rows += [{"label": v.say(name), "value": row["rate"], **ends}]
    rows += [{"label": v.say("change"), "value": row["change"], "kind": "total"}]
    return pd.DataFrame(rows)
