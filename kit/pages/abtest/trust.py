"""Can the method be trusted? (方法可信吗)."""

from dataclasses import asdict

import pandas as pd

from kit.abtest import history
from kit.pages.abtest.schedule import pairs
from kit.pages.abtest.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.tables import Column


def trust(v: View) -> Block:
    """False alarms of our rule beside the z-test's on the shop's own days (A/A 重演)."""
    days_of_pairs = pairs(v, "ctr")
    found = [asdict(r) for r in (history.replay(days_of_pairs, days) for days in (7, 14, 28)) if r]
    if not found:
        return blocks.text(v.say("trust.none"))
    rows = pd.DataFrame(found).assign(reason="abtest.page.trust.no_trials")
    columns = [
        Column(key, v.say(f"trust.{key}"), unit)
        for key, unit in (
            ("days", "int"),
            ("tests", "int"),
            ("ours", "percent"),
            ("error", "pp"),
            ("pooled", "percent"),
        )
    ]
    return blocks.table(
        rows,
        columns,
        id="tests-trust",
        caption=v.say("trust.caption"),
        lang=v.lang,
        notes=[v.say("trust.note")],
    )
