"""A picture in words (替代文字): the frame that is drawn, read aloud figure by figure."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from kit.show.format import missing
from kit.show.sentences import join, prose
from kit.words import word

LOWEST = ("lowest",)
Said = Callable[[Any], str]  # a figure as the page writes it


def rows(frame: pd.DataFrame, said: Said, lang: str) -> str:
    """Each row's label, value, interval and word (逐行): `frame` as `figures.dots` takes it.

    What is missing, or is of kind unknown, is — and has no interval.
    """
    return join([_row(row, said, lang) for row in frame.to_dict("records")], lang)


def _row(row: dict[Any, Any], said: Said, lang: str) -> str:
    value = None if row.get("kind") == "unknown" else row["value"]
    told = f"{row['label']} {said(value)}"
    if not (missing(value) or missing(row.get("low")) or missing(row.get("high"))):
        ends = word("show.from_to", lang, low=said(row["low"]), high=said(row["high"]))
        told += word("show.heard_range", lang, range=ends)
    return f"{told} {row.get('word') or ''}".rstrip()


def cells(
    frame: pd.DataFrame, said: Said, lang: str, *, keys: list[str], ends: Sequence[str] = LOWEST
) -> str:
    """The outermost cell and the open ones of a matrix (最低与空缺的格子).

    frame : as `grids.heat` takes it, one line a cell; keys : its row, column and value
    ends  : lowest, highest or both
    """
    row, column, value = keys
    limits = {"lowest": frame[value].min(), "highest": frame[value].max()}
    told = []
    for end in ends:
        outer = frame.loc[frame[value] == limits[end], [row, column]].to_numpy()
        names = join([f"{r} {c}" for r, c in outer], lang)
        told.append(word(f"show.heard_{end}", lang, cells=names, value=said(limits[end])))
    every = pd.MultiIndex.from_product([frame[row].unique(), frame[column].unique()])
    there = frame.set_index([row, column])[value].reindex(every)
    lost = there[there.isna()].reset_index().groupby("level_0", sort=False)["level_1"].agg(list)
    if len(lost):
        each = [f"{name} {join(list(map(str, them)), lang)}" for name, them in lost.items()]
        told.append(word("show.heard_open", lang, cells=word("show.semicolon", lang).join(each)))
    return prose(told, lang)
