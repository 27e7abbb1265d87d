"""How items of 360 become points, and who rated (360 项目怎样计分、由谁评), beside the rows."""

from typing import Any

import pandas as pd

from kit.scoring.items import shown
from kit.scoring.pools import ORDER
from kit.show.format import number
from kit.show.rule import rule
from kit.show.sentences import join, say
from kit.words import word


def how_rated(v: Any, who: str, rows: pd.DataFrame) -> list[str]:
    """The rule from ratings to points with an example, and on an own page who rated (360 说明).

    v : a page's view (tables, lang, audience, scheme_of); rows : the person's indicators
    """
    scheme = v.scheme_of(who)
    soft = rows[rows["indicator"].map(scheme.is_item).astype(bool)]
    soft = soft[soft["actual"].notna() & soft["points"].notna()]
    if soft.empty:
        return []
    told = {name: rule(v, name, scheme) for name in soft["indicator"]}
    by = soft.groupby(soft["indicator"].map(told), sort=False)
    lines = [_rule(v, str(text), rows, len(soft)) for text, rows in by]
    return [*lines, *(_raters(v, who) if v.audience == "employee" else [])]


def _rule(v: Any, told: str, rows: pd.DataFrame, of: int) -> str:
    """One rule and the first row that follows it; named together where it holds for all."""
    first = rows.iloc[0]
    labels = [v.scheme_of(first["specialist_id"]).label(n, v.lang) for n in rows["indicator"]]
    what = word("show.rated_all", v.lang) if len(rows) == of else join(labels, v.lang)
    x, points = number(first["actual"], "ratio", v.lang), number(first["points"], "points", v.lang)
    return say("show.rated_points", v.lang, what=what, rule=told, x=x, points=points)


def _raters(v: Any, who: str) -> list[str]:
    """Who rated, and at least how many are pooled; what protects them is said with it."""
    found = shown(v.tables, pd.date_range(v.tables.period.start, v.tables.period.last_day))
    found = found[(found["specialist_id"] == who) & (found["relation"] != "self")]
    if found.empty:
        return []
    kinds = [kind for kind in ORDER if kind in set(found["relation"])]
    names = join([word(f"scoring.relation_{kind}", v.lang) for kind in kinds], v.lang)
    pooled = found.loc[~found["named"], "least"]
    band = say("show.rated_band", v.lang, n=int(pooled.min())) if len(pooled) else ""
    return [say("show.rated_by", v.lang, who=names, band=band)]
