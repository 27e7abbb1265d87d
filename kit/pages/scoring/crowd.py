"""Many people on one page (人数多时): who is shown one by one, and that it is said.

Beyond CROWD people cards and pictures would be too large to read or even to encode; beyond PAIRS
every two people would be compared in thousands of rows.
"""

from dataclasses import replace

import pandas as pd

from kit.pages.scoring.view import View
from kit.show import blocks
from kit.show.blocks import Block

CROWD = 200  # people up to whom everybody has a card and a row in pictures
SHOWN = 30  # of more, the highest and the lowest totals that are shown one by one
PAIRS = 60  # people up to whom every two are compared


def few(v: View) -> View:
    """The view of those shown one by one (逐人展示的视图): all, or of a crowd both ends.

    People without a total are among the table of totals alone.
    """
    if len(v.totals) <= CROWD:
        return v
    known = v.totals[v.totals["total"].notna()]
    ends = pd.concat([known.head(SHOWN), known.tail(SHOWN)])
    ends = ends.drop_duplicates("specialist_id").reset_index(drop=True)
    rows = v.rows[v.rows["specialist_id"].isin(ends["specialist_id"])]
    names = {who: v.names[who] for who in ends["specialist_id"]}
    return replace(v, totals=ends, rows=rows, names=names)


def told(v: View) -> list[str]:
    """That only some are shown one by one, and where the others stand; empty for all."""
    if len(v.totals) <= CROWD:
        return []
    return [v.say("scoring.crowd", n=len(v.totals), ends=SHOWN)]


def said(v: View) -> list[Block]:
    """The same as a box."""
    return [blocks.box("note", told(v))] if told(v) else []
