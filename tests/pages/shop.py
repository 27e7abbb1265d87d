"""A shop with every table of the contract (齐全的小公司): four people, eight plans, two months.

Tables may be left out, be blank, or lack the rows of the period or of a person; every page of every
reader is then made by the notebooks' own cells, in this process.
"""

import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from kit.data.load import load
from kit.data.schema import contract
from kit.params import ROOT
from tests.pages.shop_frames import PEOPLE, frame
from tests.pages.shop_people import goals, people, talks
from tests.pages.shop_trade import ad_rows, around, experiments, site

NEEDED = ("roster", "assignment", "ads")
OPTIONAL = tuple(name for name in contract() if name not in NEEDED)
WAYS = ("absent", "blank", "other period", "without a person")
SCHEME = ROOT / "params" / "scheme-2025.yml"
PERIOD = {
    "id": "2025-06",
    "type": "month",
    "start": "2025-06-01",
    "end": "2025-06-30",
    "compare_to": "2025-05",
    "team": "all",
    "languages": "[zh, en]",
    "audiences": "[manager, hr, employee]",
    "currency": "CNY",
    "seed": 1,
}


@cache
def whole() -> dict[str, pd.DataFrame]:
    """Every table of the contract."""
    ads = ad_rows()
    spans = [
        {"plan_id": f"p{i}", "specialist_id": PEOPLE[i // 2], "valid_from": "2024-01-01"}
        for i in range(8)
    ]
    made = people() | goals() | talks() | site(ads) | around() | experiments()
    return {"ads": ads, "assignment": frame("assignment", *spans), **made}


def altered(name: str, way: str) -> pd.DataFrame | None:
    """A table of the shop in one of `WAYS`; None where it is left out."""
    rows = whole()[name]
    if way == "absent":
        return None
    if way == "blank":
        return rows.head(0)
    if way == "without a person":
        return rows[rows["specialist_id"] != "S1"] if "specialist_id" in rows else rows
    moved = rows.astype(object)
    return moved.map(lambda c: c.replace("2025-0", "2023-0") if isinstance(c, str) else c)


def subset(seed: int) -> dict[str, str]:
    """Optional tables that are not as they should be, and how; drawn by `seed` (随机缺表)."""
    draw = random.Random(seed)
    few = draw.random()
    return {name: draw.choice(WAYS) for name in OPTIONAL if draw.random() < few}


def write(place: Path, lacking: dict[str, str], **said: object) -> Path:
    """The shop's files in `place`, but for what is `lacking`, and its period file."""
    blank = []
    for name, rows in whole().items():
        left = altered(name, lacking[name]) if name in lacking else rows
        if left is not None:
            left.to_csv(place / f"{name}.csv", index=False)
            blank += [name] if left.empty and name not in NEEDED else []
    said |= {"empty": f"[{', '.join(blank)}]"}  # a file without rows is asked about
    keys = PERIOD | {"scheme": str(SCHEME), "data": str(place)} | said
    file = place / "2025-06.yml"
    file.write_text("".join(f"{k}: {v}\n" for k, v in keys.items()), encoding="utf-8")
    return file


def readers(file: Path) -> Iterator[tuple[str, str, str]]:
    """Notebook, audience and specialist of every page that the period has."""
    from kit.report.plan import jobs, notebooks

    tables = load(file)
    for job in jobs(tables, str(file), notebooks()):
        if job.lang == "zh":
            yield job.notebook, job.audience, job.specialist


def cells(notebook: str, skipped: set[str]) -> list[str]:
    """The code of a notebook but for cells with these tags."""
    held = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    return [
        "".join(cell["source"])
        for cell in held["cells"]
        if cell["cell_type"] == "code" and not skipped & set(cell["metadata"].get("tags", ()))
    ]


def page(
    file: Path, notebook: str, lang: str, audience: str, specialist: str = "", analyst: bool = False
) -> str:
    """The page's text as the notebook's own cells make it; whatever they raise is raised.

    analyst : run also the cells that are for an analyst in the lab
    """
    import ast

    shown: list[object] = []
    given = {"params_file": str(file), "lang": lang, "audience": audience, "specialist": specialist}
    names = given | {"display": lambda *blocks: shown.extend(blocks)}
    skipped = {"parameters"} if analyst else {"parameters", "analyst"}
    for source in cells(notebook, skipped):
        tree = ast.parse(source)
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            body = ast.Module(tree.body[:-1], [])
            exec(compile(body, notebook, "exec"), names)
            shown.append(eval(compile(ast.Expression(last.value), notebook, "eval"), names))
        else:
            exec(compile(tree, notebook, "exec"), names)
    return "\n".join(str(getattr(block, "html", block)) for block in shown if block is not None)
