"""`kit start FILE…` (开始): from a pile of files to the company's workbook, parameters and pages.

Every step says what it did, in one language; the last line says what the next better report lacks.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kit.data.issues import Issue
from kit.data.reading.sources import shown
from kit.errors import Fault, KitError, ParamsError
from kit.start import company as companies
from kit.start import exports as reading
from kit.start import fill, months, people, terms
from kit.start.company import Company
from kit.start.gather import gather
from kit.start.recognition import Kind, Recognised, is_workbook, recognise
from kit.words import word

Say = Callable[..., None]
Copies = dict[Recognised, tuple[Path, bool]]  # in the company's folder, and whether new there


@dataclass(frozen=True)
class Wanted:
    """What the user typed."""

    files: tuple[str, ...]
    into: str = ""
    period: str = ""
    template: str = ""
    lang: str | None = None
    pages: bool = True
    rates: tuple[str, ...] = ()  # USD=7.1: what one unit of another currency is worth
    currency: str = ""  # of the company; "" as the files name it


def start(wanted: Wanted) -> int:
    """Do it all; the exit code of the pages, 2 when files must be mended first (as KitError)."""
    company = companies.at(_folder(wanted, _own(wanted)), wanted.lang)
    say = _teller(company.lang)
    gathered = gather(wanted.files, company.folder if company.known else None)
    for remark in gathered.remarks:
        print(remark.told(company.lang))
    own = companies.own_reports(company, wanted.files)
    seen = [found for file in gathered.files for found in recognise(file, own)]
    return prepared(company, seen, wanted, say)


def prepared(company: Company, seen: list[Recognised], wanted: Wanted, say: Say) -> int:
    """Copy, read, choose, write; then the pages. Without an end the folder is as it was."""
    _said(company, wanted.period, wanted)  # what cannot be meant is refused first
    folders = companies.absent(company)
    copies: Copies = {}
    try:
        for r in _exports(company, seen):
            copies[r] = companies.stored(company, r.table, r.file)
        choice = _written(company, seen, copies, wanted, say)
    except BaseException as error:
        companies.withdrawn(company, folders)
        if not isinstance(error, KitError):
            raise
        given = {shown(c): fill.told(r.file) for r, (c, is_new) in copies.items() if is_new}
        raise KitError.of(terms.as_given(error.faults, given)) from None
    code = _pages(company, company.period_file(choice.span.id), say) if wanted.pages else 0
    print(fill.lacking(company, choice.span))
    return code


def _written(
    company: Company, seen: list[Recognised], copies: Copies, wanted: Wanted, say: Say
) -> months.Choice:
    """Read, choose the period and write; what the file of that period says is what counts."""
    said = _said(company, wanted.period, wanted)
    found = _read(company, said)
    choice = _chosen(company, found, wanted)
    if (own := _said(company, choice.span.id, wanted)) != said:
        found = _read(company, own)
    if own.carried and own.source and own.source != company.period_file(choice.span.id):
        rates = listed(own.carried, company.lang)
        say("rates_carried", file=own.source.name, rates=rates, period=choice.span.id)
    staff = _staff(seen, company.lang)
    _introduce(company, seen, copies, found, staff, say)
    if found.inferred:
        say("currency", currency=found.said.keys["currency"])
    for sign, code in found.signs.items():
        say("sign_taken", sign=sign, currency=code)
    _period(company, choice, say)
    if own.former:
        say("currency_changed", currency=wanted.currency, former=own.former)
    fill.write(company, found, choice, staff, template=wanted.template, say=say)
    return choice


def _said(company: Company, period: str, wanted: Wanted) -> terms.Said:
    """What is said of a period, in its file and in the command."""
    own = companies.own_reports(company, wanted.files)
    return terms.said(company, period, wanted.rates, wanted.currency, own)


def _read(company: Company, said: terms.Said) -> reading.Exports:
    """The exports by what is said; KitError with all that refuses them."""
    found = reading.read(companies.data(company, ()), said)
    if found.refused:
        raise KitError.of([issue.fault() for issue in found.refused])
    return found


def _own(wanted: Wanted) -> list[Path]:
    """The kit's own workbooks among the files named one by one: they tell the company's folder."""
    books = [Path(t) for t in wanted.files if t.endswith(".xlsx") and Path(t).is_file()]
    return [book.resolve() for book in books if is_workbook(book)]


def _folder(wanted: Wanted, books: list[Path]) -> Path:
    """Where the company is: as said, beside its workbook, a folder named, or ./company."""
    if wanted.into:
        return Path(wanted.into)
    if books:
        return books[0].parent
    named = [Path(t) for t in wanted.files if (Path(t) / "params").is_dir()]
    return named[0] if named else Path(companies.DEFAULT)


def _teller(lang: str) -> Say:
    def say(key: str, **facts: object) -> None:
        print(word(f"start.{key}", lang, **facts), flush=True)

    return say


def _exports(company: Company, seen: list[Recognised]) -> list[Recognised]:
    """The exports among the files; a company that starts needs one."""
    exports = [r for r in seen if r.kind is Kind.EXPORT]
    if not exports and not company.known:
        raise KitError.of([fault for r in seen for fault in r.why] + [Fault("start.no_export", {})])
    return exports


def _staff(seen: list[Recognised], lang: str) -> people.Staff:
    from kit.data.reading.text import read_text

    lists = [
        (r.file.name, people.staff(read_text(r.file, r.sheet), r.file.name))
        for r in seen
        if r.kind is Kind.ROSTER
    ]
    return people.together(lists, word("start.team_unknown", lang))


def _introduce(
    company: Company,
    seen: list[Recognised],
    copies: Copies,
    found: reading.Exports,
    staff: people.Staff,
    say: Say,
) -> None:
    """Say of every file what it is, which days it holds, and what was left out."""
    days = found.by_file()
    named = {(r.file, r.sheet) for r in seen if r.kind is not Kind.UNKNOWN}
    told: set[int] = set()
    for r in seen:
        place = shown(copies[r][0]) if r in copies else ""
        at = f"{place}#{r.sheet}" if f"{place}#{r.sheet}" in days else place
        name = r.file.name + (f"#{r.sheet}" if r.sheet and r.kind is Kind.EXPORT else "")
        if r.kind is Kind.UNKNOWN:
            print(*(fault.told(company.lang) for fault in r.why), sep="\n")
        elif at in days:
            first, last, n = days[at]
            kind = r.told(company.lang)
            say("export", file=name, kind=kind, first=first, last=last, n=f"{n:,}")
        else:
            say("nothing_kept" if place else "other", file=name, kind=r.told(company.lang))
        for number, issue in enumerate(found.issues if place else ()):
            if issue.file in (place, f"{place}#{r.sheet}") and number not in told:
                told.add(number)
                _tell(issue, r.file, place, named, company.lang)
        if r.unused:
            say("unused", n=len(r.unused), headers=listed(r.unused[:12], company.lang))
    for fault in staff.remarks:
        print("  " + fault.told(company.lang))


def _tell(issue: Issue, file: Path, place: str, named: set[tuple[Path, str]], lang: str) -> None:
    """A finding under the file's own name; a sheet that is of use elsewhere was not left out."""
    if issue.rule == "plans_taken":
        return
    if issue.rule == "sheets_skipped":
        left = [sheet for sheet in issue.facts["sheets"] if (file, sheet) not in named]
        issue = replace(issue, file=place, facts={"sheets": left})
        if not left:
            return
    print("  " + issue.fault().told(lang).replace(place, file.name))


def _chosen(company: Company, found: reading.Exports, wanted: Wanted) -> months.Choice:
    """The period by the dates; one question only where no month is whole."""
    choice = months.choose(found.days(), wanted.period)
    if choice.partial and choice.others and sys.stdin.isatty():
        ids = listed([choice.span.id, *choice.others], company.lang)
        typed = input(word("start.which_month", company.lang, months=ids)).strip()
        choice = months.choose(found.days(), typed) if typed else choice
    return choice


def _period(company: Company, choice: months.Choice, say: Say) -> None:
    """Say which period it is, and which others the files hold."""
    say("period", id=choice.span.id, start=choice.span.start, end=choice.span.end)
    if choice.as_of:
        say("running", day=choice.as_of)
    if choice.others:
        say("other_months", months=listed(choice.others, company.lang))


def listed(items: Sequence[str], lang: str) -> str:
    """Items in a row, by the language's own comma (并列): 甲、乙."""
    return word("show.comma", lang).join(items)


def _pages(company: Company, file: Path, say: Say) -> int:
    """Make the pages; where the data must be mended first, say so after the faults."""
    from kit.report import plan, run

    say("making")
    out = _reports(company, file)
    if out != plan.REPORTS:
        say("reports_apart", folder=fill.told(out), other=companies.place(plan.REPORTS / file.stem))
    try:
        code = run.run([companies.place(file)], out=out)
        say("report", file=fill.told(out / file.stem / "index.html"))
        return code
    except KitError as error:
        print(*error.told(company.lang), sep="\n")
        say("mend_first", n=len(error.faults))
        if not isinstance(error, ParamsError):  # the data have a page even so: what lacks, and why
            run.run([companies.place(file)], out=out, notebooks=sorted(run.DATA_PAGE))
            say("data_page", file=fill.told(out / file.stem / "index.html"))
        return 2


def _reports(company: Company, file: Path) -> Path:
    """Where the pages go: reports/, or the company's own where that holds another one's period.

    A company whose pages went to reports/ has a log of its runs beside its parameters.
    """
    from kit.report import plan

    own = company.folder / "reports"
    taken = (plan.REPORTS / file.stem / "manifest.json").exists()
    return (
        own if own.is_dir() or (taken and not any(company.params.glob("*.log"))) else plan.REPORTS
    )
