"""Exports changed at random, in one process: a sum that changes without a word is a fault.

`python -m tests.bench.exports_mutations [mutations, default 2000] [seed]` prints how many came out
right, refused or told, how many sums changed in silence, and how many ended in a traceback; exit
status 1 unless each was right or refused in words. What a mutation does to the sums is known
beforehand: nothing, or it is to be refused.
"""

import random
import sys
import traceback
from pathlib import Path

from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.reading.terms import Terms
from kit.data.schema import contract
from tests.bench import counted
from tests.bench.counted import moved

HEADS = {
    "ali": "日期,计划ID,计划名称,展现量,点击量,花费,总成交笔数,总成交金额",
    "google": "Day,Campaign ID,Campaign,Impr.,Clicks,Cost,Conversions,Conv. value",
    "contract": "date,plan_id,ad_group,impressions,clicks,spend,orders,revenue",
}
MEASURES = ("impressions", "clicks", "spend", "orders", "revenue")
Table = list[list[str]]


def company(draw: random.Random, head: str) -> Table:
    """A small export: days and plans, with figures that nobody could confuse."""
    rows = [head.split(",")]
    for day in range(1, draw.randint(2, 5)):
        for plan in range(1, draw.randint(2, 4)):
            figures = [
                draw.randint(1000, 99999),
                draw.randint(10, 999),
                draw.randint(1, 9999) / 100,
            ]
            figures += [draw.randint(1, 9), draw.randint(100, 99999) / 100]
            cells = [f"{figures[0]}", f"{figures[1]}", f"{figures[2]:.2f}"]
            cells += [f"{figures[3]}", f"{figures[4]:.2f}"]
            rows.append([f"2026-09-{day:02d}", f"90000{plan}", f"n{plan}", *cells])
    return rows


def sums(rows: Table) -> list[float]:
    """Hand sums of the five measures."""
    return [round(sum(float(row[n]) for row in rows[1:]), 2) for n in range(3, 8)]


def split(draw: random.Random, rows: Table) -> Table:
    """Each row as two parts by an unknown column, whose figures add up to it."""
    head = draw.choice(["端", "Device code", "Hour slot", "投放位置", "Age"])
    made = [[*rows[0], head]]
    for row in rows[1:]:
        for part in (1, 2):
            whole = [int(cell) for cell in (row[3], row[4], row[6])]
            cents = [round(float(cell) * 100) for cell in (row[5], row[7])]
            counts = [n // 2 + (n % 2 if part == 1 else 0) for n in whole]
            money = [n // 2 + (n % 2 if part == 1 else 0) for n in cents]
            cells = [str(counts[0]), str(counts[1]), f"{money[0] / 100:.2f}"]
            cells += [str(counts[2]), f"{money[1] / 100:.2f}"]
            made.append([*row[:3], *cells, str(part)])
    return made


def unknown(draw: random.Random, rows: Table) -> Table:
    """Many columns that nobody knows."""
    return counted.unknown(rows, draw.randint(5, 40))


def total(draw: random.Random, rows: Table) -> Table:
    """A right total row, marked in any dimension, at the top or at the end."""
    label = draw.choice(["合计", "总计", "Total", "汇总", "Grand total"])
    figures = [f"{n:g}" if n % 1 == 0 else f"{n:.2f}" for n in sums(rows)]
    names = ["--", "--", "--"]
    names[draw.randrange(3)] = label
    if names[0] == "--":
        names[0] = rows[-1][0] if draw.random() < 0.5 else ""
    line = [*names, *figures]
    return [rows[0], line, *rows[1:]] if draw.random() < 0.5 else [*rows, line]


def commas(draw: random.Random, rows: Table) -> Table:
    """Thousands marks and decimals of another country."""
    swap = str.maketrans(",.", ".,")
    return [
        rows[0],
        *([*r[:3], *(f"{float(c):,.2f}".translate(swap) for c in r[3:])] for r in rows[1:]),
    ]


def thousands(draw: random.Random, rows: Table) -> Table:
    """Thousands marks."""
    return [rows[0], *([*r[:3], *(f"{float(c):,.2f}" for c in r[3:])] for r in rows[1:])]


def renamed(draw: random.Random, rows: Table) -> Table:
    """A needed header that nobody knows."""
    n = draw.randrange(3, 8)
    return [[*rows[0][:n], "某指标", *rows[0][n + 1 :]], *rows[1:]]


def dollars(draw: random.Random, rows: Table) -> Table:
    """Spend in another currency, in header or cell."""
    return counted.foreign(draw, rows, 5)


def ranges(draw: random.Random, rows: Table) -> Table:
    """Rows of many days."""
    text = draw.choice(["{} ~ 2026-09-30", "{}至2026-10-07", "{} - 2026-09-29"])
    return [rows[0], *([text.format(r[0]), *r[1:]] for r in rows[1:])]


def clocks(draw: random.Random, rows: Table) -> Table:
    """One clock in every day."""
    return [rows[0], *([f"{r[0]} 16:00:00", *r[1:]] for r in rows[1:])]


def rounded(draw: random.Random, rows: Table) -> Table:
    """Ids that a spreadsheet rounded."""
    return [rows[0], *([r[0], "1.79E+18", *r[2:]] for r in rows[1:])]


def twice(draw: random.Random, rows: Table) -> Table:
    """A row that stands there again with other figures."""
    row = list(draw.choice(rows[1:]))
    row[5] = f"{float(row[5]) + 1:.2f}"
    return [*rows, row]


def wrong_total(draw: random.Random, rows: Table) -> Table:
    """A total that is not the sum."""
    figures = [f"{n + 5:.2f}" for n in sums(rows)]
    return [*rows, ["合计", "--", "--", *figures]]


def lost(draw: random.Random, rows: Table) -> Table:
    """Names whose letters were lost."""
    return [rows[0], *([r[0], "????", "????", *r[3:]] for r in rows[1:])]


def same(draw: random.Random, rows: Table) -> Table:
    """Nothing."""
    return rows


KEEPING = (same, moved, split, unknown, total, commas, thousands)
REFUSED = (renamed, dollars, ranges, clocks, rounded, twice, wrong_total, lost)


def written(draw: random.Random, rows: Table, path: Path) -> None:
    """The lines as a file of some kind."""
    mark = draw.choice([",", "\t", ";"])
    quoted = (mark.join(f'"{c}"' if mark in c else c for c in row) for row in rows)
    text = "\r\n".join(quoted) + "\r\n"
    above = draw.choice(["", "", "报表\r\n", f"sep={mark}\r\n", "下载时间：2026-10-23\r\n\r\n"])
    path.write_bytes(
        (above + text).encode(draw.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030"]))
    )


def outcome(draw: random.Random, home: Path) -> tuple[str, str]:
    """What became of one mutated export: its verdict, and what was done to it."""
    path = home / "export.csv"
    head = draw.choice(list(HEADS))
    rows = company(draw, HEADS[head])
    wanted = sums(rows)
    keeping = draw.sample(KEEPING[1:], draw.randint(0, 1))
    breaking = [draw.choice(REFUSED)] if draw.random() < 0.4 else []
    if head == "contract" and breaking == [twice]:
        breaking = []  # repeats of the contract's own rows are settled over all files, by `once`
    name = "+".join([head, *(step.__name__ for step in (*keeping, *breaking))])
    for step in (*breaking, *keeping):
        try:
            rows = step(draw, rows)
        except (ValueError, IndexError):
            return "not made", name
    written(draw, rows, path)
    try:
        table, issues = read_file(Place(path), contract()["ads"], Terms("CNY"))
        told = [issue.fault().told(lang) for issue in issues for lang in ("zh", "en")]
    except Exception:  # noqa: BLE001  # a traceback is what is looked for
        traceback.print_exc()
        return "traceback", name
    if table is None or any(issue.severity == "refuse" for issue in issues):
        return ("refused" if told else "refused without a word"), name
    got = [round(sum(table[m].to_pylist()), 2) for m in MEASURES]
    if got == wanted and not breaking:
        return "right", name
    if got == wanted:
        return "right though broken", name
    return "silent", f"{name} {got} {wanted}"


def main(n: int, seed: int) -> int:
    """Mutate and count; 1 if any export ended badly."""
    return counted.count(n, seed, outcome)


if __name__ == "__main__":
    numbers = [int(float(x)) for x in sys.argv[1:]]
    sys.exit(main(*(numbers + [2000, 1][len(numbers) :])))
