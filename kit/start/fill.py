"""Writing what the files decide (写入): scheme, period file, workbook; what is still missing."""

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from kit.data.load import inspect
from kit.errors import Fault
from kit.params import Span, read_period, read_scheme, span_of
from kit.scheme import Scheme
from kit.start import book, months, sheets, weights
from kit.start import company as companies
from kit.start.company import Company
from kit.start.exports import Exports
from kit.start.people import COLUMNS, Staff
from kit.words import LANGS, word

Say = Callable[..., None]


def write(
    company: Company,
    found: Exports,
    choice: months.Choice,
    staff: Staff,
    *,
    template: str,
    say: Say,
) -> None:
    """Scheme (once), period file, and the period's workbook with all that was typed before."""
    span = choice.span
    company.params.mkdir(parents=True, exist_ok=True)
    _scheme(company, found, span, template, say)
    _parameters(company, found, choice, say)
    _workbook(company, found, span, staff, say)
    _parameters(company, found, choice, say)  # now that the workbook is there


def _scheme(company: Company, found: Exports, span: Span, template: str, say: Say) -> None:
    """The scheme, if there is none yet; one that is there is never changed by files."""
    if there := company.scheme():
        say("scheme_kept", file=told(there))
        return
    sums = found.sums(span)
    form = weights.whole(sums, template) if template else None
    chosen = form or weights.choose(sums, template or weights.DEFAULT)
    text = weights.whole_text(chosen, span) if form else weights.scheme_text(chosen, span)
    path = company.params / f"scheme-{span.start.year}.yml"
    company.writes(path).write_text(text, encoding="utf-8")
    print(weights.note(chosen, company.lang))


def _parameters(company: Company, found: Exports, choice: months.Choice, say: Say) -> None:
    """The period file; what people changed in it stays."""
    span = choice.span
    keys: dict[str, object] = {
        "as_of": str(choice.as_of) if choice.as_of else None,
        "compare_to": companies.compared(found.days(), span),
        "currency": "CNY",
        **found.said.keys,
    }
    keys = {k: v for k, v in keys.items() if v}
    if found.said.reports and not (own := company.params / "reports.yml").exists():
        shutil.copyfile(found.said.reports, company.writes(own))
    books = [p for p in company.books() if _not_after(p, span)]
    path = company.period_file(span.id)
    text = companies.period_text(company, span, keys, books, found.said.typed)
    company.writes(path).write_text(text, encoding="utf-8")


def _not_after(period: str, span: Span) -> bool:
    other = span_of(period)
    return bool(other) and other.end <= span.end  # type: ignore[union-attr]


def _workbook(company: Company, found: Exports, span: Span, staff: Staff, say: Say) -> None:
    """The workbook of the period: new, or with new lines below what was typed; never less."""
    path = company.book(span.id)
    before = _typed(path)
    earlier = _typed(_latest_before(company, span))
    lang = company.lang
    roster = sheets.roster(staff.rows, lang, sheets.of(before or earlier, "roster"))
    for fault in differing(staff, roster, lang):
        print("  " + fault.told(lang))
    listed = _owned(found.plans(span), earlier, span, lang)
    plans = sheets.plans(listed, lang, span.id, sheets.of(before, "plans"))
    names = _by_target(read_scheme(company.scheme() or ""))
    last = _last(company, span) if before else {}
    who = [sheets.who(p) for p in _appraised(roster, lang)]
    targets = sheets.targets(who, names, last, lang, sheets.of(before, "targets"))
    own = [s for s in before if not s.table]
    every = [roster, plans, targets, *sheets.optional(lang, before), *own]
    if before and not _changed(every, before):
        say("book_kept", file=told(path))
        return
    if before:
        kept = company.former / f"{path.stem} {dt.datetime.now():%Y%m%d-%H%M%S}{path.suffix}"
        kept.parent.mkdir(exist_ok=True)
        company.writes(path).replace(company.writes(kept))
        say("book_updated", file=told(path), old=told(kept))
    else:
        say("book_new", file=told(path), plans=len(plans.rows), people=len(roster.rows))
    book.write(company.writes(path), every, _guide(span, lang), lang)


def differing(staff: Staff, roster: sheets.Sheet, lang: str) -> Iterator[Fault]:
    """Where a list of people and the workbook disagree: what is typed there holds, and is told."""
    names = {c: sheets.label(c, lang) for c in COLUMNS}
    held = {sheets.text(r.get(names["specialist_id"])): r for r in roster.rows}
    listed = set()
    for row in staff.rows.to_dict("records"):
        listed.add(who := sheets.text(row["specialist_id"]))
        for column in COLUMNS[1:]:
            new, typed = (sheets.text(v) for v in (row[column], held[who].get(names[column])))
            if new not in ("", "NaT", typed[: len(new)]):
                facts = {"who": who, "column": names[column], "typed": typed or "—", "found": new}
                yield Fault("start.kept_as_typed", facts)
    gone = [r for i, r in held.items() if listed and i not in listed]
    people = [sheets.who({c: r.get(names[c]) for c in COLUMNS[:2]}) for r in gone]
    if people:
        yield Fault("start.not_listed", {"names": people})


def told(path: Path) -> str:
    """A path that works as printed, from where the user is."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _typed(path: Path | None) -> list[sheets.Sheet]:
    if path is None or not path.exists():
        return []
    guides = {word("forms.guide", lang) for lang in LANGS} | {book.LISTED}
    return [s for s in sheets.read(path) if s.name not in guides]


def _by_target(scheme: Scheme) -> list[str]:
    """Indicators that want a target a person: scored by completion, none fixed in the scheme."""
    return [
        name
        for name, said in scheme.indicators.items()
        if said.target is None and scheme.rule_of(name).on == "completion"
    ]


def _latest_before(company: Company, span: Span) -> Path | None:
    """The workbook of the latest period that ends before this one."""
    older = {p: b for p, b in company.books().items() if p != span.id and _not_after(p, span)}
    return older[max(older, key=lambda p: span_of(p).end)] if older else None  # type: ignore


def _owned(
    listed: pd.DataFrame, earlier: list[sheets.Sheet], span: Span, lang: str
) -> pd.DataFrame:
    """Plans with the owner that they had last, as a line that may be changed."""
    plans = sheets.of(earlier, "plans")
    if plans is None:
        return listed.assign(owner="")
    plan, owner = sheets.label("plan_id", lang), word("forms.owner", lang)
    until, share = (sheets.label(c, lang) for c in ("valid_to", "share"))
    end = str(span.start - dt.timedelta(days=1))
    still = [
        {"plan_id": sheets.text(r[plan]), "owner": sheets.text(r[owner]), "share": r.get(share)}
        for r in plans.rows
        if sheets.text(r.get(owner)) and (sheets.text(r.get(until)) or end)[:10] >= end
    ]
    last = pd.DataFrame(still, columns=["plan_id", "owner", "share"], dtype=object)
    first = listed["valid_from"].where(listed["valid_from"] > span.start, span.start)
    carried = listed.assign(valid_from=first).merge(last, on="plan_id", how="left")
    return carried.fillna({"owner": ""})


def _appraised(roster: sheets.Sheet, lang: str) -> list[dict[str, object]]:
    """People of the sheet who take part."""
    no, takes = word("kit.no", lang), word("forms.appraised", lang)
    return [
        {c: r.get(sheets.label(c, lang)) for c in ("specialist_id", "name")}
        for r in roster.rows
        if sheets.text(r.get(takes)) != no
    ]


def _left_out(roster: sheets.Sheet, lang: str) -> set[str]:
    """People of the sheet who take no part, as the lists show them."""
    columns = ("specialist_id", "name")
    every = [{c: r.get(sheets.label(c, lang)) for c in columns} for r in roster.rows]
    return {sheets.who(p) for p in every} - {sheets.who(p) for p in _appraised(roster, lang)}


def _last(company: Company, span: Span) -> dict[tuple[str, str], float]:
    """Values of the period before, by person and indicator, from the plans' owners of then."""
    tables = inspect(read_period(companies.place(company.period_file(span.id))))
    earlier = tables.period.compare
    if earlier is None or not tables.has("assignment") or not tables.has("roster"):
        return {}
    facts = tables.facts
    inside = facts["date"].between(pd.Timestamp(earlier.start), pd.Timestamp(earlier.end))
    sums = facts[inside].groupby("specialist_id").sum(numeric_only=True)
    names = tables.get("roster").set_index("specialist_id")["name"]
    found = {}
    for who, row in zip(sums.index.astype(str), sums.to_dict("records"), strict=True):
        for name in tables.period.scheme.indicators:
            indicator = tables.period.scheme.library[name]
            under = row.get(indicator.under, 0) if indicator.under else 1
            if indicator.top in row and under > 0 and who in names:
                person = sheets.who({"name": names[who], "specialist_id": who})
                found[person, name] = float(indicator.scale * row[indicator.top] / under)
    return found


def _changed(new: list[sheets.Sheet], old: list[sheets.Sheet]) -> bool:
    """Whether a sheet has a line, a column or a figure that the workbook on the disk lacks."""
    before = {s.name: s for s in old}
    return any(s.name not in before or _cells(s) != _cells(before[s.name]) for s in new)


def _cells(sheet: sheets.Sheet) -> list[list[str]]:
    return [[sheets.text(row.get(c)) for c in sheet.columns] for row in sheet.rows]


def _guide(span: Span, lang: str) -> list[str]:
    """What to fill in, in the order of use."""
    lines = [word(f"start.guide_{n}", lang, period=span.id) for n in range(1, 7)]
    return [word("start.guide_title", lang, period=span.id), *lines]


def lacking(company: Company, span: Span) -> str:
    """One line: what the next better report lacks most, and where it is filled in."""
    typed = _typed(company.book(span.id))
    lang, file = company.lang, told(company.book(span.id))
    roster, plans, targets = (sheets.of(typed, t) for t in sheets.MAIN)
    owner, spend = word("forms.owner", lang), word("start.spend_of", lang, period=span.id)
    rows = plans.rows if plans else []
    free = [r for r in rows if not sheets.text(r.get(owner)) and float(r.get(spend) or 0) > 0]
    goals = [
        c for c in (targets.columns if targets else []) if "target." in book.known("targets", c)
    ]
    who = word("forms.who", lang)
    out = _left_out(roster, lang) if roster else set()
    asked = [r for r in (targets.rows if targets else []) if sheets.text(r.get(who)) not in out]
    open_goals = [r for r in asked for c in goals if not sheets.text(r.get(c))]
    blank = [s.name for s in typed if s.table in ("budget", "tasks", "feedback") and not s.rows]
    facts = {"file": file, "command": f"kit start {_quoted(told(company.folder))}"}
    if not roster or not roster.rows:
        return word("start.lacks_people", lang, sheet=sheets.sheet_name("roster", lang), **facts)
    if free:
        sheet = sheets.sheet_name("plans", lang)
        return word(
            "start.lacks_owners", lang, n=len(free), goals=len(open_goals), sheet=sheet, **facts
        )
    if open_goals:
        sheet = sheets.sheet_name("targets", lang)
        return word("start.lacks_targets", lang, n=len(open_goals), sheet=sheet, **facts)
    if blank:
        return word("start.lacks_more", lang, sheets=word("show.comma", lang).join(blank), **facts)
    return word("start.complete", lang, **facts)


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
