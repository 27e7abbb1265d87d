"""Who is above, near or below the average (高于、接近、低于平均): groups, no ranks; two by two."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from kit.pages.scoring import crowd, next_step
from kit.pages.scoring.page import TONES, after
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View
from kit.people.career import history
from kit.show import blocks, figures, heard
from kit.show.ahead import lines, why_open
from kit.show.blocks import Block
from kit.show.links import sheet
from kit.show.sentences import join
from kit.show.tables import plain
from kit.stats.multiple import holm

PERIODS = 6  # of a sparkline


@by_group
def verdicts(v: View) -> Block | None:
    """One line a person (每个人的结论), highest first: above, near or below the average."""
    if v.own:
        return None
    rows = v.totals.to_dict("records")
    moved = after(v)
    then = {who: [v.say("scoring.verdict_changed", **facts)] for who, facts in moved.items()}
    past = history(v.tables).alike(v.tables.scheme.coverage_floor)
    frame = v.totals.assign(
        verdict=[v.prose([_verdict(v, r), *then.get(r["specialist_id"], [])]) for r in rows],
        past=pd.Series([_past(past, row["specialist_id"]) for row in rows], dtype=object),
        total=v.totals["printed"],
        total_pm=_half(v.totals),
        grade=v.totals["told"],
        first=[_aim(v, row["specialist_id"]) for row in rows],
        name_href=[sheet(who) for who in v.totals["specialist_id"]],
        verdict_tone=v.totals["standing"].map(TONES).where(v.totals["total"].notna(), "missing"),
    )
    spec = "name verdict past:spark total:pm:points grade first"
    why = [why_open(v.lang)] if v.totals["open"].any() else []
    notes = [
        v.say("scoring.note_lines", lines=lines(v.tables.scheme, v.lang)),
        v.say("scoring.note_standing"),
        *why,
    ]
    block = v.table(frame, "verdicts", spec, n=v.n_scored, notes=notes, deciding=True)
    drawn = [[[name, plain(x)] for name, x in row] for row in frame["past"]]
    return replace(block, data=block.data | {"past": drawn, "why": why})


def _half(totals: pd.DataFrame) -> pd.Series:
    """The longer side of each interval, seen from the printed total."""
    total = totals["printed"]
    return pd.Series(np.fmax(total - totals["ci_low"], totals["ci_high"] - total))


def _past(past: pd.DataFrame, who: str) -> list[tuple[str, float]]:
    names = list(dict.fromkeys(past["period_id"]))[-PERIODS:]
    mine = past[past["specialist_id"] == who].set_index("period_id")["printed"]
    return [(name, float(mine.get(name, np.nan))) for name in names]


def _aim(v: View, who: str) -> str:
    found = next_step.aim(v, who)
    if "gain" not in found:
        return "—"
    gain = v.number(found["gain"], "points")
    return v.say("scoring.aim_gain", indicator=v.label(found["indicator"]), gain=gain)


def _verdict(v: View, row: dict) -> str:
    if np.isnan(row["total"]):
        return v.say("scoring.verdict_none", why=v.say(row["reason"]))
    return v.say(f"scoring.verdict_{row['standing']}") if v.n_scored > 1 else ""


@by_group
def totals(v: View) -> Block | None:
    """Totals with intervals, and at the right the group of each (总分与区间)."""
    rows = v.totals[v.totals["total"].notna()]
    if v.own or rows.empty:
        return None
    low, high = rows["ci_low"].min(), rows["ci_high"].max()
    edges = {g.grade: g.min for g in v.tables.scheme.grades if low <= g.min <= high}
    line = join([f"{g} {v.number(x, 'int')}" for g, x in edges.items()], v.lang)
    frame = _drawn(v, rows)
    who = heard.rows(frame, lambda x: v.number(x, "points"), v.lang)
    return blocks.figure(
        figures.dots(frame, unit="points", lang=v.lang, reference=edges),
        id="ranks",
        lang=v.lang,
        notes=crowd.told(v),
        title=_title(v, rows),
        subtitle=v.say("scoring.rank_subtitle", line=line),
        alt=v.say("scoring.rank_alt", who=who),
    )


def _drawn(v: View, rows: pd.DataFrame) -> pd.DataFrame:
    """The totals to be drawn, each with its group in a word; of a large team only some."""
    frame = pd.DataFrame(
        {
            "label": rows["name"],
            "value": rows["printed"],
            "low": rows["ci_low"],
            "high": rows["ci_high"],
            "tone": rows["standing"].map(TONES),
            "word": [
                v.say(f"scoring.card_{s}") if v.n_scored > 1 else "" for s in rows["standing"]
            ],
        }
    )
    return frame[rows["specialist_id"].isin(crowd.few(v).totals["specialist_id"])]


def _title(v: View, rows: pd.DataFrame) -> str:
    """Who is clearly off the average, by name (谁明显高于或低于平均)."""
    there = v.totals["total"].notna()
    told = [
        v.say(f"scoring.rank_{kind}", who=v.who(there & v.totals["standing"].eq(kind)))
        for kind in ("above", "below")
        if rows["standing"].eq(kind).any()
    ]
    return join(told, v.lang) if told else v.say("scoring.rank_level", n=len(rows))


@by_group
def pairs(v: View) -> Block | None:
    """Every two visible people (两个人怎么比): difference, 95 % interval, word; Holm over these."""
    shown = v.totals["total"].notna() & ~v.totals["few"].astype(bool)
    there = v.totals.loc[shown, "specialist_id"].tolist()
    doubt = v.cards.errors
    if v.own or len(there) < 2 or doubt.pair_df is None:
        return None
    if len(there) > crowd.PAIRS:
        return blocks.box("note", [v.say("scoring.no_pairs", n=len(there), most=crowd.PAIRS)])
    frame = _apart(v, list(itertools.combinations(there, 2)))
    spec = "name other gap:+points gap:interval:+points verdict"
    table = v.table(frame, "pairs", spec, notes=[v.say("scoring.note_pairs")])
    return blocks.details(v.say("scoring.caption_pairs"), [table])


def _apart(v: View, two: list[tuple[str, str]]) -> pd.DataFrame:
    """The difference of each two with its interval, and whether it is clear; Holm over these."""
    doubt = v.cards.errors
    place = {who: n for n, who in enumerate(v.cards.totals["specialist_id"])}
    at = tuple(np.array([[place[a], place[b]] for a, b in two]).T)
    gap, spread, df = (getattr(doubt, part)[at] for part in ("gap", "spread", "pair_df"))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = holm(np.where(spread > 0, 2 * stats.t.sf(np.abs(gap) / spread, df), np.nan))
    half = np.where(spread > 0, stats.t.ppf(0.975, df) * spread, np.nan)
    return pd.DataFrame(
        {
            "name": [v.names[a] for a, _ in two],
            "other": [v.names[b] for _, b in two],
            "gap": gap,
            "gap_low": gap - half,
            "gap_high": gap + half,
            "verdict": [
                v.say("scoring.pair_clear" if chance <= 0.05 else "scoring.pair_open")
                for chance in p
            ],
        }
    ).sort_values("gap", ascending=False)
