"""`kit import FILE[#sheet]` (认识一份导出): what each stage of reading decided."""

import json
import re
from itertools import zip_longest
from pathlib import Path

import pandas as pd

from kit.data.reading.folder import identified
from kit.data.reading.headers import Header, Line, pairs, singles
from kit.data.reading.pipeline import Reading
from kit.data.reading.place import Place, placed, shown
from kit.data.reading.read import readings
from kit.data.reading.reports import known, said
from kit.data.reading.terms import Terms
from kit.data.reading.text import read_head
from kit.data.reading.units import plain
from kit.data.reading.workbook import hidden, sheets
from kit.data.schema import contract, typed
from kit.errors import DataError, KitError
from kit.params import ROOT
from kit.words import word

SIGNS = {"orders": "order_id", "traffic": "uv"}  # without spend; else it is advertising
FIXED = {"ads": "{platform: other, channel: other}", "traffic": "{channel: shop}", "orders": "{}"}
STAGES = ("decode", "recognise", "type", "reduce", "contract")
MOST_DAYS = 10  # days listed of those that were reduced
OWN = ROOT / "params" / "reports.yml"


def look(file: Path | str, lang: str) -> list[str]:
    """Lines to print: report, header line, mapped and unknown headers, first rows, issues.

    file : a file, `book.xlsx#sheet`, or with the report named in front, `pdd:file`
    """
    return looked(file, lang)[0]


def looked(file: Path | str, lang: str) -> tuple[list[str], bool]:
    """The same lines, and whether the file would be read (能否读入) as it stands."""
    beside = Path(str(file).rpartition("#")[0] or str(file)).parent / "reports.yml"
    own = next((path.resolve() for path in (beside, OWN) if path.is_file()), None)
    terms = Terms(reports=own)
    place = placed(str(file) if isinstance(file, str) else str(Path(file).resolve()), terms)
    if not place.file.is_file():
        raise KitError("data.no_such_file", file=str(file))
    try:
        return _looked(place, terms, lang)
    except DataError as error:
        return [place.told, *error.told(lang)], False


def _looked(place: Place, terms: Terms, lang: str) -> tuple[list[str], bool]:
    names = (place.sheet,) if place.sheet else sheets(place.file).shown
    for name in names or ("",):
        at = Place(place.file, name, place.report, place.chosen)
        table, header = identified(at, known(terms.reports))
        if header is not None:
            break
    if header is None or not table:
        found = [] if place.sheet else hidden(sheets(place.file), place.file)
        unseen = [issue.fault().told(lang) for issue in found]
        if header is not None:
            return [shown(place.file), *unseen, *_header_lines(header, "", lang)], False
        lines = read_head(place.file, place.sheet)
        return [shown(place.file), *unseen, *proposed(lines, place.file.stem, lang)], False
    done = readings(place, contract()[table], terms)
    told = [line for reading in done for line in _stages(reading, table, lang)]
    return told, not any(i.severity == "refuse" for reading in done for i in reading.issues)


def _stages(reading: Reading, table: str, lang: str) -> list[str]:
    """What each stage decided of a sheet or file."""
    lines = [reading.place.told]
    ends = (*reading.ends, *[len(reading.issues)] * (len(STAGES) - len(reading.ends)))
    begin = 0
    for n, stage in enumerate(STAGES):
        found = [issue.fault().told(lang) for issue in reading.issues[begin : ends[n]]]
        begin = max(begin, ends[n])
        own = _decided(stage, reading, table, lang)
        if own or found:
            lines += [word(f"import.stage.{stage}", lang), *own, *found]
    return lines + [issue.fault().told(lang) for issue in reading.issues[begin:]]


def _decided(stage: str, reading: Reading, table: str, lang: str) -> list[str]:
    """What a stage has to show besides its findings."""
    if stage == "recognise" and reading.header is not None:
        return _header_lines(reading.header, table, lang)
    if stage == "reduce" and reading.rows is not None:
        return _reductions(reading, lang)
    if stage != "contract" or reading.rows is None:
        return []
    rows = typed(reading.rows.slice(0, 5).drop_columns(["_file", "_row"]), table)
    rows = rows.dropna(axis=1, how="all")
    with pd.option_context("display.width", 200, "display.max_columns", 30):
        shown_rows = rows.to_string(index=False)
    n = reading.rows.num_rows
    return [*_days(reading, lang), word("import.rows", lang, n=n), shown_rows]


def _reductions(reading: Reading, lang: str) -> list[str]:
    """Days of which fewer rows are left than the file has, with both counts."""
    rows = reading.rows
    if reading.typed is None or rows is None or "date" not in rows.column_names:
        return []
    before = pd.Series(reading.typed.values.get("date", [])).astype(str).value_counts()
    after = pd.Series(rows["date"].to_pylist()).astype(str).value_counts()
    fewer = [
        f"{day} {n} → {after.get(day, 0)}"
        for day, n in before.sort_index().items()
        if day != "None" and after.get(day, 0) < n
    ]
    if not fewer:
        return []
    more = len(fewer) - MOST_DAYS
    listed = [*fewer[:MOST_DAYS], *([f"… {more}"] if more > 0 else [])]
    return [word("import.reduced", lang, n=len(fewer), days=word("show.comma", lang).join(listed))]


def _header_lines(header: Header, table: str, lang: str) -> list[str]:
    lines = [
        word(
            "import.report", lang, report=_name(header, lang), line=header.first, table=table or "—"
        )
    ]
    comma = word("show.comma", lang)
    pairs = list(zip(header.cells, header.names, strict=True))
    mapped = [f"{cell} → {name}" for cell, name in pairs if name]
    free = [cell for cell, name in pairs if not name and cell]
    lines.append(word("import.mapped", lang, n=len(mapped), pairs=comma.join(mapped)))
    if free:
        lines.append(word("import.unknown", lang, n=len(free), headers=comma.join(free)))
        lines += [f"  {plain(cell)}: {guess(cell)}" for cell in free]
    return lines if table else [*lines, word("import.no_table", lang)]


def _days(reading: Reading, lang: str) -> list[str]:
    """First and last day of what was read."""
    if reading.rows is None or not reading.rows.num_rows:
        return []
    name = next((n for n in ("date", "paid_at", "at") if n in reading.rows.column_names), "")
    held = reading.rows[name].drop_null().to_pylist() if name else []
    if not held:
        return []
    return [word("import.days", lang, first=str(min(held))[:10], last=str(max(held))[:10])]


def proposed(lines: list[list[str]], name: str, lang: str) -> list[str]:
    """A report that nobody has described: what to paste into reports.yml, to be checked (建议)."""
    header = likely(lines)
    if not header:
        return [word("import.empty", lang)]
    below = lines[header.first] if header.first < len(lines) else []
    columns = [
        (head, guess(head), cell.strip())
        for head, cell in zip_longest(header.cells, below, fillvalue="")
        if head
    ]
    found = {known for _, known, _ in columns}
    table = next((t for t, sign in SIGNS.items() if sign in found and "spend" not in found), "ads")
    comma = word("show.comma", lang)
    lacking = _lacking(table, found)
    missing = [word("import.lacking", lang, missing=comma.join(lacking))] if lacking else []
    return [
        word("import.new", lang, line=header.first, table=table),
        *missing,
        "",
        *_described(re.sub(r"\W+", "_", name).strip("_") or "report", table, columns),
        "",
        word("import.again", lang, names=comma.join(said()["additive"])),
    ]


def _described(report: str, table: str, columns: list[tuple[str, str, str]]) -> list[str]:
    """A report as reports.yml says it; columns of no use, or of a name that is taken, are left out.

    columns : header, the name that it seems to have, first cell
    """
    found = [known for _, known, _ in columns]
    used = [known != "?" and known not in found[:n] for n, known in enumerate(found)]
    texts = [
        f"{json.dumps(head, ensure_ascii=False)}: {known:<16} # {cell}"
        for head, known, cell in columns
    ]
    return [
        f"  {report}:",
        f"    name: {{zh: {report}, en: {report}}}",
        f"    table: {table}",
        f"    fixed: {FIXED[table]}",
        "    columns:",
        *(f"      {text}" for text, is_used in zip(texts, used, strict=True) if is_used),
        *(f"      # {text}" for text, is_used in zip(texts, used, strict=True) if not is_used),
    ]


def likely(lines: list[list[str]]) -> Line | None:
    """The line, or pair of lines, with the most cells of words and the fewest of figures."""
    return max([*singles(lines), *pairs(lines)], key=_wordy, default=None)


def _wordy(line: Line) -> int:
    cells = [cell for cell in map(str.strip, line.cells) if cell]
    return sum(1 if any(map(str.isalpha, cell)) else -1 for cell in cells)


def _lacking(table: str, found: set[str]) -> list[str]:
    """Columns that the table needs and no header seems to hold, by their names in headers.yml."""
    instead = {"plan_id": {"campaign_id", "campaign_name", "product_id"}, "channel": found}
    needed = (c.name for c in contract()[table].columns.values() if not c.nullable)
    return [name for name in needed if not found & instead.get(name, {name})]


def guess(header: str) -> str:
    """What an unknown header may mean, or "?"."""
    return next((name for part, name in said()["guesses"] if part in plain(header)), "?")


def _name(header: Header, lang: str) -> str:
    report = header.report
    if not report.id:
        return word("import.contract", lang)
    return f"{report.name.get(lang, report.id)} ({report.id})"
