"""`kit import FILE…` (认识一份导出): what the reader makes of it, so that headers.yml can grow."""

import json
import re
from itertools import pairwise, zip_longest
from pathlib import Path

import pandas as pd

from kit.data.issues import Issue
from kit.data.reading.headers import Header, Report, merged, plain, recognised, reports, said
from kit.data.reading.read import read_file
from kit.data.reading.sources import Place, shown
from kit.data.reading.text import read_text
from kit.data.schema import contract, typed
from kit.errors import KitError
from kit.words import word

SIGNS = {"orders": "order_id", "traffic": "uv"}  # without spend; else it is advertising
FIXED = {"ads": "{platform: other, channel: other}", "traffic": "{channel: shop}", "orders": "{}"}


def look(file: Path | str, lang: str) -> list[str]:
    """Lines to print: report, header line, mapped and unknown headers, first rows, issues."""
    path = Path(file).resolve()
    if not path.is_file():
        raise KitError("data.no_such_file", file=str(file))
    text = read_text(path)
    header, table = _header(text.lines)
    if not isinstance(header, Header):
        return [shown(path), *proposed(text.lines, path.stem, lang)]
    lines = [
        shown(path),
        word(
            "import.report", lang, report=_name(header, lang), line=header.first, table=table or "—"
        ),
    ]
    pairs = list(zip(header.cells, header.names, strict=True))
    known = [f"{cell} → {name}" for cell, name in pairs if name]
    free = [cell for cell, name in pairs if not name and cell]
    lines.append(word("import.mapped", lang, n=len(known), pairs=", ".join(known)))
    if free:
        lines.append(word("import.unknown", lang, n=len(free), headers=", ".join(free)))
        lines += [f"  {plain(cell)}: ?" for cell in free]
    if not table:
        return [*lines, word("import.no_table", lang)]
    rows, issues = read_file(Place(path), contract()[table])
    if rows is not None:
        first = typed(rows.slice(0, 5).drop_columns(["_file", "_row"]), table)
        first = first.dropna(axis=1, how="all")
        with pd.option_context("display.width", 200, "display.max_columns", 30):
            lines += [word("import.rows", lang, n=rows.num_rows), first.to_string(index=False)]
    return lines + [i.fault().told(lang) for i in issues]


def proposed(lines: list[list[str]], name: str, lang: str) -> list[str]:
    """A report that nobody has described: what to paste into headers.yml, to be checked (建议)."""
    header = likely(lines)
    if not header:
        return [word("import.empty", lang)]
    below = lines[header.first] if header.first < len(lines) else []
    rows = [
        (head, guess(head), cell.strip())
        for head, cell in zip_longest(header.cells, below, fillvalue="")
        if head
    ]
    found = [known for _, known, _ in rows]
    use = [known != "?" and known not in found[:n] for n, known in enumerate(found)]
    table = next((t for t, sign in SIGNS.items() if sign in found and "spend" not in found), "ads")
    report = re.sub(r"\W+", "_", name).strip("_")
    shown = [
        (used, f"{json.dumps(head, ensure_ascii=False)}: {known:<16} # {cell}")
        for used, (head, known, cell) in zip(use, rows, strict=True)
    ]
    lacking = _lacking(table, {*found})
    missing = [word("import.lacking", lang, missing=", ".join(lacking))] if lacking else []
    return [
        word("import.new", lang, line=header.first, table=table),
        *missing,
        "",
        f"  {report}:",
        f"    name: {{zh: {report}, en: {report}}}",
        f"    table: {table}",
        f"    fixed: {FIXED[table]}",
        "    columns:",
        *(f"      {text}" for used, text in shown if used),
        *(f"      # {text}" for used, text in shown if not used),
        "",
        word("import.again", lang, names=", ".join(said()["additive"])),
    ]


def likely(lines: list[list[str]]) -> Header | None:
    """The line, or pair of lines, with the most cells of words and the fewest of figures."""
    nothing = Report("", {})
    pairs = (merged(nothing, n, up, low) for n, (up, low) in enumerate(pairwise(lines)))
    found = [Header(nothing, n, line, []) for n, line in enumerate(lines, start=1)]
    found += [pair for pair in pairs if pair]
    return max((h for h in found if any(map(str.strip, h.cells))), key=_wordy, default=None)


def _wordy(header: Header) -> int:
    cells = [cell for cell in map(str.strip, header.cells) if cell]
    return sum(1 if any(map(str.isalpha, cell)) else -1 for cell in cells)


def _lacking(table: str, found: set[str]) -> list[str]:
    """Columns that the table needs and no header seems to hold, by their names in headers.yml."""
    instead = {"plan_id": {"campaign_id", "campaign_name", "product_id"}, "channel": found}
    needed = (c.name for c in contract()[table].columns.values() if not c.nullable)
    return [name for name in needed if not found & instead.get(name, {name})]


def guess(header: str) -> str:
    """What an unknown header may mean, or "?"."""
    return next((name for part, name in said()["guesses"] if part in plain(header)), "?")


def _header(cells: list[list[str]]) -> tuple[Header | list[Issue], str]:
    """The report, else the contract table, that the file's headers fit best."""
    found = recognised(cells, None)
    if isinstance(found, Header):
        return found, found.report.table
    own = [
        (h, name)
        for name, table in contract().items()
        if isinstance(h := recognised(cells[:1], table), Header) and not h.report.id
    ]
    return max(own, key=lambda pair: pair[0].matched, default=(found, ""))


def _name(header: Header, lang: str) -> str:
    known = reports().get(header.report.id)
    return f"{known.name[lang]} ({known.id})" if known else word("import.contract", lang)
