"""Who gets which part of a pool (奖金池): what it holds, whom it is for, by what it is shared."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from kit.data.quality.membership import attributes
from kit.people.components import Step, Worked
from kit.people.figures import Exact, Person, exactly
from kit.people.pools import Part, by_post, share_out
from kit.scheme.components import Pool, Posts, Whole
from kit.scheme.money import SHARES
from kit.scoring.measured import ENTERED, rows_of

Done = Mapping[tuple[str, str, str], Worked]
PURSES = ["line", "team", "amount", "shared", "kept", "reason"]


def parts(
    tables: Any, people: Mapping[str, Person], done: Done
) -> tuple[list[dict[str, Any]], pd.DataFrame, dict[tuple[str, str, str], Worked]]:
    """A line a person of each pool, a row a pool (what it held, shared and kept), and the steps."""
    lines: list[dict[str, Any]] = []
    purses = []
    told_by: dict[tuple[str, str, str], Worked] = {}
    for name, pool in tables.scheme.pay.pools.items():
        for team, members in _purses(tables, pool, people).items():
            amount, lacking = _amount(tables, pool, [people[who] for who in members], team)
            part = Part({}, 0, dict.fromkeys(members, lacking))
            if amount is not None:
                part = _shared(tables, pool, {who: people[who] for who in members}, amount, done)
            lines += _lines(tables, name, pool, part)
            found = _steps(pool, amount, part)
            told_by |= {(who, name, tables.period.id): one for who, one in found.items()}
            told = (name, team, amount, sum(part.fen.values()), part.kept, lacking)
            purses.append(dict(zip(PURSES, told, strict=True)))
    table = pd.DataFrame(purses, columns=PURSES)
    table = table.assign(
        amount=[np.nan if a is None else float(a) for a in table["amount"]],
        shared=table["shared"].astype(float) / 100,
        kept=table["kept"].astype(float) / 100,
    )
    return lines, table, told_by


def _steps(pool: Pool, amount: Exact, part: Part) -> dict[str, Worked]:
    """How each part comes about (份额的算法): the pool times own weight over all weights."""
    if amount is None:
        return {}
    by = "post" if isinstance(pool.share_by, Posts) else pool.share_by
    basis = by if by in (*SHARES, "post") else "component"
    whole = sum(part.weights.values(), Fraction(0))
    kept = amount - Fraction(part.kept, 100)
    found = {}
    for who, fen in part.fen.items():
        money = Fraction(fen, 100)
        facts = {"basis": basis, "before": kept, "weight": part.weights[who], "whole": whole}
        found[who] = Worked(money, (Step("pool", facts | {"money": money}),))
    return found


def _lines(tables: Any, name: str, pool: Pool, part: Part) -> list[dict[str, Any]]:
    about = {"line": name, "kind": "pool", "for_period": tables.period.id}
    lacking = pool.share_by if isinstance(pool.share_by, str) else "post"
    paid = [
        about | {"specialist_id": who, "amount": fen / 100, "reason": "", "lacking": ""}
        for who, fen in part.fen.items()
    ]
    gone = [
        about | {"specialist_id": who, "amount": None, "reason": why, "lacking": lacking}
        for who, why in part.without.items()
    ]
    return [*paid, *gone]


def _purses(tables: Any, pool: Pool, people: Mapping[str, Person]) -> dict[str, list[str]]:
    """People by purse: one a team where the pool's quantity stands for teams, else one."""
    if not isinstance(pool.amount, Whole) or not _of_teams(tables, pool.amount.on, people):
        return {"": list(people)}
    of = last_known(tables, tuple(people), "team")
    return {team: [who for who in people if of[who] == team] for team in dict.fromkeys(of.values())}


def _of_teams(tables: Any, name: str, people: Mapping[str, Person]) -> bool:
    """Whether an indicator stands for teams: a team part, or `measured` names the team alone."""
    if tables.scheme.library[name].scope == "team":
        return True
    if tables.scheme.library[name].source not in ENTERED:
        return False
    days = pd.date_range(tables.period.start, tables.period.last_day)
    rows = rows_of(tables, tuple(people), days)
    rows = rows[rows["indicator"] == name]
    return len(rows) > 0 and bool((rows["shared"] == 1).all())


def _amount(tables: Any, pool: Pool, members: list[Person], team: str) -> tuple[Exact, str]:
    """Money of a purse: as written, or a share of a figure.

    The figure is the team's, the company's, the sum of the groups' (each once), or of the members'.
    """
    if not isinstance(pool.amount, Whole):
        return exactly(pool.amount), ""
    scope = tables.scheme.library[pool.amount.on].scope
    held: dict[str | int, Exact] = {}
    for n, person in enumerate(members):
        once = person.group if scope == "group" else ""
        key = once if team or scope else n  # the same figure for all, or each member's own
        actual = person.figures[pool.amount.on].actual
        held[key] = actual if held.get(key) is None else held[key]
    known = [value for value in held.values() if value is not None]
    if not known or len(known) < len(held):
        return None, "people.pool_unknown"
    return max(Fraction(0), sum(known, Fraction(0)) * exactly(pool.amount.rate)), ""


def _shared(
    tables: Any, pool: Pool, people: Mapping[str, Person], amount: Fraction, done: Done
) -> Part:
    if isinstance(pool.share_by, Posts):
        posts = last_known(tables, tuple(people), "post")
        return by_post(amount, pool.share_by.post, posts, pool.vacant)
    days = _days(tables)
    weights = {
        who: _weight(tables, pool.share_by, who, person, days.get(who, 0), done)
        for who, person in people.items()
    }
    return share_out(amount, weights)


def _weight(tables: Any, by: str, who: str, person: Person, days: int, done: Done) -> Exact:
    """What a person's part is in proportion to (分配依据); None where it is not known."""
    if by == "points":
        total = person.figures["total"].actual
        return None if total is None else total * days
    if by == "base":
        return person.figures["base"].actual
    if by in ("days", "equal"):
        return Fraction(days if by == "days" else 1)
    return done[(who, by, tables.period.id)].amount


def last_known(tables: Any, people: tuple[str, ...], key: str) -> dict[str, str]:
    """Post, team or level of each on the last day employed (末日归属): by postings, else roster."""
    days = pd.date_range(tables.period.start, tables.period.last_day)
    known, there = attributes(tables, people, days)
    last = there.shape[1] - 1 - there[:, ::-1].argmax(axis=1)
    return {who: str(known[key][n, last[n]]) for n, who in enumerate(people)}


def _days(tables: Any) -> dict[str, int]:
    """Days of the period on which each was there (在岗天数), by the roster."""
    roster = tables.get("roster").set_index("specialist_id")
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    first = roster["hire_date"].fillna(start).clip(lower=start)
    last = roster["leave_date"].fillna(end).clip(upper=end)
    days = ((last - first).dt.days + 1).clip(lower=0)
    return {str(who): int(n) for who, n in days.items()}
