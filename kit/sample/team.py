"""People, their work, feedback, talks and growth (人员、任务、评价、面谈、成长)."""

from typing import Any

import numpy as np
import pandas as pd

from kit.sample.adverts import plans
from kit.sample.demand import Company, days, promotion, stream

ITEMS = [
    "innovation",
    "teamwork",
    "problem_solving",
    "learning",
    "creative_planning",
    "channel_operation",
]
DAY = pd.Timedelta(days=1)
TASKS = [
    "task_id",
    "specialist_id",
    "plan_id",
    "task",
    "planned_start",
    "due",
    "done_on",
    "status",
    "weight",
    "evidence",
]
ASKED = ["period_id", "specialist_id", "rater_id", "relation", "item"]
TALKS = [
    "period_id",
    "specialist_id",
    "interviewer_id",
    "held_on",
    "facts",
    "obstacles",
    "reply",
    "signed_on",
]


def people(company: Company) -> pd.DataFrame:
    """The people of company.yml as a table, dates as dates."""
    table = pd.DataFrame(company["people"]).T.rename_axis("specialist_id").reset_index()
    return table.assign(
        hire_date=pd.to_datetime(table["hired"]),
        manager_id=table["manager"],
        leave_date=pd.to_datetime(table["left"]),
    )


def there(company: Company, start: Any, end: Any) -> list[dict[str, Any]]:
    """People employed on all days from `start` to `end`, a record each."""
    staff = people(company)
    here = (staff["hire_date"] <= pd.Timestamp(start)) & ~(staff["leave_date"] < pd.Timestamp(end))
    return [{str(k): v for k, v in row.items()} for row in staff[here].to_dict("records")]


def roster(company: Company) -> pd.DataFrame:
    """Table `roster` (花名册)."""
    return people(company)[
        ["specialist_id", "name", "team", "manager_id", "level", "hire_date", "leave_date"]
    ]


def tasks(company: Company, seed: int) -> pd.DataFrame:
    """Table `tasks` (计划执行): each person's month of work, mostly in time."""
    draw = stream(seed, "tasks")
    owned = plans(company).groupby("home")["plan_id"].agg(list)
    parts = [
        _tasks_of(company, who, month, owned[who["specialist_id"]], draw)
        for month in pd.period_range("2024-06", company["span"]["end"], freq="M")
        for who in there(company, month.end_time - 10 * DAY, month.start_time + 10 * DAY)
    ]
    table = pd.concat(parts, ignore_index=True)
    later = table["done_on"] > pd.Timestamp(company["span"]["snapshot"]) - 2 * DAY
    table["status"] = table["status"].mask(later & (table["status"] == "done"), "planned")
    done = table["status"] == "done"
    week = table["due"].dt.isocalendar().week.astype(str)
    table["evidence"] = ("周报第" + week + "周").where(done)
    table["done_on"] = table["done_on"].where(done)
    table["task_id"] = [f"K{n:05d}" for n in range(1, len(table) + 1)]
    return table[TASKS]


def _tasks_of(
    company: Company,
    who: dict[str, Any],
    month: pd.Period,
    owned: list[str],
    draw: np.random.Generator,
) -> pd.DataFrame:
    """A person's tasks of a month, due on days of it on which the person was there."""
    first = max(month.start_time, who["hire_date"])
    gone = who["leave_date"] < month.end_time
    last = who["leave_date"] if gone else month.end_time.normalize()
    n = int(draw.integers(8, 13))
    due = first + pd.to_timedelta(np.sort(draw.integers(3, (last - first).days + 1, n)), "D")
    slip = np.where(draw.random(n) < who["late"], draw.integers(1, 15, n), -draw.integers(0, 3, n))
    return pd.DataFrame(
        {
            "specialist_id": who["specialist_id"],
            "due": due,
            "plan_id": draw.choice(owned, n),
            "task": draw.choice(company["task_names"], n),
            "planned_start": due - pd.to_timedelta(draw.integers(3, 9, n), "D"),
            "done_on": due + pd.to_timedelta(slip, "D"),
            "weight": draw.choice([1, 1, 2], n),
            "status": np.where(draw.random(n) < 0.03, "cancelled_by_business", "done"),
        }
    )


def feedback(company: Company, seed: int) -> pd.DataFrame:
    """Table `feedback` (360 度评估): true level + rater's leniency + noise, on 1 to 5."""
    draw = stream(seed, "feedback")
    rules = company["raters"]
    level = people(company).set_index("specialist_id")["soft"].astype(float)
    noise = stream(seed, "soft").normal(0, 0.2, (len(level), len(ITEMS)))
    trait = pd.DataFrame(noise, level.index, ITEMS).add(level, axis=0)
    for twin, model in rules["same_traits"].items():
        trait.loc[twin] = trait.loc[model]
    asked = [
        (*pair, item)
        for period in rules["periods"]
        for pair in _pairs(company, period, draw)
        for item in ITEMS
        if [pair[0], pair[1], item] not in rules["unrated"]
    ]
    table = pd.DataFrame(asked, columns=ASKED)
    true = [trait.at[who, item] for _, who, _, _, item in asked]
    rating = _answered(table, np.array(true), rules, draw)
    said = [
        company["comments"][item][int(r > 2)] if (r <= 2 or r == 5) and u < 0.35 else None
        for item, r, u in zip(table["item"], rating, draw.random(len(table)), strict=True)
    ]
    end = pd.to_datetime(table["period_id"].map(rules["periods"]))
    when = end + pd.to_timedelta(draw.integers(1, 8, len(table)), "D")
    return table.assign(rating=rating, comment=pd.Series(said, dtype="str"), submitted_on=when)


def _answered(
    table: pd.DataFrame, true: np.ndarray, rules: dict[str, Any], draw: np.random.Generator
) -> pd.Series:
    """Ratings 1 to 5 of the pairs of `table`: friends give 5, and some raters one figure always."""
    bias = table["rater_id"].map(rules["leniency"]).fillna(0) + 0.3 * table["relation"].eq("self")
    rating = (true + bias + draw.normal(0, 0.55, len(table))).round().clip(1, 5)
    close = [set(pair) for pair in rules["friends"]]
    pairs = zip(table["specialist_id"], table["rater_id"], strict=True)
    friends = np.array([{who, rater} in close for who, rater in pairs])
    return table["rater_id"].map(rules["flat"]).fillna(rating.mask(friends, 5))


def _pairs(company: Company, period: str, draw: np.random.Generator) -> list[tuple[str, ...]]:
    """Who rates whom in a period; groups named in `small` stay small."""
    rules = company["raters"]
    rows: list[tuple[str, ...]] = []
    end = pd.Timestamp(rules["periods"][period])
    staff = there(company, end, end - 15 * DAY)
    for who in staff:
        me = who["specialist_id"]
        size = {"peer": 4, "cross_dept": 3, **rules["small"].get(me, {})}
        others = [p for p in staff if p["specialist_id"] != me]
        near = [p["specialist_id"] for p in others if p["team"] == who["team"]]
        far = [p["specialist_id"] for p in others if p["team"] != who["team"]]
        friends = [p for pair in rules["friends"] if me in pair for p in pair if p != me]
        picked = [*friends, *draw.permutation(near)[: size["peer"] - 1], *draw.permutation(far)[:1]]
        peers = list(dict.fromkeys(picked))[: size["peer"]]
        cross = draw.permutation(rules["cross_dept"])[: size["cross_dept"]]
        raters = {
            me: "self",
            who["manager_id"]: "manager",
            **dict.fromkeys(peers, "peer"),
            **dict.fromkeys(cross, "cross_dept"),
        }
        rows += [(period, me, str(rater), relation) for rater, relation in raters.items()]
    return rows


def skills(company: Company, seed: int) -> pd.DataFrame:
    """Table `skills` (技能): levels at each assessment, moved by training that worked."""
    draw = stream(seed, "skills")
    rows = []
    start = {
        (who, skill): 2.4 + 0.5 * (int(person["level"][1]) - 2) + draw.choice([-0.5, 0, 0.5])
        for who, person in company["people"].items()
        for skill in company["skills"]
    }
    for on in map(pd.Timestamp, company["assessed_on"]):
        for who in there(company, on, on):
            for skill in company["skills"]:
                gained = sum(
                    g["step"]
                    for g in company["skill_gains"]
                    if (g["who"], g["skill"]) == (who["specialist_id"], skill)
                    and pd.Timestamp(g["from"]) <= on
                )
                level = min(5.0, start[who["specialist_id"], skill] + gained)
                need = 2 + 0.5 * int(who["level"][1])
                rows.append((who["specialist_id"], skill, need, round(level, 1), on))
    return pd.DataFrame(
        rows, columns=["specialist_id", "skill", "required", "observed", "assessed_on"]
    )


def interviews(company: Company, seed: int) -> pd.DataFrame:
    """Table `interviews` (面谈): within ten working days, but for the late and missing ones.

    facts : empty; `talks.told` writes what the figures of the period say
    """
    draw = stream(seed, "interviews")
    talks = company["talks"]
    rows = []
    for period, end in company["raters"]["periods"].items():
        for who in there(company, end, end):
            held = pd.Timestamp(end) + int(draw.integers(3, 11)) * DAY
            held += 14 * DAY * int([period, who["specialist_id"]] in talks["late"])
            held += DAY * {5: 2, 6: 1}.get(held.weekday(), 0)
            draw.integers(4)  # keeps the draws that follow where they were
            said = [str(draw.choice(talks[kind])) for kind in ("obstacles", "reply")]
            rows.append(
                [period, who["specialist_id"], who["manager_id"], held, "", *said, held + DAY]
            )
    table = pd.DataFrame(rows, columns=TALKS)
    missing = [[p, w] in talks["missing"] for p, w, *_ in rows]
    snapshot = pd.Timestamp(company["span"]["snapshot"])
    return table[~np.array(missing) & (table["held_on"] <= snapshot)].reset_index(drop=True)


def checkins(company: Company, seed: int) -> pd.DataFrame:
    """Table `checkins` (过程跟踪): one or two looks at progress a month."""
    draw = stream(seed, "checkins")
    talks = company["talks"]
    rows = []
    for month in pd.period_range("2025-01", company["span"]["end"], freq="M"):
        for who in there(company, month.start_time, month.end_time):
            for day in np.sort(draw.choice([7, 14, 21], draw.integers(1, 3), replace=False)):
                on = month.start_time + int(day) * DAY
                note = str(draw.choice(talks["checkin"]))
                rows.append([str(month), who["specialist_id"], on, who["manager_id"], note])
    kept = [row for row in rows if row[:2] not in talks["no_checkin"]]
    return pd.DataFrame(kept, columns=["period_id", "specialist_id", "held_on", "by", "note"])


def pay(company: Company) -> pd.DataFrame:
    """Table `pay` (奖金基数): base by level, for the months and quarters listed."""
    rules = company["pay"]
    rows = [
        (period, who["specialist_id"], rules["base"][who["level"]], 0.3, 1.0, None)
        for period, end in rules["periods"].items()
        for who in there(company, end, end)
    ]
    return pd.DataFrame(
        rows, columns=["period_id", "specialist_id", "base", "share", "dept_coef", "pool"]
    )


def groups(company: Company) -> pd.DataFrame:
    """Table `groups` (公平性分组): tenure band, site and main channel."""
    staff = people(company)
    long = staff["hire_date"] <= pd.Timestamp(company["span"]["end"]) - pd.Timedelta(days=731)
    table = staff[["specialist_id"]].assign(
        tenure=np.where(long, "两年及以上", "两年以下"),
        site=np.where(staff.index % 3 == 0, "苏州", "杭州"),
        channel=[own[0][0] for own in staff["plans"]],
    )
    return table.melt("specialist_id", None, "dimension", "value")


def brand_search(company: Company, seed: int) -> pd.DataFrame:
    """Table `brand_search` (品牌搜索指数): slow growth, promotions, noise."""
    dates = days(company)
    draw = stream(seed, "brand")
    lift = np.sqrt(promotion(company, dates)["spend"].to_numpy(float))
    level = 1200 * 1.12 ** np.linspace(0, len(dates) / 365.25, len(dates)) * lift
    index = (level * np.exp(draw.normal(0, 0.05, len(dates)))).round()
    return pd.DataFrame({"date": dates, "index": index, "source": "品牌词搜索指数"})
