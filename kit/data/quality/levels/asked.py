"""Findings that somebody must confirm (需确认的数): what is told, and what the period file settles.

A finding that is asked about refuses the period until its file says `confirmed: [{what, reason,
by}]`; then it is a warning that names who confirmed it and why. `what` holds the value or the power
of ten, so that another mistake in the same place is asked about again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kit.data.issues import Issue
from kit.data.schema import beside
from kit.errors import Label, Term
from kit.params import place_of
from kit.words import has, word

if TYPE_CHECKING:
    from kit.data.tables import Tables
    from kit.params import Period

SIZES = {"ten": 10, "hundred": 100, "thousand": 1000, "wan": 10_000}
NEAR = 3.0  # how far from one of them a factor may be and still be guessed as such
SHOWN = 10  # people or plans that a finding names


def limits(name: str) -> dict[str, Any]:
    """The factors of one kind of check, from levels.yml."""
    found: dict[str, Any] = beside("quality/levels/levels.yml")[name]
    return found


def off(factor: float) -> float:
    """How far a factor is from 1, either way (倍数): 5 for 5 and for 1/5; 1 where there is none.

    >>> off(0.2), off(5.0), off(float("nan"))
    (5.0, 5.0, 1.0)
    """
    if math.isnan(factor):
        return 1.0
    return max(factor, 1 / factor) if factor > 0 else math.inf


def asked(rule: str, at: tuple[str, str], factor: float, *, ask: bool, facts: Mapping) -> Issue:
    """One finding about a value that is `factor` times the usual.

    at : table and column; facts : found, usual, basis (a word key), confirm, people, n, unit
    """
    table, column = at
    said = {
        **facts,
        "people": list(facts.get("people", ()))[:SHOWN],
        "factor": apart(factor),
        "guess": Term(f"data.guess.{_guess(factor, facts.get('unit', ''))}"),
        "then": Term(f"data.then.{'ask' if ask else 'warn'}"),
        "basis": Term(f"data.basis.{facts['basis']}"),
        "asked": ask,
    }
    severity = "refuse" if ask else "warn"
    n = int(facts.get("n", 1))
    return Issue(rule, severity, table, "", None, column, str(facts["found"]), n, said)


def apart(factor: float) -> Label | str:
    """How far a value is from the usual, in words (相差倍数); — where no factor can be told.

    >>> apart(0.3).texts["en"]
    'a factor of 3.33 below'
    """
    if not 0 < factor < math.inf:
        return "—"
    size = f"{off(factor):.3g}"
    side = "above" if factor >= 1 else "below"
    return Label({"zh": f"{size} 倍", "en": f"a factor of {size} {side}"})


def power(factor: float) -> str:
    """The power of ten that is nearest to a factor, for what a confirmation names."""
    if math.isnan(factor) or factor <= 0 or math.isinf(factor):
        return "×0"
    size = 10.0 ** abs(round(math.log10(factor)))
    return f"{'×' if factor >= 1 else '÷'}{size:.3g}"


def figure(value: float) -> str:
    """A figure as it is found in the file, without grouping: what a confirmation can repeat."""
    return f"{value:.10g}"


def about(value: float) -> str:
    """A usual figure in print (约数): 10,660 or 5.43, never a power of ten."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def in_money(tables: Tables, unit: str) -> dict[str, Label | str]:
    """The currency before and after a figure that is money (币种): CNY 3 in English, 3 元."""
    if unit != "money":
        return {"money": "", "yuan": ""}
    code = tables.period.currency
    chinese = word("unit.money", "zh") if code == "CNY" else code
    return {
        "money": Label({"zh": "", "en": f"{code} "}),
        "yuan": Label({"zh": f" {chinese}", "en": ""}),
    }


def named(indicator: str) -> str:
    """An indicator in the reader's words where the kit has some."""
    key = f"indicator.{indicator}"
    return Term(key) if has(key) else indicator


def _guess(factor: float, unit: str) -> str:
    """Which mistake of units a factor looks like."""
    apart = off(factor)
    near = min(SIZES, key=lambda name: off(apart / SIZES[name]))
    if off(apart / SIZES[near]) > NEAR or apart < SIZES["ten"] / 2:
        return "none"
    if near == "hundred":
        return "percent" if unit.startswith(("percent", "fraction")) else "fen"
    return near


def settled(period: Period, issues: Iterable[Issue]) -> Iterator[Issue]:
    """Findings that the period file confirms as warnings; confirmations of nothing are told."""
    said = {_plain(entry.what): entry for entry in period.confirmed}
    used = set()
    for issue in issues:
        what = _plain(str(issue.facts.get("confirm", "")))
        entry = said.get(what) if issue.facts.get("asked") else None
        if entry is None:
            yield issue
            continue
        used.add(what)
        if not _may(period, entry.by):
            known = [a.id for a in period.approvers or () if "confirm" in a.acts]
            yield Issue("confirmed_by", "refuse", facts={"by": entry.by, "known": known})
            yield issue
            continue
        facts = issue.facts | {"by": entry.by, "why": entry.reason, "asked": False}
        yield replace(issue, rule="confirmed", severity="warn", facts=facts)
    for n, entry in enumerate(period.confirmed):
        if _plain(entry.what) not in used:
            where = place_of(period.path, ("confirmed", n))
            yield Issue("confirmed_nothing", "warn", facts={**where, "confirm": entry.what})


def _may(period: Period, by: str) -> bool:
    """Whether the period file lets somebody confirm; without approvers nobody is checked."""
    said = period.approvers
    return said is None or any(by in (a.id, a.name) and "confirm" in a.acts for a in said)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
