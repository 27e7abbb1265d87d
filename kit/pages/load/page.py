"""Notebook 1 (数据载入): can the period be scored, what lacks, who owes it; then the evidence."""

import re
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kit.data.issues import Issue
from kit.data.load import inspect
from kit.data.quality import inventory as stock
from kit.data.quality.checks import mature_days
from kit.data.quality.reconcile import reconciled
from kit.data.quality.trust import Trust, trusted
from kit.data.schema import meanings
from kit.data.tables import Tables
from kit.errors import Term
from kit.params import read_period
from kit.people.privacy import visible
from kit.show import blocks, figures
from kit.show.blocks import Block, Card
from kit.show.format import number, unit_word
from kit.show.sentences import join, say, some
from kit.show.tables import Column
from kit.words import has, word

TONE = {"ready": "better", "partly": "unclear", "no": "worse"}
PERSONS = ("specialist_id", "manager_id", "rater_id", "interviewer_id", "owner", "author")
BOX = {"ready": "note", "partly": "warn", "no": "refuse"}


@dataclass(frozen=True)
class View:
    """All that notebook 1 shows."""

    tables: Tables
    lang: str
    trust: Trust
    names: dict[str, str]
    own: frozenset[str] | None  # ids and names that may stand in findings; None: all of them

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        """A text of this page."""
        return say(f"load.{key}", self.lang, n, **facts)


def view(params_file: str, lang: str, audience: str) -> View:
    """All that notebook 1 shows (打开视图); data that refuse to be scored are shown too."""
    tables = inspect(read_period(params_file))
    roster = tables.get("roster")
    who = set(visible(tables, audience)) if len(roster) else set()
    names = dict(zip(roster["specialist_id"], roster["name"], strict=True))
    _, _, manager = audience.partition("/")
    own = frozenset([*who, *(names[i] for i in who), manager]) if manager else None
    return View(tables, lang, trusted(tables, who), names, own)


def told(v: View, issue: Issue) -> str:
    """A finding, people by name, columns by meaning; whom the audience may not see is counted."""
    fault = issue.fault()
    facts = fault.facts if v.own is None else _masked(v, issue)
    said = meanings().get(issue.column)
    column = {"column": v.say("named", name=issue.column, more=said[v.lang])} if said else {}
    return replace(fault, facts=_named(v, facts) | column).told(v.lang)


def _named(v: View, fact: Any) -> Any:
    """Ids of people as their names with the id (姓名与编号)."""
    if isinstance(fact, dict):
        return {key: _named(v, item) for key, item in fact.items()}
    if isinstance(fact, (list, tuple)):
        return [_named(v, item) for item in fact]
    name = v.names.get(fact, fact) if isinstance(fact, str) else fact
    return fact if name == fact else v.say("named", name=name, more=fact)


def _masked(v: View, issue: Issue) -> dict[str, Any]:
    """The facts of a finding without people whom the audience may not see (隐去他人)."""
    known = {
        *v.names,
        *v.names.values(),
        *v.tables.get("roster")["manager_id"].dropna(),
        *v.tables.get("feedback")["rater_id"].dropna(),
    }
    people = {issue.value, *issue.facts.get("values", ())} if issue.column in PERSONS else set()
    hidden = {str(name) for name in {*known, *people} - (v.own or set()) - {""}}
    return {key: _without(v, fact, hidden) for key, fact in issue.fault().facts.items()}


def _without(v: View, fact: Any, hidden: set[str]) -> Any:
    """A fact of a finding without the hidden ids and names."""
    if isinstance(fact, (list, tuple)):
        kept = [_without(v, item, hidden) for item in fact if str(item) not in hidden]
        others = len(fact) - len(kept)
        return [*kept, v.say("others", n=others)] if others else kept
    if not isinstance(fact, str) or isinstance(fact, Term):
        return fact
    if fact in hidden:
        return v.say("others", n=1)
    words = sorted((h for h in hidden | set(v.own or ()) if not h.isdigit()), key=len, reverse=True)
    parts = (rf"(?<![A-Za-z0-9]){re.escape(h)}(?![A-Za-z0-9])" for h in words if h)
    return re.sub(
        "|".join(parts) or "(?!)", lambda m: v.say("others", n=1) if m[0] in hidden else m[0], fact
    )


def header(v: View) -> Block:
    """Title, question, period and status (页首)."""
    return blocks.header(v.tables, v.lang, title=v.say("title"), question=v.say("question"))


def light(v: View) -> Block:
    """The traffic light (红绿灯): the verdict, and who owes what."""
    debts = [
        v.say(
            "owes",
            n=len(row["people"]),
            who=word(row["who"], v.lang),
            people=some(row["people"], v.lang, 4),
            what=some([word(f"indicator.{i}", v.lang) for i in row["indicators"]], v.lang),
            table=word(f"table.{row['table']}", v.lang),
            weight=number(row["weight"], "percent", v.lang),
        )
        for row in v.trust.owed.to_dict("records")
    ]
    faults = [told(v, i) for i in v.tables.found if i.severity == "refuse"]
    n = v.trust.people
    verdict = v.trust.verdict
    unscored = [v.say("unscored", n=n["none"])] if n["none"] and verdict == "partly" else []
    first = v.say(f"verdict.{verdict}", n=sum(n.values()), whole=n["whole"], part=n["part"])
    return blocks.box(BOX[verdict], [first, *unscored, *faults, *debts])


def cards(v: View) -> Block:
    """Headline figures (要点卡片)."""
    days = stock.calendar(v.tables)["tone"].value_counts()
    inside, lost = (_spend(v, rows) for rows in (v.tables.plan_days, v.tables.unassigned))
    present = int(days.sum() - days.get("missing", 0))
    late = int(days.get("provisional", 0))
    shown = [
        Card(v.say("card.verdict"), v.say(f"card.{v.trust.verdict}"), tone=TONE[v.trust.verdict]),
        Card(v.say("card.share"), number(v.trust.share, "percent", v.lang)),
        Card(
            v.say("card.days"),
            f"{present} / {days.sum()}",
            v.say("card.late", n=late),
            tone="provisional" if late else "neutral",
        ),
    ]
    share = number(lost / inside if inside else None, "percent", v.lang)
    tone = "unclear" if lost else "better"
    return blocks.cards([*shown, Card(v.say("card.free"), share, tone=tone)])


def _spend(v: View, rows: pd.DataFrame) -> float:
    return float(rows.loc[rows["date"].isin(stock.period_days(v.tables)), "spend"].sum())


def answer(v: View) -> Block:
    """What is doubtful, in sentences (结论)."""
    warned = [told(v, i) for i in v.tables.found if i.severity == "warn"]
    return blocks.answer([v.say("warned", n=len(warned)), *warned[:5]])


def inventory(v: View) -> Block:
    """Tables, rows and days (数据盘点)."""
    rows = stock.inventory(v.tables).assign(
        reason="show.not_given", first_reason="load.undated", last_reason="load.undated"
    )
    rows = rows.assign(name=[word(f"table.{t}", v.lang) for t in rows["table"]])
    columns = [
        Column("name", v.say("column.table")),
        Column("rows", v.say("column.rows"), "int"),
        Column("first", v.say("column.first"), "date"),
        Column("last", v.say("column.last"), "date"),
        Column("files", v.say("column.files"), "int"),
        Column("table", v.say("column.id")),
    ]
    return blocks.table(rows, columns, id="inventory", caption=v.say("inventory"), lang=v.lang)


def _told(v: View, rows: pd.DataFrame, found: list[str], id: str) -> Block:
    rows = rows.assign(text=found, level=[v.say(f"level.{s}") for s in rows["severity"]])
    columns = [
        Column("level", v.say("column.level")),
        Column("text", v.say("column.text")),
        Column("count", v.say("column.count"), "int"),
    ]
    if rows.empty:
        return blocks.text(v.say("nothing"))
    return blocks.table(rows, columns, id=id, caption=v.say(id), lang=v.lang)


def cleaned(v: View) -> Block:
    """What reading changed or left out (清洗记录)."""
    rows = stock.cleaned(v.tables)
    found = [told(v, i) for i in v.tables.found if i.rule in stock.CLEANED]
    return _told(v, rows, found, "cleaned")


def gates(v: View) -> Block:
    """Every finding of the gates (质量关口)."""
    return _told(v, v.tables.issues, [told(v, i) for i in v.tables.found], "gates")


def accounts(v: View) -> Block:
    """The sources against one another (对账)."""
    mature = mature_days(v.tables) if v.tables.has("ads") else stock.period_days(v.tables)
    rows = reconciled(v.tables, mature) if len(mature) else pd.DataFrame()
    if rows.empty:
        return blocks.text(v.say("no_accounts"))
    kinds = {"measure": "load.measure", "left": "table", "right": "table", "status": "load.status"}
    said = {name: [word(f"{kind}.{x}", v.lang) for x in rows[name]] for name, kind in kinds.items()}
    columns = [
        Column("measure", v.say("column.measure")),
        Column("status", v.say("column.status")),
        Column("difference", v.say("column.difference"), "+percent"),
        Column("left", v.say("column.left")),
        Column("left_value", v.say("column.value"), "int"),
        Column("right", v.say("column.right")),
        Column("right_value", v.say("column.other"), "int"),
    ]
    bad = int((~rows["status"].isin(["ok", "within"])).sum())
    money = unit_word(f"money:{v.tables.period.currency}", v.lang)
    return blocks.table(
        rows.assign(**said),
        columns,
        id="accounts",
        lang=v.lang,
        caption=v.say("accounts", n=len(rows), bad=bad),
        notes=[v.say("accounts.note", currency=money)],
    )


def coverage(v: View) -> Block:
    """Who can be scored on what (覆盖矩阵)."""
    cells = v.trust.cells
    lost = cells[cells["status"] != "measured"]
    if cells.empty:
        return blocks.text(v.say("nobody"))
    shown = cells.assign(
        who=cells["specialist_id"].map(v.names),
        text="",
        tone=(cells["status"] == "measured").map({True: "neutral", False: "missing"}),
        what=[word(f"indicator.{i}", v.lang) for i in cells["indicator"]],
    )
    fig = figures.tracker(shown, row="what", column="who")
    gaps = [
        v.say(
            "gap",
            who=v.names[row["specialist_id"]],
            what=word(f"indicator.{row['indicator']}", v.lang),
            why=v.say(f"why.{row['status']}", table=word(f"table.{row['table']}", v.lang)),
        )
        for row in lost.to_dict("records")
    ]
    title = v.say("coverage.title", n=len(lost), all=len(cells))
    return blocks.figure(
        fig,
        id="coverage",
        title=title,
        subtitle=v.say("coverage.subtitle"),
        alt=f"{title} {join(gaps[:10], v.lang)}",
        lang=v.lang,
        notes=gaps[:12],
    )


def calendar(v: View) -> Block:
    """Days of the period (数据日历)."""
    days = stock.calendar(v.tables)
    count = {tone: int((days["tone"] == tone).sum()) for tone in ("missing", "provisional")}
    title = v.say("calendar.title", **count)
    return blocks.figure(
        figures.calendar(days, lang=v.lang),
        id="calendar",
        title=title,
        subtitle=v.say("calendar.subtitle"),
        alt=title,
        lang=v.lang,
    )


def definitions(v: View) -> Block:
    """What every metric means (指标定义)."""
    rows = pd.DataFrame(
        [
            {
                "id": name,
                **said,
                "name": said[v.lang],
                "least": said.get("least"),
                "formula": stock.formula(said, v.lang),
                "window": _window(v, said),
            }
            for name, said in stock.metrics().items()
        ]
    )
    rows = rows.assign(
        name=[
            word(key, v.lang) if has(key := f"indicator.{i}") else name
            for i, name in zip(rows["id"], rows["name"], strict=True)
        ]
    )
    rows = rows.assign(
        better=[v.say(f"better.{b}") for b in rows["better"]],
        table=[word(f"table.{t}", v.lang) for t in rows["of"]],
        reason="load.no_least",
    )
    columns = [
        Column("name", v.say("column.metric")),
        Column("formula", v.say("column.formula")),
        Column("better", v.say("column.better")),
        Column("least", v.say("column.least"), "int"),
        Column("window", v.say("column.window")),
        Column("table", v.say("column.table")),
    ]
    return blocks.table(
        rows,
        columns,
        id="definitions",
        caption=v.say("definitions"),
        lang=v.lang,
        notes=[v.say("definitions.note")],
    )


def _window(v: View, said: dict[str, Any]) -> str:
    found = stock.arrives(v.tables, said)
    if found is None:
        return v.say("window.same")
    days = join([str(n) for n in found], v.lang)
    return v.say("window.days", days=days) if found else v.say("window.unknown")


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    return blocks.doubts([v.say(f"doubt.{key}") for key in ("window", "identity", "users")], v.lang)


def sources(v: View) -> Block:
    """Data sources (数据来源)."""
    return blocks.sources(v.tables, v.lang)


def checked(v: View) -> None:
    """A few lines that must not change unnoticed (核对)."""
    held = stock.inventory(v.tables).dropna(subset="rows")
    print(v.trust.verdict, f"{v.trust.share:.3f}", len(held), "tables")
    print(v.tables.issues.groupby("severity")["rule"].nunique().to_dict())
