"""What a page to decide from must hold (决策页检查): measured in Chromium and in its sidecar.

Each function returns the faults of one page, so that a test can list those of many. Limits are
those of the specification of pages: screens before the first line of an answer, and screens of the
whole page with its folds closed, on a desktop and on a phone.
"""

import html
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kit.show.format import unit_word

DESKTOP, PHONE = (1440, 900), (375, 812)
INDEX = "index"
TEAM, HR, OWN_PAGE = "team", "hr", "own"  # kinds of readers
ANSWERS = {  # reader, page -> answers that have to be there, most screens before on desktop, phone
    (TEAM, "1_data_load"): {"mend": (0.6, 1.0)},
    (TEAM, "2_kpi_scoring"): {"who": (0.6, 0.9)},
    (TEAM, "3_ab_testing"): {"ship": (0.6, 1.0)},
    (TEAM, "4_retrospective"): {
        "market": (0.3, 0.5),
        "budget": (0.7, 1.1),
        "loss": (0.9, 1.4),
        "actions": (1.8, 2.6),
    },
    (TEAM, "5_people"): {"talk": (0.5, 0.9), "week": (0.9, 1.6)},
    (TEAM, INDEX): {"market": (0.3, 0.5), "talk": (0.5, 0.9), "week": (0.9, 1.6)},
    (HR, "5_people"): {
        "week": (0.5, 0.9),
        "pay": (0.8, 1.4),
        "grades": (1.5, 2.4),
        "ready": (2.2, 3.4),
        "raters": (3.0, 4.6),
    },
    (HR, INDEX): {"market": (0.3, 0.5), "week": (0.5, 0.9)},
    (OWN_PAGE, "2_kpi_scoring"): {"grade": (0.5, 0.8), "next": (0.8, 1.3), "check": (1.5, 2.2)},
    (OWN_PAGE, "5_people"): {"grade": (0.5, 0.8), "next": (0.8, 1.3)},
    (OWN_PAGE, INDEX): {},
}
SCREENS = {"1": 3, "2": 5, "3": 4, "4": 6, "5": 4}  # of a page by its number; a phone has 1.5 times
OWN = 4  # of a person's own page
OF_INDEX = 2
WRONG = {  # in the visible text of a page, whatever it says
    "time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:"),
    "hyphen for a minus": re.compile(r"(?<![\w./–-])-\d"),
    # what a file holds is quoted as it stands there
    "figure without its commas": re.compile(r"(?<![\w.,#/-])\d{5,}(?![\w%-])"),
    "digits of a program": re.compile(r"\d\.\d{5,}"),
}
UNITS = {f"{sign}{unit}" for sign in ("", "+") for unit in ("points", "ratio", "int", "percent")}
UNITS |= {"+percent2", "percent2", "coef", "money", "+money"}
FIGURE = re.compile(r"[−+]?\d+(?:\.\d+)?")
COLON = re.compile(r"[一-鿿]:\s?[一-鿿]")
MEASURE = """() => ({
    height: document.documentElement.scrollHeight / innerHeight,
    answers: [...document.querySelectorAll('[data-answers]')].filter(e => e.checkVisibility())
        .flatMap(e => e.dataset.answers.split(' ')
            .map(of => [of, (e.getBoundingClientRect().top + scrollY) / innerHeight])),
    sideways: [...document.querySelectorAll('.table .scroll')]
        .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1)
        .map(e => e.closest('.table').id),
    blind: [...document.querySelectorAll('img, svg[role=img]')]
        .filter(e => !(e.alt || e.getAttribute('aria-label') || e.querySelector('title'))).length,
})"""
TABLES = """() => [...document.querySelectorAll('.table')].map(of => ({
    id: of.id,
    parts: [...of.querySelectorAll('table')].map(part => ({
        heads: [...part.querySelectorAll('thead th')].map(cell => cell.textContent.trim()),
        rows: [...part.querySelectorAll('tbody tr')].map(row =>
            [...row.children].map(cell => cell.textContent.trim())),
    })),
}))"""


def kind(page: Path) -> str:
    """The notebook of a page, or the index (页面种类)."""
    found = re.match(r"\d_[a-z_]+", page.stem)
    return found[0] if found else page.stem


def limit(page: Path) -> float:
    """Screens that a page may have on a desktop (篇幅)."""
    if kind(page) == INDEX:
        return OF_INDEX
    if "-" in page.stem:  # a sheet for the talk: two pages of paper, which another test counts
        return math.inf
    own = "employee" in page.parts
    return OWN if own else SCREENS[page.stem[0]]


def answers(page: Path) -> dict[str, tuple[float, float]]:
    """The answers that a page owes its reader, and how soon (应答); a person's sheet owes none."""
    if "-" in page.stem:
        return {}
    reader = OWN_PAGE if "employee" in page.parts else HR if "hr" in page.parts else TEAM
    of = kind(page)
    return ANSWERS[(reader, of) if (reader, of) in ANSWERS else (TEAM, of)]


def measured(visit: Any, page: Path, size: tuple[int, int]) -> list[str]:
    """Answers that are missing or late, a page too long, open tables wider than the screen."""
    visit.page.set_viewport_size({"width": size[0], "height": size[1]})
    found = visit.page.evaluate(MEASURE)
    n = int(size == PHONE)
    first: dict[str, float] = {}
    for what, at in found["answers"]:
        first[what] = min(at, first.get(what, at))
    due = answers(page)
    told = [f"no answer to {what}" for what in due if what not in first]
    told += [
        f"{what} after {first[what]:.2f} screens, {ends[n]} allowed"
        for what, ends in due.items()
        if first.get(what, 0) > ends[n]
    ]
    most = limit(page) * (1.5 if n else 1)
    told += [f"{found['height']:.2f} screens, {most} allowed"] if found["height"] > most else []
    told += [f"{table} is wider than the screen" for table in found["sideways"]] if n else []
    return told + ([f"{found['blind']} pictures without words"] if found["blind"] else [])


def misspelt(visit: Any, lang: str) -> list[str]:
    """Figures, times and colons in the visible text that no reader writes so (数字写法)."""
    text = visit.page.evaluate("() => document.body.innerText")
    found = [
        f"{name}: {text[max(0, hit.start() - 20) : hit.end() + 10]!r}"
        for name, pattern in WRONG.items()
        for hit in pattern.finditer(text)
    ]
    colons = COLON.finditer(text) if lang == "zh" else ()
    return found + [f"half-width colon: {hit[0]}" for hit in colons]


def sidecar(page: Path) -> dict[str, Any]:
    """The data of a page, as its run wrote them beside it."""
    return dict(json.loads(page.with_suffix(".json").read_text(encoding="utf-8")))


def left_out(page: Path) -> list[str]:
    """Rows whose interval leaves out its own figure (区间不含自己的数)."""
    return [
        f"{table['id']}: {low} to {high} without {value}"
        for table in sidecar(page).get("tables", [])
        for value, low, high in _intervals(table)
        if not low - 1e-9 <= value <= high + 1e-9
    ]


def _intervals(table: dict[str, Any]) -> Iterator[tuple[float, float, float]]:
    keys = {column["key"] for column in table["columns"]}
    for key in keys:
        base = key.removesuffix("_low")
        figures = keys & {base, base.removesuffix("_")} - {key}
        if base == key or f"{base}_high" not in keys or not figures:
            continue
        for row in table["rows"]:
            ends = [row.get(name) for name in (min(figures), key, f"{base}_high")]
            if all(isinstance(x, (int, float)) for x in ends):
                yield ends[0], ends[1], ends[2]


def unequal(visit: Any, page: Path, lang: str) -> list[str]:
    """Figures of a table in the page that are not those of its sidecar (页与数据不符)."""
    shown = {table["id"]: table["parts"] for table in visit.page.evaluate(TABLES)}
    return [
        f"{table['id']}: {fault}"
        for table in sidecar(page).get("tables", [])
        if table["id"] in shown
        for fault in _against(table, shown[table["id"]], lang)
    ]


def _against(table: dict[str, Any], parts: list[dict[str, Any]], lang: str) -> Iterator[str]:
    ends = {c["key"].removesuffix("_low") for c in table["columns"] if c["key"].endswith("_low")}
    heads = {
        f"{c['label']} {unit_word(c['unit'], lang)}".strip(): c
        for c in table["columns"]
        if c["unit"].partition(":")[0] in UNITS and c["key"] not in ends
    }
    for part in parts:
        for at, head in enumerate(part["heads"]):
            column = heads.get(head)
            if column is None:
                continue
            if part["heads"].count(head) > 1:
                yield f"two columns are headed {head}"
                continue
            for row, cells in zip(table["rows"], part["rows"], strict=False):
                value = row.get(column["key"])
                if isinstance(value, (int, float)) and len(cells) > at:
                    scale = 100 if "percent" in column["unit"] else 1
                    if not _shows(cells[at], value * scale):
                        yield f"{head}: {cells[at]!r} for {value}"


def _shows(cell: str, value: float) -> bool:
    """Whether a cell's figure is the value, rounded to the decimals that it prints (四舍五入)."""
    found = FIGURE.search(cell.replace(",", ""))
    if not found:
        return False
    decimals = len(found[0].partition(".")[2])
    return abs(float(found[0].replace("−", "-")) - value) <= 0.5 * 10**-decimals + 1e-9


def lines(page: Path) -> list[str]:
    """What the agenda of a page says of the people to talk to (谈话线索)."""
    told = sidecar(page).get("agenda") or {}
    return [line["text"] for entry in told.get("talk", []) for line in entry["lines"]]


def text(page: Path) -> str:
    """What a page says, without its marks, on one line (页面文字)."""
    source = page.read_text(encoding="utf-8")
    source = re.sub(r"<(style|script)\b.*?</\1>", " ", source, flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", source)))


def cited(page: Path) -> list[str]:
    """Lines of the agenda whose figure is not in the cell that they cite (引用不符)."""
    told = sidecar(page).get("agenda") or {}
    lines = [(entry, line) for entry in told.get("talk", []) for line in entry["lines"]]
    out = []
    for entry, line in lines:
        if not line["at"]:
            continue
        notebook, table, who, column = line["at"]
        rows = _rows(page.with_name(f"{notebook}.html"), table)
        found = [row for row in rows if who in (str(cell) for cell in row.values())]
        if not found or any(row.get(column) is None for row in found):
            out.append(f"{entry['name']}: no cell {table}/{who}/{column}")
        elif not any(_tells(line["text"], row[column]) for row in found):
            out.append(f"{entry['name']}: {line['text']} is not {found[0][column]}")
    return out


def _tells(line: str, value: Any) -> bool:
    """Whether a sentence holds a cell's figure, as it is or in percent, thousands or 万."""
    if isinstance(value, str):
        return value in line
    figures = FIGURE.findall(line.replace(",", ""))
    return any(_shows(f, value * scale) for f in figures for scale in (1, 100, 1e-3, 1e-4))


def _rows(page: Path, table: str) -> list[dict[str, Any]]:
    held = sidecar(page).get("tables", []) if page.with_suffix(".json").exists() else []
    return [row for one in held if one["id"] == table for row in one["rows"]]
