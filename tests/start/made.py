"""A made-up company's files as they come: exports of two platforms, HR's list; helpers."""

import contextlib
import io
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

from kit.data.reading.filled import label, sheet_name
from kit.words import word

PLANS = [f"6001234567890{n:04d}" for n in range(4)]

META = "Day,Campaign name,Amount spent (USD),Impressions,Link clicks,Purchases"
META += ",Purchases conversion value"


def alimama(file: Path, month: str, plans: tuple[int, ...] = (0, 1, 2, 3)) -> Path:
    """A daily report of plans as Alimama gives it: GB18030, ids with 17 digits, a ratio."""
    rows = []
    for n, day in enumerate(_days(month)):
        for i in plans:
            clicks = 500 + 30 * ((n * 3 + i) % 7)
            shown, orders = clicks * 20, 20 + (n * 5 + i) % 9
            row = [day, PLANS[i], f"夏季计划{'甲乙丙丁'[i]}", shown, clicks, round(clicks * 1.1, 2)]
            rows.append([*row, orders, orders * 95.5, orders // 4, f"{clicks / shown:.2%}"])
    head = "日期,计划ID,计划名字,展现量,点击量,花费,总成交笔数,总成交金额,成交新客数,点击率"
    file.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=head.split(",")).to_csv(file, index=False, encoding="gb18030")
    return file


def google(file: Path, month: str) -> Path:
    """A daily report of campaigns as Google Ads gives it; no id, names only."""
    rows = []
    for n, day in enumerate(_days(month)):
        for i in range(2):
            clicks = 300 + 20 * ((n * 3 + i) % 7)
            orders = 12 + (n + i) % 5
            row = [day, f"Search {i + 1}", clicks * 25, clicks, clicks * 1.5]
            rows.append([*row, orders, orders * 80.0])
    head = "Day,Campaign,Impr.,Clicks,Cost,Conversions,Conv. value"
    file.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=head.split(",")).to_csv(file, index=False)
    return file


def meta(file, spend=2.5):
    """Thirty days of one campaign in dollars: spend 2.50 and sales 10.00 a day."""
    days = [f"2025-06-{n:02d},Prospecting,{spend},100,10,1,10.00" for n in range(1, 31)]
    file.write_text("\n".join([META, *days]) + "\n", encoding="utf-8")
    return file


def roster(file: Path, people: tuple[str, ...] = ("张三", "李四", "王五"), **columns) -> Path:
    """HR's list under HR's headers."""
    n = range(1, len(people) + 1)
    table = {
        "序号": [*n],
        "工号": [f"{i:03d}" for i in n],
        "姓名": people,
        "部门": ["推广一组" if i < 3 else "推广二组" for i in n],
        "岗位": ["投手"] * len(people),
        "入职日期": ["2023-03-01", "2024/1/15", "2022-07-01", *["2021-01-01"] * 500][: len(people)],
        "手机": ["1"] * len(people),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(table | columns).to_excel(file, index=False)
    return file


def _days(month: str) -> list[str]:
    n = pd.Period(month).days_in_month
    return [str(day.date()) for day in pd.date_range(f"{month}-01", periods=n)]


def printed(*words: str) -> tuple[int, str]:
    """Exit code and text of `kit start …` as its user meets it, without the pages."""
    from kit.__main__ import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = main(["start", *words, "--no-pages"])
    return code, out.getvalue()


def fill(book: Path, owners: dict[str, str], goals: dict[str, float], lang: str = "zh") -> None:
    """Type owners by plan and the same goals for everybody, as a person would in Excel."""
    opened = load_workbook(book)
    sheet = opened[sheet_name("plans", lang)]
    head = [cell.value for cell in sheet[1]]
    plan, owner = head.index(label("plan_id", lang)), head.index(word("forms.owner", lang))
    for row in sheet.iter_rows(min_row=2):
        if row[plan].value in owners:
            row[owner].value = owners[row[plan].value]
    sheet = opened[sheet_name("targets", lang)]
    columns = {cell.value: n for n, cell in enumerate(sheet[1])}
    for row in sheet.iter_rows(min_row=2):
        for header, goal in goals.items():
            if row[0].value:
                row[columns[header]].value = goal
    opened.save(book)


def rows(book: Path, table: str, lang: str = "zh") -> list[dict]:
    """A sheet's rows by header."""
    lines = load_workbook(book)[sheet_name(table, lang)].iter_rows(values_only=True)
    head = next(lines)
    return [dict(zip(head, line, strict=True)) for line in lines if any(line)]


def recorded(home: Path) -> None:
    """The files of the session that the README shows."""
    alimama(home / "june" / "alimama.csv", "2025-06")
    google(home / "june" / "google.csv", "2025-06")
    roster(home / "june" / "roster.xlsx")


def recording(lang: str) -> str:
    """The README's session: commands and what they print, in the folder that holds the files."""
    book = Path("company") / f"{word('start.book', lang)}-2025-06.xlsx"
    first = ["june", "--lang", lang]
    told = [f"kit start {' '.join(first)} --no-pages\n", printed(*first)[1]]
    owners = dict(zip(PLANS, ["张三 (001)", "李四 (002)", "王五 (003)"] * 2, strict=False))
    owners |= {"Search 1": "李四 (002)", "Search 2": "王五 (003)"}
    headers = [word("forms.target_of", lang, name=word(f"indicator.{n}", lang)) for n in GOALS]
    fill(book, owners, dict(zip(headers, GOALS.values(), strict=True)), lang)
    told += ["\n", "kit start company --no-pages\n"]
    return "".join([*told, printed("company")[1]])


GOALS = {"sales": 60000, "roi": 3, "click_conversion": 0.04, "ctr": 0.05}
