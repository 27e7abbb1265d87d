"""Move the weights and see what follows (权重滑块): for an analyst in JupyterLab only."""

import itertools
from typing import Any

from IPython.display import display

from kit.pages.scoring.sensitivity import flipped
from kit.pages.scoring.view import View
from kit.scoring.card import scored
from kit.show import blocks
from kit.show.blocks import Block

STEP = 0.01


def sliders(v: View) -> Any:
    """A slider a weight; below them totals, rank intervals and what changed places (权重滑块)."""
    import ipywidgets

    weights = current(v)
    look = {"style": {"description_width": "11em"}, "readout_format": ".2f"}
    moved = {
        name: ipywidgets.FloatSlider(
            w, min=0, max=0.5, step=STEP, description=v.label(name), **look
        )
        for name, w in weights.items()
    }
    out = ipywidgets.interactive_output(lambda **given: display(*tried(v, given)), moved)
    rows = ipywidgets.GridBox(
        list(moved.values()), layout=ipywidgets.Layout(grid_template_columns="repeat(2, 26em)")
    )
    return ipywidgets.VBox([rows, out])


def current(v: View) -> dict[str, float]:
    """The weights of the page by indicator (现行权重)."""
    return dict(v.rows.drop_duplicates("indicator").set_index("indicator")["weight"])


def tried(v: View, weights: dict[str, float]) -> list[Block]:
    """Totals and grades under other weights (试算), which are scaled to sum 1.

    A browser rounds what it shows to the slider's step: a weight that is still there is the page's.
    """
    start = current(v)
    weights = {
        name: start[name] if abs(start[name] - w) <= STEP / 2 else w for name, w in weights.items()
    }
    total = sum(weights.values())
    if total <= 0:
        return [blocks.box("warn", [v.say("scoring.slide_zero")])]
    shares = {name: w / total for name, w in weights.items()}
    period = v.tables.period
    cards = scored(v.tables, period.start, period.last_day, shares=shares)
    new = cards.totals.set_index("specialist_id")
    frame = v.totals[v.totals["total"].notna()].copy()
    frame["tried"] = frame["specialist_id"].map(new["printed"]).astype(float)
    frame["change"] = frame["tried"] - frame["printed"]
    frame["grade_tried"] = frame["specialist_id"].map(new["grade"])
    frame = frame.assign(total=frame["printed"]).sort_values("tried", ascending=False)
    spec = "name total:points tried:points change:+points grade grade_tried"
    table = v.table(frame, "slide", spec, id="tried", sum=f"{total:.2f}")
    pairs = list(itertools.pairwise(frame["specialist_id"]))
    return [table, *(flipped(v, cards, pairs, "flips-tried") if pairs else [])]
