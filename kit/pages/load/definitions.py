"""How are indicators computed? (指标怎么算)."""

from typing import Any

import pandas as pd

from kit.data.quality import inventory as stock
from kit.pages.load.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import join
from kit.show.tables import Column
from kit.words import has, word


def definitions(v: View) -> Block:
    """What every metric means (指标定义)."""
    columns = [
        Column("name", v.say("column.metric")),
        Column("formula", v.say("column.formula")),
        Column("better", v.say("column.better")),
        Column("least", v.say("column.least"), "int"),
        Column("window", v.say("column.window")),
        Column("table", v.say("column.table")),
    ]
    return blocks.table(
        _rows(v),
        columns,
        id="definitions",
        caption=v.say("definitions"),
        lang=v.lang,
        notes=[v.say("definitions.note")],
    )


def _rows(v: View) -> pd.DataFrame:
    """A row a metric, in the reader's words; one that is weighed by its indicator's name."""
    rows = pd.DataFrame(
        [
            {
                "id": name,
                **said,
                "name": said[v.lang],
                "least": said.get("least"),
                "formula": stock.formula(said, v.lang),
                "window": _window(v, said),
            }
            for name, said in stock.metrics().items()
        ]
    )
    return rows.assign(
        name=[
            word(key, v.lang) if has(key := f"indicator.{i}") else name
            for i, name in zip(rows["id"], rows["name"], strict=True)
        ],
        better=[v.say(f"better.{b}") for b in rows["better"]],
        table=[word(f"table.{t}", v.lang) for t in rows["of"]],
        reason="load.no_least",
    )


def _window(v: View, said: dict[str, Any]) -> str:
    found = stock.arrives(v.tables, said)
    if found is None:
        return v.say("window.same")
    days = join([str(n) for n in found], v.lang)
    return v.say("window.days", days=days) if found else v.say("window.unknown")
