"""Which indicators, weights and rules? (指标、权重与规则)."""

import pandas as pd

from kit import words
from kit.pages.scoring.core import core_note, marked
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.unscored import formula
from kit.pages.scoring.view import View
from kit.scheme.library import Indicator
from kit.show.blocks import Block
from kit.show.rule import rule


@by_group
def method(v: View) -> Block:
    """The dictionary (指标词典): duty, formula, direction, rule, weight, pitfall."""
    known = v.tables.scheme.library
    weights = v.rows.drop_duplicates("indicator").set_index("indicator")["weight"]
    frame = pd.DataFrame(
        [
            {
                "indicator": marked(v, i, v.label(i)),
                "weight": w,
                "duty": v.say(f"duty.{known[i].duty}"),
                "formula": _formula(v, known[i]),
                "pitfall": v.say(f"pitfall.{i}") if words.has(f"pitfall.{i}") else "",
                "rule": v.say(
                    "scoring.rule_toward",
                    rule=rule(v, i),
                    better=v.say(f"scoring.better_{known[i].better}"),
                ),
            }
            for i, w in zip(map(str, weights.index), weights, strict=True)
        ]
    )
    notes = core_note(v, [str(i) for i in weights.index])
    spec = "indicator weight:percent formula rule duty pitfall"
    return v.table(frame, "method", spec, notes=notes)


def _formula(v: View, of: Indicator) -> str:
    told = formula(v, of)
    return v.say("scoring.formula_min", formula=told, min=int(of.min)) if of.min else told
