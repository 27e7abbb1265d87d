"""What notebook 3 knows and how it names it (A/B 测试视图): verdicts, units, words, next steps."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kit import words
from kit.abtest import portfolio
from kit.abtest.decisions import NO_EFFECT, Decision, NextStep
from kit.abtest.verdict import Verdict
from kit.data.tables import Tables
from kit.errors import Fault
from kit.people.privacy import visible
from kit.show.format import MISSING, missing, number
from kit.show.sentences import join, say
from kit.words import word

HALF = 0.5  # power under which a win shows mostly what luck added
TONE: dict[str, str] = {
    Decision.BETTER: "better",
    Decision.NON_INFERIOR: "neutral",
    Decision.WORSE: "worse",
    Decision.INFERIOR: "worse",
    Decision.EQUIVALENT: "neutral",
    Decision.RUNNING: "provisional",
    Decision.INVALID_SRM: "missing",
    Decision.INVALID_INPUT: "missing",
    Decision.NO_TEST: "missing",
    Decision.FEW_DATA: "missing",
}
UNIT = {
    "roi": "ratio",
    "roas": "ratio",
    "cost_ratio": "percent",
    "cpc": "money",
    "cpa": "money",
    "aov": "money",
    "revenue_per_user": "money",
    "sales": "money",
    "orders": "int",
    "clicks": "int",
    "revenue_per_session": "money",
}


@dataclass(frozen=True)
class View:
    """One reader's view: tables, language, the verdicts that may be seen, as records and table."""

    tables: Any
    lang: str
    found: tuple[Verdict, ...]
    table: pd.DataFrame
    past: pd.DataFrame

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        """A text of this page."""
        return say(f"abtest.page.{key}", self.lang, n, **facts)

    def name(self, indicator: object) -> str:
        """Label of an indicator; as written where it is unknown."""
        if indicator in self.tables.scheme.indicators:
            return str(self.tables.scheme.label(str(indicator), self.lang))
        known = (f"indicator.{indicator}", f"abtest.indicator.{indicator}")
        found = [word(key, self.lang) for key in known if words.has(key)]
        return found[0] if found else MISSING if missing(indicator) else str(indicator)

    def channel(self, channel: object) -> str:
        """Name of a channel."""
        known = f"channel.{channel}"
        return word(known, self.lang) if words.has(known) else str(channel)

    def unit(self, indicator: object) -> str:
        """Unit of an indicator, money in the period's currency."""
        return (
            self.money
            if UNIT.get(str(indicator)) == "money"
            else UNIT.get(str(indicator), "percent2")
        )

    @property
    def money(self) -> str:
        """Unit of money of the period."""
        return f"money:{self.tables.period.currency}"

    def told(self, fault: Fault) -> str:
        """A fault with its indicators named, and its lists joined, in the reader's language."""

        def put(key: str, value: object) -> object:
            name = {
                "indicators": self.name,
                "indicator": self.name,
                "missing": lambda i: self.say(f"field.{i}"),
            }.get(key, str)
            if isinstance(value, (list, tuple)):
                return join([name(i) for i in value], self.lang)
            return name(value) if name is not str else value

        names = {key: put(key, value) for key, value in fault.facts.items()}
        return Fault(fault.key, names).told(self.lang)

    def of(self, verdict: Verdict) -> str:
        """Which of several arms a verdict speaks of, or which guardrail was lost."""
        lost = [str(name) for name in verdict.reason.facts.get("indicators", [])]
        if verdict.decision == Decision.INFERIOR and lost:
            return join([self.name(name) for name in lost], self.lang)
        several = verdict.case and len(verdict.case.arms) > 1
        clear = verdict.decision.clear
        return verdict.case.lead.variant if verdict.case and several and clear else ""

    def then(self, verdict: Verdict) -> str:
        """The next step; where it is a longer test, how long."""
        step = word(f"abtest.next.{verdict.next_step}", self.lang)
        plan = verdict.plan
        case = verdict.case
        if verdict.next_step != NextStep.LONGER or not case or not plan or not plan.min_effect:
            return step
        if not case.lead.test.se:
            return step
        days = portfolio.weeks_more(verdict)
        effect = number(plan.min_effect, "percent", self.lang)
        more = (
            self.say("longer", days=days, effect=effect)
            if days
            else self.say("longer_never", effect=effect)
        )
        return step + more

    def unpaid(self) -> list[str]:
        """Per test why it has no money verdict."""
        early = word("abtest.page.no_money_yet", self.lang)
        skips = [
            [self.told(f) for f in v.case.beside.skipped if ".money" in f.key]
            if v.case and v.decision not in NO_EFFECT
            else []
            for v in self.found
        ]
        return [" ".join(skip) or early for skip in skips]


GROUPS = {
    "roll": (NextStep.ROLL_OUT, NextStep.ROLL_OUT_WATCH),
    "part": (NextStep.ROLL_OUT_PART,),
    "confirm": (NextStep.CONFIRM,),
    "keep": (NextStep.KEEP, NextStep.KEEP_FOR_MONEY),
    "free": (NextStep.MAY_SWITCH, NextStep.EITHER),
    "again": (NextStep.LONGER, NextStep.RERUN, NextStep.MOVE_ON),
    "wait": (NextStep.WAIT,),
    "mend": (NextStep.FIX_SPLIT, NextStep.FIX_DATA),
}
ORDER = [step for steps in GROUPS.values() for step in steps]


def view(tables: Tables, tests: pd.DataFrame, lang: str, audience: str) -> View:
    """All that notebook 3 shows (打开视图): the tests of people whom the audience may see.

    tests : from `portfolio.experiments`, a row a verdict
    """
    who = set(visible(tables, audience)) if tables.has("roster") else None
    verdicts = portfolio.evaluated(tables)
    shown = [n for n, v in enumerate(verdicts) if who is None or v.specialist_id in who]
    shown.sort(key=lambda n: (ORDER.index(verdicts[n].next_step), verdicts[n].test_id))
    seen = tuple(verdicts[n] for n in shown)
    past = portfolio.frame(portfolio.evaluated(tables, earlier=True))
    table = _toned(_named(tables, tests.iloc[shown].reset_index(drop=True), lang), lang)
    bare = View(tables, lang, seen, table, past)
    return replace(bare, table=_worded(bare))


def _named(tables: Tables, table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table with whose tests they are and what they try: name, label, quoted."""
    roster = tables.get("roster").drop_duplicates("specialist_id")
    names = dict(zip(roster["specialist_id"], roster["name"], strict=True))
    ideas = tables.get("experiments").drop_duplicates("test_id").set_index("test_id")["hypothesis"]
    ideas = table["test_id"].map(ideas).fillna("")
    return table.assign(
        name=[names.get(who, who) for who in table["specialist_id"]],
        label=(table["test_id"] + " " + ideas).str.strip(),
        quoted=[
            say("abtest.page.idea", lang, test=test, idea=idea) if idea else test
            for test, idea in zip(table["test_id"], ideas, strict=True)
        ],
    )


def _toned(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table with each verdict's word and tone, and whether it is settled."""
    won = table["decision"] == Decision.BETTER
    unproven = won & (table["next_step"] == NextStep.CONFIRM)
    said = pd.Series([word(f"abtest.decision.{d}", lang) for d in table["decision"]], table.index)
    tone = table["decision"].map(TONE).fillna("unclear")
    shipped = table["next_step"].isin(GROUPS["roll"])  # green only where it is to go live
    return table.assign(
        word=said.mask(unproven, word("abtest.decision.unproven", lang)),
        tone=tone.mask(won & ~shipped, "neutral").mask(unproven, "unclear"),
        settled=(tone != "unclear") & ~unproven,
    )


def _worded(v: View) -> pd.DataFrame:
    """The table with what is said of each test: its arm, the next step, and why."""
    table = v.table
    slight = (table["decision"] == Decision.BETTER) & (table["power"].astype(float) < HALF)
    more = slight.map({True: v.say("overstated"), False: ""})
    return table.assign(
        word=[
            v.say("arm", word=said, of=of) if (of := v.of(verdict)) else said
            for said, verdict in zip(table["word"], v.found, strict=True)
        ],
        next=[v.then(verdict) for verdict in v.found],
        why=[v.told(w.reason) + extra for w, extra in zip(v.found, more, strict=True)],
    )


def p_text(p: object, lang: str) -> str:
    """A p-value as it stands after the letter: = 0.016, < 0.001."""
    text = number(p, "p", lang)
    return text.replace("<", "< ") if "<" in text else f"= {text}"
