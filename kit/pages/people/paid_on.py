"""What people are paid on (计奖依据), for each set of people who are paid together."""

import pandas as pd

from kit.pages.people.view import View
from kit.people import by_group, payroll
from kit.show.sentences import join


def concerns(v: View, views: by_group.Views) -> bool:
    """Whether people who are paid together are of interest: the one looked at, or anybody."""
    return not v.who or any((part["specialist_id"] == v.who).any() for _, part in views)


def basis(v: View, views: by_group.Views) -> tuple[str, bool]:
    """What the people of one set are paid on (计奖依据), in words, and whether the period pays."""
    bonus = views[0][0].scheme.bonus
    totals = pd.concat([part for _, part in views])
    found = payroll.pay_basis(totals, v.tables.period.type, bonus)
    told = v.say(
        "people.pay.basis" if found["pays"] else "people.pay.wait",
        reliability=v.number(found["reliability"], "ratio"),
        n=found["n"],
        line=v.number(bonus.monthly_pay_reliability, "ratio"),
        basis=v.words("basis", [found["basis"]])[0],
    )
    if v.tables.period.groups is None:
        return told, found["pays"]
    names = [v.tables.period.groups.label(g, v.lang) for g in dict.fromkeys(totals["group_id"])]
    return v.say("people.pay.of_group", group=join(names, v.lang), said=told), found["pays"]
