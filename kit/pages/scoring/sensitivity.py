"""Would other weights change the order? (换个权重会怎样)."""

import itertools

import pandas as pd

from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View
from kit.scoring import sensitivity
from kit.scoring.card import Scorecards
from kit.show import blocks
from kit.show.blocks import Block


@by_group
def sensitive(v: View) -> list[Block]:
    """What the order hangs on (敏感性): other weights, flip weights, single indicators."""
    found = sensitivity.sensitivity(v.cards, v.tables.period.seed)
    if v.own or len(found.people) < 2:
        return []
    frame = _places(v, found.people)
    spec = "name total:points place:int sweep:interval:int same:percent geometric:points"
    spec += " rank_geometric:int"
    order = frame["specialist_id"].tolist()
    each = found.indicators.assign(indicator=[v.label(i) for i in found.indicators["indicator"]])
    share = "indicator weight:percent variance_share:percent top_changed:int bottom_changed:int"
    fold = [
        *flipped(v, v.cards, list(itertools.pairwise(order)), "flips"),
        v.table(each, "share", share, third=int(each["third"].iloc[0])),
    ]
    return [
        v.table(frame, "sweep", spec, n=v.n_scored, notes=[v.say("scoring.note_sweep")]),
        *(blocks.details(b.data["caption"], [b]) if "caption" in b.data else b for b in fold),
    ]


def _places(v: View, people: pd.DataFrame) -> pd.DataFrame:
    """The places of the people shown, as scored and under other weights, the first one first."""
    total = v.totals.set_index("specialist_id")["printed"]
    rows = people[people["specialist_id"].isin(total.index)]
    frame = rows.assign(
        name=rows["specialist_id"].map(v.names),
        place=rows["rank"],
        sweep_low=rows["rank_low"],
        sweep_high=rows["rank_high"],
        total=rows["specialist_id"].map(total),
    )
    return frame.sort_values("rank")


def flipped(v: View, cards: Scorecards, pairs: list[tuple[str, str]], id: str) -> list[Block]:
    """The nearest weight at which neighbours change places (换位权重), a pair a row."""
    rows = []
    for a, b in pairs:
        found = sensitivity.flips(cards, a, b).dropna()
        found = found.assign(away=(found["flips_at"] - found["weight"]).abs())
        rows += [
            {"ahead": v.names[a], "behind": v.names[b]} | r
            for r in found.nsmallest(1, "away").to_dict("records")
        ]
    if not rows:
        return [blocks.text(v.say("scoring.say_no_flip"))] if pairs else []
    frame = pd.DataFrame(rows)
    frame["indicator"] = [v.label(i) for i in frame["indicator"]]
    spec = "ahead behind indicator weight:percent flips_at:percent"
    return [v.table(frame, "flips", spec, id=id)]
