"""What HR decides on first (HR 先看): may this be paid on, which grades, who is ready, raters."""

import pandas as pd

from kit.pages.people.paid_on import basis
from kit.pages.people.view import View
from kit.people import by_group, payroll
from kit.scoring.feedback import flags
from kit.show.sentences import some

MARKS = "pay grades ready raters"  # the questions that these sentences answer, in order


def sentences(v: View) -> list[str]:
    """One sentence a question, for HR alone (四个问题各一句); the tables stand below."""
    if v.audience != "hr" or v.who:
        return []
    sets = list(by_group.paid_together(v.tables, v.found.official))
    paid = v.run([basis(v, views)[0] for views in sets])
    return [paid, _grades(v, sets), _ready(v), _raters(v)]


def _grades(v: View, sets: list[by_group.Views]) -> str:
    near = [payroll.cliffs(part, seen.scheme) for views in sets for seen, part in views]
    rows = v.of(pd.concat(near, ignore_index=True)) if near else pd.DataFrame({"name": []})
    return _named(v, "grades", rows["name"].tolist())


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
