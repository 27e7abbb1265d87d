"""In which parts did it change? (各处的变化、不可控事件)."""

from typing import Any

import numpy as np
import pandas as pd

from kit.pages.retrospective.own import own_team
from kit.pages.retrospective.view import View, listed
from kit.retrospective.efficiency import unrated
from kit.retrospective.waterfall import Waterfall
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.links import sheet
from kit.show.sentences import join

FOLDED = ("team", "channel", "plan_id")  # parts that nobody needs to see first
PEOPLE = "parts-specialist_id"  # the table that stands open


def parts(v: View, column: str, bridge: Waterfall | None = None) -> Block:
    """The same parts per plan, channel, specialist or team (分项): they add up to the total."""
    tail = "-year" if bridge else ""
    bridge = bridge or v.found.bridge
    rows = bridge.by(column).sort_values("change", key=abs, ascending=False)
    seen = rows[column].isin(v.names) | rows[column].isna() | (column != "specialist_id")
    notes = [] if seen.all() else [v.say("only_yours", n=int((~seen).sum()))]
    rows = _worded(v, rows[seen], column)
    extra = {"volume": "+money"} if "volume" in rows else {}
    ours = {"rate": "+money", "rate_": "interval:+money"}
    extra |= {"spend_": "+money"} if "spend" in rows else {}
    ours = ours if "spend" in rows else {"own_": "interval:+money"}  # all of it is one, unsplit
    columns = v.columns(
        **{column: "text"},
        v1="money",
        change="+money",
        own="+money",
        **ours,
        market="+money",
        **extra,
        events="+money",
        days="+money",
        v0="money",
    )
    id = f"parts{tail}-{column}"
    return listed(v, rows, columns, id, v.say(f"by_{column}"), notes, deciding=id == PEOPLE)


def _worded(v: View, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Parts with labels and links, intervals of what is shown, and why one has none (成表)."""
    why = [v.say(f"{unrated(row)}_rate") for row in rows.to_dict("records")]
    rows = rows.assign(
        **{column: [v.label(column, c) for c in rows[column]]},
        **_linked(v, rows, column),
        spend_=rows.get("spend", pd.Series(float("nan"), rows.index)),
        rate=rows["rate"].where(rows["rate_low"].notna()),
        **dict.fromkeys(("rate_reason", "rate__reason", "own__reason"), why),
        own__low=rows["rate_low"] + rows["own"] - rows["rate"],  # decided parts have no error
        own__high=rows["rate_high"] + rows["own"] - rows["rate"],
    )
    return rows.rename(columns={"rate_low": "rate__low", "rate_high": "rate__high"})


def _linked(v: View, rows: pd.DataFrame, column: str) -> dict[str, Any]:
    """Link to a person's page, and the sign of an efficiency whose interval leaves out 0 (链接)."""
    sure = np.select([rows["rate_low"] > 0, rows["rate_high"] < 0], ["better", "worse"], "unclear")
    signs: dict[str, Any] = {
        "rate_tone": pd.Series(sure, rows.index, dtype=object).mask(rows["rate_low"].isna())
    }
    if column != "specialist_id":
        return signs
    return signs | {f"{column}_href": [sheet(w) if w in v.names else "" for w in rows[column]]}


def everywhere(v: View, year: bool = False) -> list[Block]:
    """The parts per person; folded: teams, events, channels, plans (各处的变化)."""
    bridge = v.found.year if year else v.found.bridge
    if bridge.reason:
        return []
    given = bridge if year else None
    if year:
        shown = [parts(v, c, given) for c in ("channel", "team", "specialist_id")]
        return [blocks.details(v.say("year_parts"), shown)]
    around = events(v)
    rest = [parts(v, "team"), *around, parts(v, "channel"), parts(v, "plan_id")]
    people = parts(v, "specialist_id")
    if own_team(v) is None:  # for readers of all, one proof among others
        return [blocks.details(_folded(v, ["specialist_id", *FOLDED], around), [people, *rest])]
    return [people, blocks.details(_folded(v, [*FOLDED], around), rest)]


def _folded(v: View, columns: list[str], around: list[Block]) -> str:
    """Title of the fold: by what its tables split, and whether events stand among them (折叠)."""
    by = join([v.say(f"part_{column}") for column in columns], v.lang)
    return v.say("other_parts_events" if around else "other_parts", by=by)


def events(v: View) -> list[Block]:
    """What events outside our control did, each with its interval (不可控事件)."""
    rows = v.found.bridge.events
    if rows.empty:
        return []
    known = rows["reason"] == ""
    ends = {"carved": "effect", "carved__low": "low", "carved__high": "high"}
    rows = rows.assign(
        event=[v.label("event", k) for k in rows["kind"]],
        where=[_where(v, *at) for at in zip(rows["plan_id"], rows["channel"], strict=True)],
        **{name: rows[column].where(known) for name, column in ends.items()},
        reason=[f"retrospective.{r}" if r else "" for r in rows["reason"]],
    )
    rows = rows.rename(columns={"start_date": "start", "end_date": "end"})
    columns = v.columns(
        event="text",
        where="text",
        start="date",
        end="date",
        carved="+money",
        carved_="interval:+money",
    )
    said, notes = v.say("t_events"), [v.say("note_events")]
    return [blocks.table(rows, columns, id="events", caption=said, lang=v.lang, notes=notes)]


def _where(v: View, plan: object, channel: object) -> str:
    """Where an event happened: a campaign, a channel, or the whole shop (范围)."""
    if isinstance(plan, str):
        return v.label("plan_id", plan)
    return v.label("channel", channel) if isinstance(channel, str) else v.say("whole_shop_")
