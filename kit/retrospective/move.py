"""The proposed move of budget, from where to where, and whose it is (预算挪动): facts for words."""

from dataclasses import dataclass

import pandas as pd

from kit.data.tables import Tables
from kit.retrospective.response import Advice
from kit.retrospective.scope import between, team_facts, this_span


@dataclass(frozen=True)
class Move:
    """A trial of another split (预算试行): channels that give and take, and how much a week.

    gain : low and high of the extra sales a week (80 %); held : channel, team, share of its spend
    """

    gives: dict[str, float]
    takes: dict[str, float]
    gain: tuple[float, float]
    held: pd.DataFrame


def move(tables: Tables, advice: Advice) -> Move | None:
    """The move that the advice proposes (建议挪动); None where it proposes none."""
    if advice.decision != "move" or advice.gain is None:
        return None
    rows = advice.channels.sort_values("change", key=abs, ascending=False)
    change = dict(zip(rows["channel"], rows["change"], strict=True))
    gives = {name: -size for name, size in change.items() if size < 0}
    takes = {name: size for name, size in change.items() if size > 0}
    held = _held(tables, [*takes, *gives])
    return Move(gives, takes, (advice.gain[0], advice.gain[2]), held)


def cut(advice: Advice) -> frozenset[str]:
    """Channels that the advice takes budget from (让出的渠道); nobody is moved into one."""
    rows = advice.channels
    return frozenset(rows.loc[rows["change"] < 0, "channel"] if advice.decision == "move" else ())


def _held(tables: Tables, channels: list[str]) -> pd.DataFrame:
    """The team with most of each channel's spend, and its share (花费集中在哪一组)."""
    days = between(team_facts(tables), this_span(tables)).dropna(subset="team")
    days = days[days["channel"].isin(channels)]
    sums = days.groupby(["channel", "team"])["spend"].sum().unstack(fill_value=0)
    if sums.empty:
        return pd.DataFrame(columns=["channel", "team", "share"])
    share = sums.div(sums.sum(axis=1), axis=0)
    found = pd.DataFrame({"team": share.idxmax(axis=1), "share": share.max(axis=1)})
    return found.reindex([c for c in channels if c in found.index]).reset_index()
