"""Hand-made tables changed at random, in one process: traffic, orders, budget, words; workbooks.

`python -m tests.bench.tables_mutations [mutations, default 2000] [seed]` prints how many came out
right, refused or told, how many sums or words changed in silence, and how many ended in a
traceback; exit status 1 unless each was right or refused in words. Files are CSV, .xlsx and .xls;
besides what befalls exports they have merged days, hidden rows and columns, error cells and people
split into parts.
"""

import random
import sys
import traceback
from pathlib import Path

from openpyxl import Workbook

from kit.data.quality import labels
from kit.data.reading.filled import label
from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.reading.terms import Terms
from kit.data.schema import beside, contract
from tests.bench import counted
from tests.data.reading.old_book import book

Row = list[str | float]
HEADS = {
    "traffic": "date,channel,plan_id,uv,pv,buyers",
    "orders": "order_id,paid_at,channel,plan_id,revenue,refund_amount",
    "budget": "period_id,specialist_id,channel,budget,spend_min",
}
MEASURES = {"traffic": 3, "orders": 4, "budget": 3}  # the first column that adds up
MONEY = {"orders": 4, "budget": 3}
IDS = {"traffic": 2, "orders": 0, "budget": 1}


def company(draw: random.Random, name: str) -> list[Row]:
    """A small table with figures that nobody could confuse."""
    days = range(1, draw.randint(3, 6))
    if name == "traffic":
        rows = [
            [f"2026-09-{day:02d}", "search", f"9000{plan}", *_people(draw)]
            for day in days
            for plan in range(1, draw.randint(2, 4))
        ]
    elif name == "orders":
        rows = [
            [f"A{n}", f"2026-09-{n:02d} 10:0{n}:00", "search", f"P{n}", *_money(draw)] for n in days
        ]
    else:
        rows = [["2026-09", f"S{n}", "search", *_money(draw)] for n in days]
    return [[*HEADS[name].split(",")], *rows]


def _people(draw: random.Random) -> Row:
    uv = draw.randint(100, 999)
    return [uv, uv + draw.randint(0, 999), draw.randint(0, 99)]


def _money(draw: random.Random) -> Row:
    cents = draw.randint(1001, 99999)
    return [cents / 100, draw.randint(0, cents // 2) / 100]


def sums(rows: list[Row], first: int) -> list[float]:
    """Hand sums of the measures."""
    return [round(sum(float(row[n]) for row in rows[1:]), 2) for n in range(first, len(rows[0]))]


def same(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Nothing."""
    return rows


def moved(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Columns in another order."""
    return counted.moved(draw, rows)


def chinese(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """The kit's own Chinese or English headers."""
    lang = draw.choice(["zh", "en"])
    return [[label(str(column), lang) for column in rows[0]], *rows[1:]]


def unknown(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Columns that nobody knows."""
    return counted.unknown(rows, draw.randint(1, 9))


def total(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """A right total row."""
    first = MEASURES[name]
    line: Row = ["--"] * first
    line[draw.randrange(first)] = draw.choice(["合计", "总计", "Total"])
    return [*rows, [*line, *sums(rows, first)]]


def dollars(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Amounts in another currency, in header or cell."""
    return counted.foreign(draw, rows, MONEY[name])


def rounded(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Ids that a spreadsheet rounded."""
    at = IDS[name]
    return [rows[0], *([*row[:at], "1.79E+18", *row[at + 1 :]] for row in rows[1:])]


def lost(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Ids whose letters were lost."""
    at = IDS[name]
    return [rows[0], *([*row[:at], "????", *row[at + 1 :]] for row in rows[1:])]


def broken(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """An error cell among the figures."""
    made = [list(row) for row in rows]
    made[draw.randrange(1, len(made))][MEASURES[name]] = draw.choice(["#N/A", "#REF!", "#DIV/0!"])
    return made


def wrong_total(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """A total that is not the sum."""
    first = MEASURES[name]
    return [*rows, ["合计", *["--"] * (first - 1), *(n + 5 for n in sums(rows, first))]]


def parts(draw: random.Random, rows: list[Row], name: str) -> list[Row]:
    """Visitors of each row by a breakdown: people in parts, whom nobody can add up."""
    head = draw.choice(["端", "Device code", "落地页", "Age"])
    split = [[*row[:3], *(int(n) // 2 + 1 for n in row[3:]), k] for row in rows[1:] for k in "12"]
    return [[*rows[0], head], *split]


KEEPING = (same, moved, chinese, unknown, total)
BREAKING = {
    "traffic": (rounded, lost, broken, wrong_total, parts),
    "orders": (dollars, rounded, lost, broken, wrong_total),
    "budget": (dollars, lost, broken, wrong_total),
}


def written(draw: random.Random, rows: list[Row], home: Path) -> tuple[Path, str, set[str]]:
    """The rows as a file of some kind; what was done to it, and what must be told of it."""
    kind = draw.choice(["csv", "xlsx", "xls"])
    path = home / f"t.{kind}"
    if kind == "csv":
        text = "\n".join(",".join(map(str, row)) for row in rows) + "\n"
        path.write_bytes(text.encode(draw.choice(["utf-8", "utf-8-sig", "gb18030"])))
        return path, kind, set()
    hidden = [draw.randrange(1, len(rows))] if draw.random() < 0.4 else []
    columns = [draw.randrange(len(rows[0]))] if draw.random() < 0.2 else []
    days = [n for n in range(1, len(rows) - 1) if rows[n][0] == rows[n + 1][0]]
    is_text = isinstance(rows[1][0], str)  # a number under a merged cell is rightly refused
    merged = [(days[0], days[0] + 1, 0, 0)] if days and draw.random() < 0.5 and is_text else []
    cells = [list(row) for row in rows]
    for top, *_ in merged:
        cells[top + 1][0] = ""
    if kind == "xls":
        path.write_bytes(book(cells, merged=merged, hidden=hidden, hidden_columns=columns))
    else:
        _xlsx(cells, path, (merged, hidden, columns))
    told = {"hidden_rows"} if hidden else set()
    marks = "merged" * bool(merged) + " hidden" * bool(hidden) + " column" * bool(columns)
    return path, f"{kind} {marks}", told


def _xlsx(cells: list[Row], path: Path, marks: tuple[list, list, list]) -> None:
    """A new workbook; merged areas, hidden rows and columns counted from 0."""
    opened = Workbook()
    sheet = opened.active
    for row in cells:
        sheet.append([cell if cell != "" else None for cell in row])
    merged, hidden, columns = marks
    for top, bottom, left, right in merged:
        sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
    for row in hidden:
        sheet.row_dimensions[row + 1].hidden = True
    for column in columns:
        sheet.column_dimensions["ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]].hidden = True
    opened.save(path)


def outcome(draw: random.Random, home: Path) -> tuple[str, str]:
    """What became of one changed table: its verdict, and what was done to it."""
    table = draw.choice(list(HEADS))
    rows = company(draw, table)
    wanted = sums(rows, MEASURES[table])
    names = [str(column) for column in rows[0][MEASURES[table] :]]
    breaking = [draw.choice(BREAKING[table])] if draw.random() < 0.4 else []
    for step in (*breaking, draw.choice(KEEPING) if not breaking else same):
        rows = step(draw, rows, table)
        table_step = step.__name__
    path, kind, must = written(draw, rows, home)
    name = f"{table}+{breaking[0].__name__ if breaking else table_step} {kind}"
    try:
        read, issues = read_file(Place(path), contract()[table], Terms("CNY"))
        [issue.fault().told(lang) for issue in issues for lang in ("zh", "en")]
    except Exception:  # noqa: BLE001  # a traceback is what is looked for
        traceback.print_exc()
        return "traceback", name
    rules = {issue.rule for issue in issues}
    if read is None or any(issue.severity == "refuse" for issue in issues):
        right = "refused" if breaking else "refused though right"
        return (right if issues else "refused without a word"), f"{name} {sorted(rules)}"
    got = [round(sum(x or 0 for x in read[m].to_pylist()), 2) for m in names]
    if breaking or got != wanted or not must <= rules:
        return "silent", f"{name} {got} {wanted} {sorted(rules)}"
    return "right", name


def word_read(draw: random.Random) -> tuple[str, str]:
    """One word of a column with fixed words, as people write it: never taken for another one."""
    columns = [c for t in contract().values() for c in t.columns.values() if c.enum]
    column = draw.choice(columns)
    meant = draw.choice(column.enum)
    known = [meant, *beside("quality/labels.yml").get(column.name, {}).get(meant, [])]
    text = draw.choice(known)
    garbled = draw.random() < 0.4
    if garbled:
        at = draw.randrange(len(text) + 1)
        text = text[:at] + draw.choice("x无7非") + text[at:]
    else:
        text = draw.choice(
            [text, text.upper(), f" {text} ", text.replace("_", " "), f"{text}\u3000"]
        )
    reading = labels._reading([text], "word", column, None)
    read = reading.exchanged.get(text, None if text in reading.unknown else text)
    name = f"{column.name}: {text} → {read}"
    if garbled:
        return ("refused" if read is None else "silent"), name
    return ("right" if read == meant else "refused known" if read is None else "silent"), name


def either(draw: random.Random, home: Path) -> tuple[str, str]:
    """A word of a column with fixed words, one time in five, else a table."""
    return word_read(draw) if draw.random() < 0.2 else outcome(draw, home)


def main(n: int, seed: int) -> int:
    """Change and count; 1 if any table or word ended badly."""
    return counted.count(n, seed, either)


if __name__ == "__main__":
    numbers = [int(float(x)) for x in sys.argv[1:]]
    sys.exit(main(*(numbers + [2000, 1][len(numbers) :])))
