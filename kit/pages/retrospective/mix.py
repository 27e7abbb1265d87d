"""Mix or execution? (结构还是执行)."""

from kit.pages.retrospective.view import View
from kit.retrospective import story
from kit.retrospective.mix import SURE
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, quantity
from kit.show.tables import Column

DIMENSIONS = 6  # of most mix that the table shows
PARTS = {"mix": "mix", "rate": "rate", "delta": "change"}  # columns, and what they are called


def mix(v: View) -> Block:
    """Mix against rate of the team's conversion, by dimension (结构与比率)."""
    rows = v.found.mix
    if rows.empty:
        return blocks.text(v.say("nothing_compared"))
    team = rows[rows["specialist_id"].isna() & (rows["measure"] == "click_conversion")]
    team = team[~team["dimension"].str.contains("×")]
    team = team[(team["before"] > 0) | (team["now"] > 0)]
    if team.empty:
        return blocks.text(v.say("nothing_compared"))
    shown = team.assign(label=[v.dimension(d) for d in team["dimension"]])
    shown = shown.sort_values("mix", key=abs, ascending=False).head(DIMENSIONS)
    largest = shown.iloc[0].to_dict()
    flat = abs(largest["mix"]) < v.found.rules.mix_story * abs(largest["delta"])
    largest = largest if flat else story.telling(shown, v.found.rules.mix_tells)
    facts = {p: quantity(largest[p], "+pp2", v.lang) for p in ("delta", "mix", "rate")}
    title = v.say("mix_flat" if flat else "mix_title", None, dimension=largest["label"], **facts)
    half = SURE * largest["se"]
    ends = (largest["delta"] - half, largest["delta"] + half)
    around = v.say("range", range=interval(*ends, "+pp2", v.lang))
    columns = [Column("label", v.say("mix_by"))]
    columns += [Column(key, v.say(name), "+pp2") for key, name in PARTS.items()]
    notes = [v.say("mix_subtitle"), v.say("mix_note", range=around)]
    return blocks.table(shown, columns, id="mix", caption=title, lang=v.lang, notes=notes)
