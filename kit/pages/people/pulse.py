"""Is the appraisal felt fair, does it motivate? (公平与动力问卷), for HR alone."""

import pandas as pd

from kit.pages.people.view import View, grid
from kit.people import pulse as room
from kit.scoring.pools import FULL
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import join


def pulse(v: View) -> list[Block]:
    """Answers of the cycle, or the questions to ask where nobody was asked; folded (问卷)."""
    if v.audience != "hr" or v.who:
        return []
    rows = room.pulse(v.tables)
    asked = rows.assign(text=_told(v, rows["question"]))
    how = v.say("people.how.pulse", n=FULL)
    if not rows["asked"].any():
        none = v.say("people.pulse_none", questions=join(asked["text"].tolist(), v.lang))
        return [blocks.details(v.say("people.t.pulse"), [blocks.text(none), blocks.text(how)])]
    said = v.run(_said(v, rows))
    why = rows["asked"].map({True: "people.pulse_few", False: "people.pulse_not_asked"})
    known = asked.assign(reason=why, before_reason="people.pulse_unasked")
    spec = "text/question mean/agreed:ratio before/agreed_before:ratio"
    table = grid(v, known, spec, "pulse", how)
    return [blocks.details(v.say("people.t.pulse"), [blocks.text(said), table])]


def _said(v: View, rows: pd.DataFrame) -> list[str]:
    """Which means are low as they are shown, in halves; how many questions show none (结论)."""
    shown = int(rows["mean"].notna().sum())
    hidden = int((rows["asked"] & rows["mean"].isna()).sum())
    low = _told(v, rows.loc[rows["low"], "question"])
    said = [v.say("people.pulse_low", what=join(low, v.lang))] if low else []
    said += [v.say("people.pulse_fine", shown)] if shown and not low else []
    return said + ([v.say("people.pulse_hidden", hidden)] if hidden else [])


def _told(v: View, questions: pd.Series) -> list[str]:
    """The questions as people were asked them (题目)."""
    return [v.say(f"question.{name}") for name in questions]
