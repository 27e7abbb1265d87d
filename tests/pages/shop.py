"""A shop with every table of the contract (齐全的小公司): four people, eight plans, two months.

Tables may be left out, be blank, or lack the rows of the period or of a person; every page of every
reader is then made by the notebooks' own cells, in this process.
"""

import json
import math
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd

from kit.data.load import load
from kit.data.schema import contract
from kit.params import ROOT

PEOPLE = ("S1", "S2", "S3", "S4")
NEEDED = ("roster", "assignment", "ads")
OPTIONAL = tuple(name for name in contract() if name not in NEEDED)
ITEMS = ("innovation", "teamwork", "problem_solving", "learning")
WAYS = ("absent", "blank", "other period", "without a person")
GOALS = {"sales": 150000, "roi": 5, "click_conversion": 0.05, "ctr": 0.05, "cac": 60}
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


def _frame(name: str, *rows: dict) -> pd.DataFrame:
    """Rows of a contract table as they are written to a file; columns not named stay empty."""
    return pd.DataFrame(list(rows)).reindex(columns=list(contract()[name].columns))


def _ads() -> pd.DataFrame:
    rows = []
    for n, day in enumerate(pd.date_range("2025-05-01", "2025-06-30")):
        for i in range(8):
            wave = 1 + 0.2 * math.sin(n * 1.7 + i) + 0.1 * math.cos(n * 0.9 + 2 * i)
            clicks = int(500 * wave)
            orders = int(clicks * 0.05 * (1 + 0.1 * math.sin(n * 2.3 + i)))
            rows.append(
                {
                    "date": day.date(),
                    "plan_id": f"p{i}",
                    "keyword": ("毛毯", "抱枕 C++")[i // 4],
                    "audience": ("新客", "老客")[i % 2],
                    "impressions": clicks * 20,
                    "clicks": clicks,
                    "spend": clicks * 1.0,
                    "add_to_carts": orders * 3,
                    "orders": orders,
                    "revenue": orders * (100.0 + 2 * i),
                    "new_customers": max(1, orders // 3),
                    "window_days": 7,
                    "snapshot_date": "2025-07-20",
                }
            )
    return _frame("ads", *rows)


def _people() -> dict[str, pd.DataFrame]:
    roster = [
        {
            "specialist_id": who,
            "name": name,
            "team": team,
            "manager_id": manager,
            "level": "P5",
            "hire_date": "2023-01-01",
        }
        for who, name, team, manager in zip(
            PEOPLE,
            "甲乙丙丁",
            ("一组", "一组", "二组", "二组"),
            ("M1", "M1", "M2", "M2"),
            strict=True,
        )
    ]
    postings = [{**row, "valid_from": "2023-01-01", "status": "working"} for row in roster]
    pay = [{"specialist_id": who, "period_id": "2025-06", "base": 10000} for who in PEOPLE]
    skills = [
        {
            "specialist_id": who,
            "skill": skill,
            "required": 4,
            "observed": 2 + n,
            "assessed_on": "2025-06-10",
        }
        for n, who in enumerate(PEOPLE[:3])
        for skill in ("关键词与出价", "数据分析")
    ]
    course = {"course": "出价课", "skill": "关键词与出价"}
    taken = {"specialist_id": "S1", "start_date": "2025-06-05", "passed": "true"}
    training = [course, course | taken]
    groups = [
        {"specialist_id": who, "dimension": "司龄", "value": "老"[: n % 2] or "新"}
        for n, who in enumerate(PEOPLE)
    ]
    made = {"roster": roster, "postings": postings, "pay": pay, "skills": skills}
    made |= {"training": training, "groups": groups}
    return {name: _frame(name, *rows) for name, rows in made.items()}


def _goals() -> dict[str, pd.DataFrame]:
    month = {"period_id": "2025-06"}
    targets = [
        {**month, "specialist_id": who, "indicator": i, "target": goal, "set_on": "2025-05-20"}
        for who in PEOPLE
        for i, goal in GOALS.items()
    ]
    targets += [
        {
            **month,
            "stage": "上半月",
            "stage_end": "2025-06-15",
            "specialist_id": who,
            "indicator": "sales",
            "target": 70000,
        }
        for who in PEOPLE
    ]
    budget = [
        {**month, "specialist_id": who, "channel": channel, "budget": 15000}
        for who in PEOPLE
        for channel in ("search", "content")
    ]
    tasks = [
        {
            "task_id": f"{who}-{k}",
            "specialist_id": who,
            "task": "任务",
            "due": f"2025-06-{k * 5:02d}",
            "done_on": f"2025-06-{k * 5 - k % 2:02d}",
            "status": "done",
        }
        for who in PEOPLE
        for k in range(1, 6)
    ]
    made = {"targets": targets, "budget": budget, "tasks": tasks}
    return {name: _frame(name, *rows) for name, rows in made.items()}


def _talks() -> dict[str, pd.DataFrame]:
    month = {"period_id": "2025-06"}
    raters = [("manager", "M1"), ("self", "")]
    raters += [("peer", who) for who in PEOPLE] + [("cross_dept", f"X{k}") for k in range(3)]
    feedback = [
        {
            **month,
            "specialist_id": who,
            "rater_id": rater or who,
            "relation": relation,
            "item": item,
            "rating": 3 + (n + m) % 3 * 0.5,
            "submitted_on": "2025-07-02",
        }
        for who in PEOPLE
        for n, (relation, rater) in enumerate(raters)
        for m, item in enumerate(ITEMS)
        if relation == "self" or rater != who
    ]
    interviews = [
        {
            **month,
            "specialist_id": "S1",
            "interviewer_id": "M1",
            "held_on": "2025-07-04",
            "facts": "x",
        }
    ]
    checkins = [{**month, "specialist_id": "S2", "held_on": "2025-06-10", "by": "M1", "note": "x"}]
    appeals = [
        {
            **month,
            "appeal_id": "A1",
            "specialist_id": "S3",
            "reason": "口径",
            "author": "S3",
            "at": "2025-07-05",
            "status": "open",
        }
    ]
    actions = [
        {
            **month,
            "action_id": "N1",
            "period_id": "2025-05",
            "specialist_id": "S1",
            "scope": "p0",
            "finding": "点击率低",
            "action": "换素材",
            "owner": "S1",
            "due": "2025-06-10",
            "indicator": "ctr",
            "baseline": 0.05,
            "expected_change": "+0.002",
        }
    ]
    made = {"feedback": feedback, "interviews": interviews, "checkins": checkins}
    made |= {"appeals": appeals, "actions": actions}
    return {name: _frame(name, *rows) for name, rows in made.items()}


def _site(ads: pd.DataFrame) -> dict[str, pd.DataFrame]:
    plans = [
        {
            "plan_id": f"p{i}",
            "plan_name": f"计划{i}",
            "platform": ("天猫", "京东")[i % 2],
            "channel": ("search", "content")[i % 2],
            "strategy": "brand",
            "category": ("鞋", "包")[i // 4],
            "promotion_id": "618-2025" if i == 0 else None,
        }
        for i in range(8)
    ]
    channel = {plan["plan_id"]: plan["channel"] for plan in plans}
    traffic, sessions, orders, customers = [], [], [], []
    for n, row in enumerate(ads.itertuples()):
        about = {"channel": channel[row.plan_id], "plan_id": row.plan_id}
        known = {"uv": 300, "pv": 900, "cart_users": 60, "placed_buyers": 30, "buyers": 20}
        traffic.append({"date": row.date, **about, **known})
        for k in range(2):
            at = f"{row.date} 10:{k:02d}:00"
            sessions.append({"at": at, "user_id": f"u{n % 97}", **about, "pageviews": 3})
            orders.append(
                {
                    "order_id": f"o{n}-{k}",
                    "paid_at": at,
                    "customer_id": f"u{n % 97}",
                    **about,
                    "revenue": 100.0,
                    "refund_amount": 10.0 * (n % 20 == 0),
                    "gross_margin": 0.4,
                }
            )
    for n in range(97):
        day = f"2025-0{5 + n % 2}-{1 + n % 28:02d} 10:00:00"
        about = {"source_plan_id": f"p{n % 8}", "source_channel": "search"}
        customers.append({"customer_id": f"u{n}", "first_order_at": day, **about})
    made = {"plans": plans, "traffic": traffic, "sessions": sessions, "orders": orders}
    return {name: _frame(name, *rows) for name, rows in (made | {"customers": customers}).items()}


def _around() -> dict[str, pd.DataFrame]:
    days = [str(day.date()) for day in pd.date_range("2025-05-01", "2025-06-30")]
    market = [
        {"date": day, "category": c, "index": 100 + n * 0.2}
        for n, day in enumerate(days)
        for c in ("鞋", "包")
    ]
    brand = [{"date": day, "index": 100 + n % 7} for n, day in enumerate(days)]
    events = [
        {
            "start_date": "2025-06-11",
            "end_date": "2025-06-12",
            "kind": "stockout",
            "plan_id": "p1",
            "controllable": "false",
            "note": "断货",
        }
    ]
    calendar = [{"date": "2025-06-07", "is_workday": "true"}]
    hotspots = [
        {
            "hotspot": "端午",
            "specialist_id": "S1",
            "occurred_at": "2025-06-01 08:00",
            "acted_at": "2025-06-01 12:00",
        }
    ]
    incidents = [
        {
            "incident_id": "I1",
            "specialist_id": "S2",
            "kind": "page",
            "detected_at": "2025-06-03 08:00",
            "resolved_at": "2025-06-03 12:00",
            "impact": 100,
        }
    ]
    made = {"market": market, "brand_search": brand, "events": events, "calendar": calendar}
    pulse = [{"period_id": "2025-06", "question": "fair", "answer": 4, "answers": 6}]
    made |= {"hotspots": hotspots, "incidents": incidents, "pulse": pulse}
    return {name: _frame(name, *rows) for name, rows in made.items()}


def _tests() -> dict[str, pd.DataFrame]:
    head = {"better": "up", "kind": "superiority", "declared_on": "2025-05-30"}
    experiments = [
        {
            **head,
            "test_id": "T1",
            "specialist_id": "S1",
            "hypothesis": "新素材更好",
            "indicator": "ctr",
            "design": "same_days",
            "start_date": "2025-06-01",
            "end_date": "2025-06-20",
            "split": "A:0.5;B:0.5",
        },
        {
            **head,
            "test_id": "T2",
            "specialist_id": "S3",
            "hypothesis": "新落地页更好",
            "indicator": "pay_conversion",
            "design": "user_split",
            "start_date": "2025-06-01",
            "end_date": "2025-06-20",
            "split": "A:0.5;B:0.5",
        },
    ]
    days = [
        {
            "test_id": "T1",
            "variant": variant,
            "date": str(day.date()),
            "users": 500,
            "impressions": 10000,
            "clicks": 500 + 20 * (variant == "B") + n % 5,
            "orders": 20,
            "spend": 100,
            "revenue": 2000,
        }
        for n, day in enumerate(pd.date_range("2025-06-01", "2025-06-20"))
        for variant in "AB"
    ]
    users = [
        {
            "test_id": "T2",
            "user_id": f"u{n}",
            "variant": "AB"[n % 2],
            "day": f"2025-06-{1 + n % 20:02d}",
            "converted": str(n % 7 == 0).lower(),
            "revenue": 100.0 * (n % 7 == 0),
        }
        for n in range(400)
    ]
    made = {"experiments": experiments, "experiment_days": days, "experiment_users": users}
    return {name: _frame(name, *rows) for name, rows in made.items()}


@cache
def whole() -> dict[str, pd.DataFrame]:
    """Every table of the contract."""
    ads = _ads()
    spans = [
        {"plan_id": f"p{i}", "specialist_id": PEOPLE[i // 2], "valid_from": "2024-01-01"}
        for i in range(8)
    ]
    made = _people() | _goals() | _talks() | _site(ads) | _around() | _tests()
    return {"ads": ads, "assignment": _frame("assignment", *spans), **made}


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


def cells(notebook: str) -> list[str]:
    """The code of a notebook that makes its page."""
    held = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
    skipped = {"parameters", "analyst"}
    return [
        "".join(cell["source"])
        for cell in held["cells"]
        if cell["cell_type"] == "code" and not skipped & set(cell["metadata"].get("tags", ()))
    ]


def page(file: Path, notebook: str, lang: str, audience: str, specialist: str = "") -> str:
    """The page's text as the notebook's own cells make it; whatever they raise is raised."""
    import ast

    shown: list[object] = []
    given = {"params_file": str(file), "lang": lang, "audience": audience, "specialist": specialist}
    names = given | {"display": lambda *blocks: shown.extend(blocks)}
    for source in cells(notebook):
        tree = ast.parse(source)
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            body = ast.Module(tree.body[:-1], [])
            exec(compile(body, notebook, "exec"), names)
            shown.append(eval(compile(ast.Expression(last.value), notebook, "eval"), names))
        else:
            exec(compile(tree, notebook, "exec"), names)
    return "\n".join(str(getattr(block, "html", block)) for block in shown if block is not None)
