"""Where did the change come from? (变化从哪里来)."""

import pandas as pd

from kit.pages.retrospective.view import CENT, View, efficiency_range
from kit.retrospective.scope import called
from kit.retrospective.waterfall import CAUSES, Waterfall
from kit.show import blocks, figures
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import join


def waterfall(v: View, bridge: Waterfall | None = None, id: str = "waterfall") -> Block:
    """The change as one reconciled waterfall (对账式瀑布), from the prior or last year's span."""
    bridge = bridge or v.found.bridge
    if bridge.reason:
        return blocks.box("note", [bridge.reason.told(v.lang)])
    total = bridge.total()
    rows = _steps(v, bridge)
    facts = {"before": v.span(called(bridge.before)), "now": v.tables.period.id}
    amounts = {k: v.amount(total[k]) for k in ("change", "own")}
    amounts["outside"] = v.amount(total[CAUSES].sum())
    told = (
        v.say("waterfall_note")
        if id == "waterfall"
        else v.say(
            "waterfall_rate", rate=v.amount(total["rate"]), range=efficiency_range(v, total) or "—"
        )
    )
    return blocks.figure(
        figures.waterfall(rows, unit=v.unit("money"), lang=v.lang),
        id=id,
        lang=v.lang,
        title=v.say("waterfall_title", None, **amounts),
        subtitle=v.say("waterfall_subtitle", None, **facts),
        alt=join(
            [
                f"{name} {number(x, '+money', v.lang)}"
                for name, x in zip(rows["label"], rows["value"], strict=True)
            ],
            v.lang,
        ),
        notes=[told],
    )


def _steps(v: View, bridge: Waterfall) -> pd.DataFrame:
    """Rows of the waterfall (瀑布各项): causes, steps and total.

    Only a step of our own that is beyond chance is a gain or a loss: what others caused and what
    was decided has no such colour, and a step with zero inside is grey.
    """
    total = bridge.total()
    steps = [v.step(s) for s in bridge.steps]
    rows = pd.DataFrame(
        {
            "label": [*(v.say(f"cause_{c}") for c in CAUSES), *steps],
            "value": total[[*CAUSES, *bridge.steps]].to_numpy(float),
        }
    )
    rows["value"] = rows["value"].where(rows["value"].abs() >= CENT, 0.0)
    ends = bridge.drivers().set_index("step").reindex([*CAUSES, *bridge.steps])
    for cause in ("market", "events"):
        around = total[[f"{cause}_low", f"{cause}_high"]].to_numpy(float)
        if around[0] < around[1]:
            ends.loc[cause, ["low", "high"]] = around
    rows[["low", "high"]] = ends[["low", "high"]].to_numpy(float)
    inside = (rows["low"] <= 0) & (rows["high"] >= 0)
    given = pd.Series([*CAUSES, *bridge.steps]).isin([*CAUSES, "spend"])
    rows["tone"] = inside.map({True: "unclear"}).mask(given, "others")
    unknown = bridge.events["reason"].ne("").any() if len(bridge.events) else False
    more = [{"label": v.say("cause_unknown"), "value": 0.0, "kind": "unknown"}] if unknown else []
    last = [{"label": v.say("change"), "value": total["change"], "kind": "total"}]
    return pd.concat([rows, pd.DataFrame(more + last)], ignore_index=True)
