"""Who is strong in what? (强弱项、拔高与辅导)."""

from kit.pages.people.view import View, edges, grid, heading, listed
from kit.show import blocks
from kit.show.alike import alike
from kit.show.blocks import Block


def strengths(v: View) -> list[Block]:
    """The lists over several periods (强弱项、拔高与辅导); the heat map of points is on page 2."""
    if v.who:
        return []
    means = v.of(v.found.means).sort_values("mean", ascending=False)
    found = [edges(v, who) for who in means["specialist_id"]]
    means = means.assign(
        strong=[listed(v, e[0]) for e in found],
        weak=[listed(v, e[1]) for e in found],
        mean_low=means["low"],
        mean_high=means["high"],
        reason="people.one_period",
        list=v.words("list", means["list"].replace("", "none")),
    )
    lines = v.tables.scheme.people
    how = v.say(
        "people.how.lists",
        stretch=v.number(lines.stretch_line, "points"),
        support=v.number(lines.support_line, "points"),
    )
    notes = alike(v, v.of(v.found.lined), "_line")
    spec = "name n/periods:int mean:points mean/interval:interval:points list strong weak"
    fold = [blocks.text(how), grid(v, means, spec, "lists", *notes)]
    told = blocks.text(v.say("people.say.finding", finding=strength_sentence(v)))
    folded = blocks.details(v.say("people.fold.lists"), fold)
    return [*heading(v, "strengths", fold=True), told, folded]


def strength_sentence(v: View) -> str:
    """The team's strongest and weakest indicator as a sentence (最强与最弱指标)."""
    rows = v.of(v.found.cards.indicators).dropna(subset=["points"])
    if rows.empty:
        return v.say("people.strength_none")
    means = rows.groupby("indicator")["points"].mean()
    best = str(means.idxmax())
    worst = str(means.idxmin())
    of = rows.loc[rows["indicator"] == worst, "points"]
    high, low = (v.number(means[name], "points") for name in (best, worst))
    return v.say(
        "people.strength_finding",
        n=int((of < 60).sum()),
        all=len(of),
        high=high,
        best=listed(v, [best]),
        worst=listed(v, [worst]),
        low=low,
    )
