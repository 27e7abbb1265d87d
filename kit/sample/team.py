"""People, ownership, goals, feedback and growth of the sample company (人、归属、目标、评价)."""

from typing import Any

import numpy as np
import pandas as pd

from kit.sample.adverts import expected, plans
from kit.sample.demand import Company, days, market, promotion, stream

ITEMS = ["innovation", "teamwork", "problem_solving", "learning", "creative_planning",
         "channel_operation"]
DAY = pd.Timedelta(days=1)


def people(company: Company) -> pd.DataFrame:
    """The people of company.yml as a table, dates as dates."""
    table = pd.DataFrame(company["people"]).T.rename_axis("specialist_id").reset_index()
    return table.assign(hire_date=pd.to_datetime(table["hired"]),
                        leave_date=pd.to_datetime(table["left"]), manager_id=table["manager"])


def roster(company: Company) -> pd.DataFrame:
    """Table `roster` (花名册)."""
    return people(company)[["specialist_id", "name", "team", "manager_id", "level", "hire_date",
                            "leave_date"]]


def assignment(company: Company) -> pd.DataFrame:
    """Table `assignment` (计划归属): own plans, shared plans, hand-overs with their gaps."""
    rows = [(p.plan_id, who, p.start_date, p.end_date, share)
            for p in plans(company).itertuples() for who, share in p.shares.items()]
    names = ["plan_id", "specialist_id", "valid_from", "valid_to", "share"]
    table = pd.DataFrame(rows, columns=names)
    for change in company["handovers"]:
        last, first = pd.Timestamp(change["last"]), pd.Timestamp(change["first"])
        given = (table["specialist_id"] == change["giver"]) & (
            table["valid_to"].isna() | (table["valid_to"] > last))
        taken = table[given].assign(specialist_id=change["taker"], valid_from=first)
        table.loc[given, "valid_to"] = last
        table = pd.concat([table, taken], ignore_index=True)
    merged = table.groupby(["plan_id", "specialist_id", "valid_from"], as_index=False, sort=True)
    return merged.agg(valid_to=("valid_to", "max"), share=("share", "sum"))


def planned_days(company: Company) -> pd.DataFrame:
    """What was planned, by person, plan and day: spend, clicks, impressions, orders, sales, new."""
    table, dates, rates = plans(company), days(company), expected(company, planned=True)
    channel = pd.DataFrame(company["channels"]).T.loc[table["channel"]]
    ticket = {name: np.average([p[1] for p in c["products"]], weights=[p[2] for p in c["products"]])
              for name, c in company["categories"].items()}
    off = 0.965 - promotion(company, dates)["discount"].to_numpy()
    clicks = rates["spend"] / rates["cpc"]
    orders = clicks * rates["cvr"]
    sales = orders * 1.22 * table["category"].map(ticket).to_numpy()[:, None] * off
    fee = channel["commission"].astype(float).to_numpy()[:, None]
    spend = np.where(np.isnan(fee), rates["spend"], fee * sales)
    sums = {"spend": spend, "clicks": clicks, "impressions": clicks / rates["ctr"],
            "orders": orders, "revenue": sales,
            "new_customers": orders * channel["new"].astype(float).to_numpy()[:, None]}
    p, d = np.nonzero(clicks > 0)
    flat = pd.DataFrame({"plan_id": table["plan_id"].to_numpy()[p], "date": dates[d],
                         "channel": table["channel"].to_numpy()[p],
                         "category": table["category"].to_numpy()[p],
                         **{k: v[p, d] for k, v in sums.items()}})
    owned = flat.merge(assignment(company), on="plan_id")
    owned = owned[(owned["date"] >= owned["valid_from"])
                  & ~(owned["date"] > owned["valid_to"])].reset_index(drop=True)
    owned[list(sums)] = owned[list(sums)].mul(owned["share"], axis=0)
    return owned


def periods(company: Company) -> pd.DataFrame:
    """Months, quarters, the year to date and the promotions that fall into the sample."""
    first, last = (pd.Timestamp(company["span"][k]) for k in ("start", "end"))
    rows = [(str(m), m.start_time, m.end_time.normalize(), "month")
            for m in pd.period_range("2024-06", last, freq="M")]
    rows += [(f"{q.year}-Q{q.quarter}", q.start_time, q.end_time.normalize(), "quarter")
             for q in pd.period_range("2024Q3", last, freq="Q")]
    rows += [(y, max(pd.Timestamp(f"{y}-01-01"), first), min(pd.Timestamp(f"{y}-12-31"), last),
              "year") for y in ("2024", "2025")]
    rows += [(p["id"], pd.Timestamp(p["warm_up"]), pd.Timestamp(p["end"]), "campaign")
             for p in company["promotions"]]
    return pd.DataFrame(rows, columns=["period_id", "start", "end", "type"])


def targets(company: Company, plan: pd.DataFrame) -> pd.DataFrame:
    """Table `targets` (目标): what the plan leads to, but for the planted ones."""
    boss = people(company).set_index("specialist_id")["manager_id"]
    parts = []
    for period in periods(company).itertuples():
        part = _goals(plan[plan["date"].between(period.start, period.end)], period.type)
        growth = _assumed(company, plan, period)
        parts.append(part.assign(period_id=period.period_id, set_on=period.start - 5 * DAY,
                                 growth=part["specialist_id"].map(growth).round(3)))
        if period.type == "month" and period.period_id == company["stages"]["period"]:
            parts.append(_stages(company, plan, period))
    table = pd.concat(parts, ignore_index=True)
    for easy in company["goals"]:
        mine = (table["specialist_id"] == easy["who"]) & (table["period_id"] == easy["period"])
        mine &= (table["indicator"] == easy["indicator"]) if "indicator" in easy else True
        table.loc[mine, "target"] *= easy.get("factor", 1)
        if "set_on" in easy:
            table.loc[mine, "set_on"] = pd.Timestamp(easy["set_on"])
    market_led = table["indicator"].isin(["sales", "new_customers"])
    digits = table["indicator"].map({"sales": -2, "new_customers": 0, "roi": 2, "cac": 1})
    rounded = [round(t, 4 if np.isnan(n) else int(n))
               for t, n in zip(table["target"], digits, strict=True)]
    table = table.assign(target=rounded, basis="季节与计划花费测算", prorate=False,
                         assumed_market_growth=table["growth"].where(market_led),
                         set_by=table["specialist_id"].map(boss))
    return table[["period_id", "stage", "stage_end", "specialist_id", "indicator", "target",
                  "basis", "assumed_market_growth", "prorate", "set_on", "set_by"]]


def _goals(plan: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Targets of one period from planned sums; ratios are sum over sum."""
    s = plan.groupby("specialist_id")[["spend", "clicks", "impressions", "orders", "revenue",
                                       "new_customers"]].sum()
    goals = pd.DataFrame({
        "sales": s["revenue"], "roi": s["revenue"] / s["spend"],
        "click_conversion": s["orders"] / s["clicks"], "ctr": s["clicks"] / s["impressions"],
        "cac": s["spend"] / s["new_customers"], "new_customers": s["new_customers"]})
    goals = goals.reset_index().melt("specialist_id", None, "indicator", "target")
    return goals.assign(stage=None, stage_end=pd.NaT)


def _assumed(company: Company, plan: pd.DataFrame, period: Any) -> pd.Series:
    """Market growth that planners expected against the period before, by the person's mix."""
    index = market(company, 0)[0]
    span = period.end - period.start + DAY
    start = {"month": period.start - pd.offsets.MonthBegin(1),
             "quarter": period.start - pd.offsets.MonthBegin(3)}.get(period.type,
                                                                     period.start - span)
    now = index[period.start:period.end].mean()
    before = index[start:period.start - DAY].mean()
    mix = plan[plan["date"].between(period.start, period.end)].pivot_table(
        "spend", "specialist_id", "category", "sum", fill_value=0)
    growth = (now / before - 1).reindex(mix.columns)
    return mix.mul(growth, axis=1).sum(axis=1) / mix.sum(axis=1)


def _stages(company: Company, plan: pd.DataFrame, period: Any) -> pd.DataFrame:
    """Cumulative sales targets of the weeks of the month (阶段目标)."""
    parts = []
    for stage, end in company["stages"]["ends"].items():
        until = plan[plan["date"].between(period.start, pd.Timestamp(end))]
        sums = until.groupby("specialist_id")["revenue"].sum().rename("target").reset_index()
        parts.append(sums.assign(stage=stage, stage_end=pd.Timestamp(end), indicator="sales",
                                 period_id=period.period_id, set_on=period.start - 5 * DAY))
    return pd.concat(parts)


def budget(company: Company, plan: pd.DataFrame) -> pd.DataFrame:
    """Table `budget` (预算): planned spend by person and channel, with bounds."""
    parts = []
    for period in periods(company).itertuples():
        now = plan[plan["date"].between(period.start, period.end)]
        sums = now.groupby(["specialist_id", "channel"], as_index=False)["spend"].sum()
        parts.append(sums.assign(period_id=period.period_id))
    table = pd.concat(parts, ignore_index=True)
    money = (table["spend"] / 100).round() * 100
    low, high = (money * 0.8).round(), (money * 1.2).round()
    table = table.assign(budget=money, spend_min=low, spend_max=high)
    return table[["period_id", "specialist_id", "channel", "budget", "spend_min", "spend_max"]]


def tasks(company: Company, seed: int) -> pd.DataFrame:
    """Table `tasks` (计划执行): each person's month of work, mostly in time."""
    draw, staff, parts = stream(seed, "tasks"), people(company), []
    owned = plans(company).groupby("home")["plan_id"].agg(list)
    for month in pd.period_range("2024-06", company["span"]["end"], freq="M"):
        for who in staff.itertuples():
            last = who.leave_date if who.leave_date < month.end_time else month.end_time
            span = (max(month.start_time, who.hire_date), last.normalize())
            if span[0] > span[1] - 10 * DAY:
                continue
            n = int(draw.integers(8, 13))
            due = np.sort(draw.integers(3, (span[1] - span[0]).days + 1, n))
            late = draw.random(n) < who.late
            slip = np.where(late, draw.integers(1, 15, n), -draw.integers(0, 3, n))
            rows = pd.DataFrame({"due": span[0] + pd.to_timedelta(due, "D")})
            rows["done_on"] = rows["due"] + pd.to_timedelta(slip, "D")
            rows["planned_start"] = rows["due"] - pd.to_timedelta(draw.integers(3, 9, n), "D")
            rows["task"] = draw.choice(company["task_names"], n)
            rows["plan_id"] = draw.choice(owned[who.specialist_id], n)
            rows["status"] = np.where(draw.random(n) < 0.03, "cancelled_by_business", "done")
            parts.append(rows.assign(specialist_id=who.specialist_id,
                                     weight=draw.choice([1, 1, 2], n)))
    table = pd.concat(parts, ignore_index=True)
    after = table["done_on"] > pd.Timestamp(company["span"]["snapshot"]) - 2 * DAY
    table.loc[after & (table["status"] == "done"), "status"] = "planned"
    table["done_on"] = table["done_on"].where(table["status"] == "done")
    ids = [f"K{n:05d}" for n in range(1, len(table) + 1)]
    evidence = ("周报第" + table["due"].dt.isocalendar().week.astype(str) + "周").where(
        table["status"] == "done")
    return table.assign(task_id=ids, evidence=evidence)[
        ["task_id", "specialist_id", "plan_id", "task", "planned_start", "due", "done_on",
         "status", "weight", "evidence"]]


def feedback(company: Company, seed: int) -> pd.DataFrame:
    """Table `feedback` (360 度评估): true level + rater's leniency + noise, on 1 to 5."""
    draw, staff = stream(seed, "feedback"), people(company)
    level = staff.set_index("specialist_id")["soft"].astype(float)
    trait = pd.DataFrame(stream(seed, "soft").normal(0, 0.2, (len(level), len(ITEMS))),
                         level.index, ITEMS).add(level, axis=0)
    for twin, model in company["raters"]["same_traits"].items():
        trait.loc[twin] = trait.loc[model]
    pairs = pd.concat([_pairs(company, staff, period, draw)
                       for period in company["raters"]["periods"]], ignore_index=True)
    table = pairs.merge(pd.DataFrame({"item": ITEMS}), how="cross")
    table = table[~(table["period_id"] + table["specialist_id"] + table["item"]).isin(
        ["".join(gap) for gap in company["raters"]["unrated"]])].reset_index(drop=True)
    lenient = table["rater_id"].map(company["raters"]["leniency"]).fillna(0)
    lenient += 0.3 * (table["relation"] == "self")
    true = trait.stack()[list(zip(table["specialist_id"], table["item"], strict=True))].to_numpy()
    rating = np.clip((true + lenient + draw.normal(0, 0.55, len(table))).round(), 1, 5)
    flat = table["rater_id"].map(company["raters"]["flat"])
    friends = [{a, b} in [set(pair) for pair in company["raters"]["friends"]]
               for a, b in zip(table["specialist_id"], table["rater_id"], strict=True)]
    rating = flat.fillna(pd.Series(np.where(friends, 5, rating)))
    comments = company["comments"]
    said = [comments[item][0 if r <= 2 else 1] if (r <= 2 or r == 5) and u < 0.35 else None
            for item, r, u in zip(table["item"], rating, draw.random(len(table)), strict=True)]
    end = pd.to_datetime(table["period_id"].map(company["raters"]["periods"]))
    when = end + pd.to_timedelta(draw.integers(1, 8, len(table)), "D")
    return table.assign(rating=rating, comment=said, submitted_on=when)[
        ["period_id", "specialist_id", "rater_id", "relation", "item", "rating", "comment",
         "submitted_on"]]


def _pairs(company: Company, staff: pd.DataFrame, period: str,
           draw: np.random.Generator) -> pd.DataFrame:
    """Who rates whom in a period; groups named in `small` stay small."""
    end, rules = pd.Timestamp(company["raters"]["periods"][period]), company["raters"]
    there = staff[(staff["hire_date"] <= end) & ~(staff["leave_date"] < end - 15 * DAY)]
    rows = []
    for who in there.itertuples():
        size = {"peer": 4, "cross_dept": 3, **rules["small"].get(who.specialist_id, {})}
        near = there[(there["team"] == who.team) & (there["specialist_id"] != who.specialist_id)]
        far = there[there["team"] != who.team]
        picked = [*draw.permutation(near["specialist_id"])[:size["peer"] - 1],
                  *draw.permutation(far["specialist_id"])[:1]]
        friend = [f for pair in rules["friends"] for f in pair
                  if who.specialist_id in pair and f != who.specialist_id]
        peers = list(dict.fromkeys([*friend, *picked]))[:size["peer"]]
        cross = draw.permutation(rules["cross_dept"])[:size["cross_dept"]]
        raters = {who.specialist_id: "self", who.manager_id: "manager",
                  **dict.fromkeys(peers, "peer"), **dict.fromkeys(cross, "cross_dept")}
        rows += [(period, who.specialist_id, rater, kind) for rater, kind in raters.items()]
    return pd.DataFrame(rows, columns=["period_id", "specialist_id", "rater_id", "relation"])


def skills(company: Company, seed: int) -> pd.DataFrame:
    """Table `skills` (技能): observed level twice a year, moved by training that worked."""
    draw, staff = stream(seed, "skills"), people(company)
    rows, names = [], company["skills"]
    base = {(who, skill): 2.4 + 0.5 * (int(level[1]) - 2) + draw.choice([-0.5, 0, 0.5])
            for who, level in zip(staff["specialist_id"], staff["level"], strict=True)
            for skill in names}
    for on in company["assessed_on"]:
        for who in staff.itertuples():
            if who.hire_date > pd.Timestamp(on) or who.leave_date < pd.Timestamp(on):
                continue
            for skill in names:
                step = sum(g["step"] for g in company["skill_gains"]
                           if (g["who"], g["skill"]) == (who.specialist_id, skill)
                           and pd.Timestamp(g["from"]) <= pd.Timestamp(on))
                value = np.clip(base[who.specialist_id, skill] + step, 0, 5)
                need = min(5, 2 + 0.5 * int(who.level[1]))
                rows.append((who.specialist_id, skill, need, value, pd.Timestamp(on)))
    return pd.DataFrame(rows, columns=["specialist_id", "skill", "required", "observed",
                                       "assessed_on"])


def interviews(company: Company, seed: int) -> pd.DataFrame:
    """Table `interviews` (面谈): within ten working days, but for the late and missing ones."""
    draw, rows = stream(seed, "interviews"), []
    missing = [tuple(gap) for gap in company["talks"]["missing"]]
    for period, end in company["raters"]["periods"].items():
        for who in people(company).itertuples():
            here = who.hire_date <= pd.Timestamp(end) and not who.leave_date < pd.Timestamp(end)
            if not here or (period, who.specialist_id) in missing:
                continue
            held = pd.Timestamp(end) + int(draw.integers(3, 11)) * DAY
            held += 14 * DAY * int([period, who.specialist_id] in company["talks"]["late"])
            held += DAY * {5: 2, 6: 1}.get(held.weekday(), 0)
            if held > pd.Timestamp(company["span"]["snapshot"]):
                continue
            text = [draw.choice(company["talks"][k]) for k in ("facts", "obstacles", "reply")]
            rows.append((period, who.specialist_id, who.manager_id, held, *text, held + DAY))
    return pd.DataFrame(rows, columns=["period_id", "specialist_id", "interviewer_id", "held_on",
                                       "facts", "obstacles", "reply", "signed_on"])


def checkins(company: Company, seed: int) -> pd.DataFrame:
    """Table `checkins` (过程跟踪): one or two looks at progress a month."""
    draw, rows = stream(seed, "checkins"), []
    for month in pd.period_range("2025-01", company["span"]["end"], freq="M"):
        for who in people(company).itertuples():
            if who.hire_date > month.start_time or who.leave_date < month.end_time:
                continue
            if [str(month), who.specialist_id] in company["talks"]["no_checkin"]:
                continue
            for day in np.sort(draw.choice([7, 14, 21], draw.integers(1, 3), replace=False)):
                rows.append((str(month), who.specialist_id, month.start_time + int(day) * DAY,
                             who.manager_id, str(draw.choice(company["talks"]["checkin"]))))
    return pd.DataFrame(rows, columns=["period_id", "specialist_id", "held_on", "by", "note"])


def pay(company: Company) -> pd.DataFrame:
    """Table `pay` (奖金基数): base by level, for the months of 2025 and its quarters."""
    staff = people(company)
    parts = [staff.assign(period_id=period) for period in company["pay"]["periods"]]
    table = pd.concat(parts, ignore_index=True)
    ends = pd.to_datetime(table["period_id"].map(company["pay"]["periods"]))
    table = table[(table["hire_date"] <= ends) & ~(table["leave_date"] < ends)]
    return table.assign(base=table["level"].map(company["pay"]["base"]), share=0.3, dept_coef=1.0,
                        pool=np.nan)[["period_id", "specialist_id", "base", "share", "dept_coef",
                                      "pool"]]


def groups(company: Company) -> pd.DataFrame:
    """Table `groups` (公平性分组): tenure band, site and main channel."""
    staff = people(company)
    years = (pd.Timestamp(company["span"]["end"]) - staff["hire_date"]).dt.days / 365.25
    table = staff[["specialist_id"]].assign(
        tenure=np.where(years < 2, "两年以下", "两年及以上"),
        site=np.where(staff.index % 3 == 0, "苏州", "杭州"),
        channel=[plans[0][0] for plans in staff["plans"]])
    return table.melt("specialist_id", None, "dimension", "value")


def brand_search(company: Company, seed: int) -> pd.DataFrame:
    """Table `brand_search` (品牌搜索指数): slow growth, promotions, noise."""
    dates, draw = days(company), stream(seed, "brand")
    lift = promotion(company, dates)["spend"].to_numpy() ** 0.5
    level = 1200 * 1.12 ** ((dates - dates[0]).days / 365.25) * lift
    index = (level * np.exp(draw.normal(0, 0.05, len(dates)))).round()
    return pd.DataFrame({"date": dates, "index": index, "source": "品牌词搜索指数"})
