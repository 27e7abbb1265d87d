"""Growth (成长): skill gaps by what they cost, course and re-test, and what training brought."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kit.people.loop import retests
from kit.stats.multiple import bh

PLAN = ["specialist_id", "channel", "plan_id"]
COURSE = ["course", "skill", "start_date", "people", "indicator", "n", "n_others", "effect"]
COURSE += ["low", "high", "p", "decision"]
ALPHA = 0.05
LEAST_TRAINED = 4  # people: with fewer an effect cannot be told from their own luck
DAY = pd.Timedelta(days=1)
DAYS = 8 * 7 * DAY  # compared before and after a course: every weekday eight times
SETTLE = 14 * DAY  # what was learnt needs new plans before figures can show it


def skill_levels(tables: Any) -> pd.DataFrame:
    """Latest level of every skill and person (技能现状): required, observed, previous, gap."""
    seen = tables.get("skills").sort_values("assessed_on")
    by = seen.groupby(["specialist_id", "skill"])
    last = by[["required", "observed", "assessed_on"]].last()
    before = by["observed"].nth(-2).to_frame("previous").join(seen[["specialist_id", "skill"]])
    last = last.join(before.set_index(["specialist_id", "skill"]))
    return last.assign(gap=(last["required"] - last["observed"]).clip(lower=0)).reset_index()


def gaps(tables: Any, indicators: pd.DataFrame) -> pd.DataFrame:
    """Open skill gaps, dearest first (技能短板): cost = gap × weight of the indicator it serves.

    indicators : scorecards' indicators; skills are linked by the scheme's `people.skills`
    Returns    : specialist_id, skill, required, observed, previous, gap, indicator, points, weight,
                 cost, course, start_date, retest_on, owner, again (taken and re-tested, yet the gap
                 is there), reason (a word key where no course is known). Owner: self where the
                 course is booked, manager where it is to be booked, hr where nobody teaches the
                 skill; a course not booked gets the next start and a re-test when its effect can
                 be measured.
    """
    table = skill_levels(tables)
    table = table[table["gap"] >= tables.scheme.people.skill_gap]
    table = table.assign(indicator=[link(tables.scheme, skill)[0] for skill in table["skill"]])
    cards = indicators[["specialist_id", "indicator", "points", "weight"]]
    table = table.merge(cards, "left", ["specialist_id", "indicator"])
    table = table.assign(cost=table["gap"] * table["weight"])
    past, ahead = _courses(tables)
    who = pd.MultiIndex.from_frame(table[["specialist_id", "skill"]])
    table = table.assign(again=who.isin(past)).merge(ahead, "left", ["specialist_id", "skill"])
    table = table.merge(_offered(tables), "left", "skill", suffixes=("", "_next"))
    booked = table["course"].notna()
    table = table.assign(
        course=table["course"].fillna(table["course_next"]),
        start_date=table["start_date"].fillna(table["start_date_next"]),
    )
    table["retest_on"] = table["retest_on"].fillna(table["start_date"] + SETTLE + DAYS)
    missing = np.where(table["course"].isna(), "people.no_course", "")
    owners = np.select([booked, table["course"].notna()], ["self", "manager"], "hr")
    table = table.assign(
        reason=[_both(*pair) for pair in zip(table["indicator"].isna(), missing, strict=True)],
        owner=owners,
    )
    table = table.drop(columns=["course_next", "start_date_next"])
    return table.sort_values(
        ["specialist_id", "cost", "gap"], ascending=[True, False, False], ignore_index=True
    )


def _both(unlinked: bool, missing: str) -> str:
    """Why a gap has no cost or no course; where both lack, both are said (两种缺因都写)."""
    if not unlinked:
        return missing
    return "people.no_link_no_course" if missing else "people.no_link"


def _courses(tables: Any) -> tuple[pd.MultiIndex, pd.DataFrame]:
    """Who has taken which skill's course and its re-test, and the courses still planned or open.

    A course that was re-tested is no plan any more: what is short after it needs a new one.
    """
    taken = tables.get("training").dropna(subset=["specialist_id"]).sort_values("start_date")
    taken = taken.drop_duplicates(["specialist_id", "skill"], keep="last").drop(columns="passed")
    tested = taken.index.isin(retests(tables)["result"].dropna().index)
    past = pd.MultiIndex.from_frame(taken.loc[tested, ["specialist_id", "skill"]])
    return past, taken[~tested]


def _offered(tables: Any) -> pd.DataFrame:
    """By skill: a course, and its next start after the period where the catalogue says one."""
    rows = tables.get("training").sort_values("start_date")
    ahead = rows["specialist_id"].isna() & (rows["start_date"] > pd.Timestamp(tables.period.end))
    later = rows[ahead].drop_duplicates("skill")[["skill", "start_date"]]
    return rows.drop_duplicates("skill")[["skill", "course"]].merge(later, "left", "skill")


def trained(tables: Any) -> pd.DataFrame:
    """What past courses brought (培训效果): the linked indicator of the trained, and of the others.

    Ratio of sums over `DAYS` before the start, and as many from `SETTLE` after it, by person and
    channel; who took the course stands on one side, who took none meanwhile on the other.
    Returns : course, skill, start_date, people (ids), indicator, and what `by_person` gives; the
              decision after Benjamini-Hochberg over all courses
    """
    taken = tables.get("training").dropna(subset=["specialist_id", "start_date"])
    taken = taken[taken["start_date"] <= pd.Timestamp(tables.period.last_day)]
    found = []
    for (course, skill, start), rows in taken.groupby(["course", "skill", "start_date"]):
        name, channel = link(tables.scheme, skill)
        near = taken["start_date"].between(start - DAYS - SETTLE, start + SETTLE + DAYS)
        went = set(rows["specialist_id"])
        busy = set(taken.loc[near, "specialist_id"])
        cells = _changes(tables, name, start)
        here = cells["channel"].eq(channel) | (not channel)
        cells = cells.assign(trained=cells["specialist_id"].isin(went) & here)
        cells = cells[cells["trained"] | ~cells["specialist_id"].isin(busy)]
        effect = by_person(cells, tables.scheme.library[name].better if name else "up")
        found.append(
            {
                "course": course,
                "skill": skill,
                "start_date": start,
                "indicator": name,
                "people": tuple(sorted(went)),
            }
            | effect
        )
    return _together(pd.DataFrame(found, columns=COURSE))


def _together(found: pd.DataFrame) -> pd.DataFrame:
    """Decisions over all courses at once (多门课程一起校正), BH."""
    p = bh(found["p"].to_numpy(float))
    open_ = found["decision"].ne("cannot_tell") & (p > ALPHA)
    return found.assign(p=p, decision=found["decision"].mask(open_, "cannot_tell"))


def link(scheme: Any, skill: str) -> tuple[str | None, str]:
    """Indicator that a skill serves, and its channel or "" (技能对应的指标): `ctr@content`."""
    name, _, channel = scheme.people.skills.get(skill, "").partition("@")
    return name or None, channel


def _changes(tables: Any, name: str | None, start: pd.Timestamp) -> pd.DataFrame:
    """Log change of the ratio by person and channel: over plans seen in both spans, by their size.

    The same plans on both sides: a new mix of plans is no effect. What a contract fixes (ROI on
    commission) does not move and tells nothing.
    """
    spec = tables.scheme.library.get(name or "")
    facts = tables.facts
    after = start + SETTLE, start + SETTLE + DAYS - DAY
    whole = after[1] <= pd.Timestamp(tables.period.last_day)
    if spec is None or not whole or not {spec.top, spec.under} <= set(facts):
        return pd.DataFrame(columns=["specialist_id", "channel", "change"])
    sums = [
        facts[facts["date"].between(*span)].groupby(PLAN)[[spec.top, spec.under]].sum()
        for span in ((start - DAYS, start - DAY), after)
    ]
    ratio = (sums[1][spec.top] / sums[1][spec.under]) / (sums[0][spec.top] / sums[0][spec.under])
    size = np.sqrt(sums[0][spec.under] * sums[1][spec.under])
    rows = pd.DataFrame({"log": np.log(ratio.where((ratio > 0) & (ratio < np.inf))), "size": size})
    rows = rows[rows["log"].abs() > 1e-6].assign(part=lambda r: r["log"] * r["size"])
    cells = rows.groupby(["specialist_id", "channel"])[["part", "size"]].sum()
    return (cells["part"] / cells["size"]).rename("change").reset_index()


def before_after(cells: pd.DataFrame, better: str = "up") -> dict[str, Any]:
    """Effect of training (培训前后): log change of the trained against colleagues, same days.

    cells   : a row a person and channel: channel, trained (bool), change = ln(after / before)
    Returns : effect, low, high as relative change; decision better | worse | cannot_tell. Least
              squares with a level a channel; cells are the units, so few give a wide interval.
    """
    flag = cells["trained"].to_numpy(bool)
    n = len(cells)
    found: dict[str, Any] = {
        "n": int(flag.sum()),
        "n_others": int(n - flag.sum()),
        "decision": "cannot_tell",
    }
    code, names = pd.factorize(cells["channel"])
    levels = code[:, None] == np.arange(len(names))
    design = np.column_stack([flag, levels]).astype(float)
    y = cells["change"].to_numpy(float)
    free = n - design.shape[1]
    if free < 2 or np.linalg.matrix_rank(design) < design.shape[1]:
        return found | {"effect": None, "low": None, "high": None}
    fitted, rest, *_ = np.linalg.lstsq(design, y, rcond=None)
    se = np.sqrt(float(rest[0]) / free * np.linalg.inv(design.T @ design)[0, 0])
    mid = float(fitted[0])
    half = float(stats.t.ppf(0.975, free) * se)
    if abs(mid) > half:
        found["decision"] = "better" if (mid > 0) == (better != "down") else "worse"
    low, middle, high = (float(np.expm1(v)) for v in (mid - half, mid, mid + half))
    return found | {"effect": middle, "low": low, "high": high}


def by_person(cells: pd.DataFrame, better: str = "up") -> dict[str, Any]:
    """`before_after` with people as the units (以人为单位): one's channels share one's luck.

    Errors clustered by `specialist_id`, CR2 with Satterthwaite's degrees of freedom (Bell,
    McCaffrey 2002, Surv. Methodol. 28); with under LEAST_TRAINED trained people the decision is
    cannot_tell.
    Returns : as `before_after`, n and n_others in people, and p
    """
    plain = before_after(cells, better)
    who = cells.get("specialist_id", pd.Series(dtype=str))
    went = who[cells["trained"].to_numpy(bool)].nunique()
    found = plain | {"n": went, "n_others": who.nunique() - went, "p": np.nan}
    if plain["effect"] is None or went < 2 or who.nunique() - went < 2:
        return found | {"decision": "cannot_tell"}
    code, names = pd.factorize(cells["channel"])
    levels = code[:, None] == np.arange(len(names))
    design = np.column_stack([cells["trained"].to_numpy(bool), levels]).astype(float)
    mid, se, free = clustered(design, cells["change"].to_numpy(float), pd.factorize(who)[0])
    p = float(2 * stats.t.sf(abs(mid) / se, free)) if se > 0 else np.nan
    half = float(stats.t.ppf(1 - ALPHA / 2, free) * se)
    said = "better" if (mid > 0) == (better != "down") else "worse"
    clear = went >= LEAST_TRAINED and p <= ALPHA
    low, middle, high = (float(np.expm1(v)) for v in (mid - half, mid, mid + half))
    ends = {"effect": middle, "low": low, "high": high, "p": p}
    return found | ends | {"decision": said if clear else "cannot_tell"}


def clustered(design: np.ndarray, y: np.ndarray, group: np.ndarray) -> tuple[float, float, float]:
    """First coefficient with its CR2 error and degrees of freedom (聚类稳健标准误)."""
    bread = np.linalg.inv(design.T @ design)
    hat = design @ bread @ design.T
    rest = y - hat @ y
    parts, scores = [], []
    for g in np.unique(group):
        mine = group == g
        value, vector = np.linalg.eigh(np.eye(mine.sum()) - hat[np.ix_(mine, mine)])
        root = np.where(value > 1e-9, 1 / np.sqrt(np.maximum(value, 1e-9)), 0.0)
        weight = (vector * root) @ vector.T @ design[mine] @ bread[:, 0]
        scores.append(float(weight @ rest[mine]))
        parts.append((np.eye(len(y)) - hat)[:, mine] @ weight)
    form = np.array(parts) @ np.array(parts).T
    free = float(np.trace(form) ** 2 / max((form**2).sum(), 1e-300))
    return float(bread[0] @ design.T @ y), float(np.sqrt(np.sum(np.square(scores)))), free
