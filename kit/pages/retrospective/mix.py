"""Mix or execution? (结构还是执行)."""

from kit.pages.retrospective.view import View
from kit.retrospective import story
from kit.retrospective.mix import SURE
from kit.show import blocks, figures
from kit.show.blocks import Block
from kit.show.format import interval, quantity

DIMENSIONS = 6  # of most mix that the figure shows


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
    named = {p: v.say(p) for p in ("mix", "rate")}
    fig = figures.bars(shown, parts=named, unit="+pp2", lang=v.lang)
    largest = shown.iloc[0].to_dict()
    flat = abs(largest["mix"]) < v.found.rules.mix_story * abs(largest["delta"])
    largest = largest if flat else story.telling(shown, v.found.rules.mix_tells)
    facts = {p: quantity(largest[p], "+pp2", v.lang) for p in ("delta", "mix", "rate")}
    title = v.say("mix_flat" if flat else "mix_title", None, dimension=largest["label"], **facts)
    half = SURE * largest["se"]
    ends = (largest["delta"] - half, largest["delta"] + half)
    around = v.say("range", range=interval(*ends, "+pp2", v.lang))
    return blocks.figure(
        fig,
        id="mix",
        lang=v.lang,
        title=title,
        alt=title,
        subtitle=v.say("mix_subtitle"),
        notes=[v.say("mix_note", range=around)],
    )
