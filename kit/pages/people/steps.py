"""How an amount comes about, step by step (薪酬算式), in words that can be recomputed by hand."""

from fractions import Fraction
from typing import Any

from kit.people.components import Step, Worked, to_fen
from kit.people.sheet import BONUS, CAP, CARRIED
from kit.show.sentences import say
from kit.words import word

OWN = (BONUS, CAP, CARRIED)
GIVEN = ("base", "total", "one", "grade", "dept_coef")
MONEY = {"money", "before", "cap", "least", "off"}
DIGITS = 9  # so that a hand sum with the printed factors gives the printed fen


def plain(value: Fraction) -> str:
    """A figure as a reader types it into a calculator (手算用的数): no digit that is not needed.

    >>> plain(Fraction(1, 3)), plain(Fraction(600000)), plain(Fraction(-1, 200))
    ('0.333333333', '600,000', '−0.005')
    """
    text = f"{float(value):,.{DIGITS}f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def yuan(value: Fraction) -> str:
    """Money with as many digits as it has, two at least (金额).

    >>> yuan(Fraction(9500)), yuan(Fraction("3276.923"))
    ('9,500.00', '3,276.923')
    """
    text = plain(value)
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest:0<2}"


def name_of(scheme: Any, name: str, lang: str) -> str:
    """Name of a quantity: pay base, total, one, or an indicator (量的名称)."""
    return word(f"people.quantity.{name}", lang) if name in GIVEN else scheme.label(name, lang)


def line_name(scheme: Any, line: str, lang: str) -> str:
    """Name of a line of the sheet (薪酬项名称)."""
    if line in OWN:
        return word(f"people.line.{line}", lang)
    said = scheme.pay.components.get(line) or scheme.pay.pools.get(line)
    return str(getattr(said.name, lang)) if said and said.name else line


def steps(scheme: Any, done: Worked, lang: str) -> list[str]:
    """Every step in words, in the order of the sum; what is lacking last."""
    told = [sentence(scheme, step, lang) for step in done.steps]
    if done.amount is not None:
        return told
    return [*told, lacking(scheme, done.reason, done.lacking, lang)]


def lacking(scheme: Any, reason: str, name: str, lang: str) -> str:
    """What an amount lacks, and why (缺什么)."""
    known = name_of(scheme, name, lang) if name in scheme.library or name in GIVEN else name
    by = getattr(scheme.library.get(name), "entered_by", "")
    owed = reason == "scoring.not_entered" and by
    why = say("scoring.not_entered_by", lang, by=by) if owed else say(reason, lang)
    return say("people.step.lacking", lang, name=known or "—", reason=why)


def sentence(scheme: Any, step: Step, lang: str) -> str:
    """One step in words (一步)."""
    facts: dict[str, Any] = {
        key: _told(scheme, key, value, lang) for key, value in step.facts.items()
    }
    kind = step.kind
    if kind == "part" and step.facts["end"] is None:
        kind = "part_last"
    if kind in ("tier", "no_tier", "prize", "no_prize"):
        facts["by"] = found_by(scheme, step.facts["by"], lang)
    if kind == "gate":
        kind = "gate_open" if step.facts["holds"] else "gate_shut"
    if kind == "amount":
        facts["fen"] = yuan(Fraction(to_fen(step.facts["money"]), 100))
    if "on" in step.facts:
        facts["on"] = word(f"people.on.{step.facts['on']}", lang)
    return say(f"people.step.{kind}", lang, **facts)


def found_by(scheme: Any, by: str, lang: str) -> str:
    """What a tier is found by: the quantity, its completion, another indicator (档位依据)."""
    if by in ("", "completion"):
        return word(f"people.by.{by or 'quantity'}", lang)
    return name_of(scheme, by, lang)


def _told(scheme: Any, key: str, value: Any, lang: str) -> str:
    if key == "name":
        return name_of(scheme, str(value), lang)
    if key == "basis":
        return word(f"people.basis_of.{value}", lang)
    if key == "factors":
        return " × ".join(plain(f) for f in value)
    if key == "bound":
        return word(f"people.bound.{value}", lang)
    if isinstance(value, Fraction):
        return yuan(value) if key in MONEY else plain(value)
    return str(value)
