"""What HR decides on first (HR 先看): may this be paid on, which grades, who is ready, raters."""

import pandas as pd

from kit.pages.people.view import View
from kit.people import payroll
from kit.scoring.feedback import flags
from kit.show.sentences import some

MARKS = "pay grades ready raters"  # the questions that these sentences answer, in order


def sentences(v: View) -> list[str]:
    """One sentence a question, for HR alone (四个问题各一句); the tables stand below."""
    if v.audience != "hr" or v.who:
        return []
    return [basis(v)[0], _grades(v), _ready(v), _raters(v)]


def basis(v: View) -> tuple[str, bool]:
    """What pay rests on, in a sentence (按什么计奖), and whether this period pays."""
    scheme = v.tables.scheme
    found = payroll.pay_basis(v.found.official, v.tables.period.type, scheme.bonus)
    said = v.say(
        "people.pay.basis" if found["pays"] else "people.pay.wait",
        reliability=v.number(found["reliability"], "ratio"),
        n=found["n"],
        line=v.number(scheme.bonus.monthly_pay_reliability, "ratio"),
        basis=v.words("basis", [found["basis"]])[0],
    )
    return said, bool(found["pays"])


def _grades(v: View) -> str:
    near = v.of(payroll.cliffs(v.found.official, v.tables.scheme))
    return _named(v, "grades", near["name"].tolist())


def _ready(v: View) -> str:
    rows = v.of(v.found.ready)
    return _named(v, "ready", rows.loc[rows["verdict"] == "ready", "name"].tolist())


def _raters(v: View) -> str:
    odd = flags(v.tables, pd.date_range(v.tables.period.start, v.tables.period.last_day))
    names = v.called(odd["rater_id"].drop_duplicates()) if len(odd) else []
    return _named(v, "raters", list(names))


def _named(v: View, key: str, names: list[str]) -> str:
    if not names:
        return v.say(f"people.first.{key}_none")
    return v.say(f"people.first.{key}", n=len(names), who=some(names, v.lang))
