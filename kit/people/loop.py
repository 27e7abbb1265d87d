"""The closed loop (闭环管理): five phases a person with dates and evidence, and what is overdue.

Every status comes from a reason, whose sentence stands in the word table under `people.loop.`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kit.params import Span, span_of
from kit.stats import workdays

PHASES = ("targets", "tracking", "data", "assessment", "feedback")
STATUS = {
    "targets_set": "done",
    "targets_late": "late",
    "targets_undated": "unclear",
    "targets_none": "missing",
    "targets_unknown": "unknown",
    "seen": "done",
    "seen_part": "late",
    "unseen": "missing",
    "tracking_unknown": "unknown",
    "full": "done",
    "part": "late",
    "too_little": "missing",
    "scored": "done",
    "unscored": "missing",
    "held": "done",
    "held_late": "late",
    "before_end": "overdue",
    "overdue": "overdue",
    "waiting": "pending",
    "on_leave": "pending",
    "left": "exempt",
    "feedback_unknown": "unknown",
}
EVIDENCE = {
    "interviews": "held_on",
    "checkins": "held_on",
    "feedback": "submitted_on",
    "appeals": "at",
    "actions": "closed_on",
    "tasks": "done_on",
}


@dataclass(frozen=True)
class Clock:
    """Days that decide what is late: period, interview due, and `today`, the last day of data."""

    start: dt.date
    end: dt.date
    due: dt.date
    today: dt.date
    limit: int
    off: Mapping[dt.date, bool]


def clock(tables: Any) -> Clock:
    """The period's days (考核日程); today = the last day of any evidence, never the run's."""
    period = tables.period
    limit = tables.scheme.feedback.due_working_days
    calendar = tables.get("calendar")
    off = dict(zip(calendar["date"].dt.date, calendar["is_workday"].astype(bool), strict=True))
    days = pd.concat([tables.get(name)[column] for name, column in EVIDENCE.items()])
    last = period.last_day if period.last_day < period.end else days.max()
    today = max(period.last_day, period.last_day if pd.isna(last) else pd.Timestamp(last).date())
    due = workdays.due(period.end, limit, off)
    return Clock(period.start, period.end, due, today, limit, off)


def of_period(tables: Any, name: str) -> pd.DataFrame:
    """Rows of the period (本期) of a table that names its period."""
    table = tables.get(name)
    last = tables.period.last_day
    table = table[table["period_id"] == tables.period.id]
    if name in EVIDENCE and last < tables.period.end:  # a running period knows what there was then
        table = table[~(table[EVIDENCE[name]] > pd.Timestamp(last))]
    return table


def inside(tables: Any) -> list[Span]:
    """The months that a longer period holds whole, as far as it has run (期内各月)."""
    period = tables.period
    if period.type not in ("quarter", "year"):
        return []
    names = [str(m) for m in pd.period_range(period.start, period.last_day, freq="M")]
    spans = [span for name in names if (span := span_of(name))]
    return [s for s in spans if period.start <= s.start and s.end <= period.last_day]


def fed(tables: Any, name: str) -> pd.DataFrame:
    """Rows of the period, and of the months inside a longer one (由各月汇入)."""
    table = tables.get(name)
    names = [tables.period.id, *(span.id for span in inside(tables))]
    own = of_period(tables, name)
    return pd.concat([own, table[table["period_id"].isin(names[1:])]])


def told(tables: Any, name: str) -> bool:
    """Whether a table says anything of the period (有无记录).

    Talks of a promotion are often held with the month's: none at all is then no omission.
    """
    any_ = tables.period.type != "campaign" or len(of_period(tables, name)) > 0
    return bool(tables.has(name) and any_)


def _months(tables: Any, who: str) -> list[Span]:
    """Months of the period in which the person had targets: those that a check-in is due for."""
    goals = tables.get("targets")
    there = set(goals.loc[goals["specialist_id"] == who, "period_id"])
    return [span for span in inside(tables) if span.id in there]


def phases(tables: Any, totals: pd.DataFrame) -> pd.DataFrame:
    """Status of every phase and person (五环节进度).

    totals  : scorecards' totals, one row a specialist
    Returns : specialist_id, phase, reason, status, on, due, lag (working days), n
    """
    names = {"targets": "targets", "tracking": "checkins", "feedback": "interviews"}
    read = {"tracking": fed}
    rows = {
        p: dict(list(read.get(p, of_period)(tables, t).groupby("specialist_id")))
        for p, t in names.items()
    }
    now = clock(tables)
    away = standing(tables).groupby("specialist_id")["note"].agg(set).to_dict()
    found = []
    for person in totals.to_dict("records"):
        who = person["specialist_id"]
        mine = {phase: of.get(who) for phase, of in rows.items()}
        facts = _facts(tables, person, mine, now, away.get(who, set()))
        pairs = zip(PHASES, facts, strict=True)
        found += [{"specialist_id": who, "phase": phase} | fact for phase, fact in pairs]
    columns = ["specialist_id", "phase", "reason", "on", "due", "lag", "n"]
    table = pd.DataFrame(found, columns=columns)
    return table.assign(
        status=table["reason"].map(STATUS),
        on=pd.to_datetime(table["on"]),
        due=pd.to_datetime(table["due"]),
    )


def _facts(
    tables: Any,
    person: Mapping[Any, Any],
    rows: Mapping[str, pd.DataFrame | None],
    now: Clock,
    notes: set[str],
) -> list[dict[str, Any]]:
    """What is known of each phase of one person, in the order of the phases (各环节的事实)."""
    months = _months(tables, person["specialist_id"])
    return [
        _targets(rows["targets"], now, tables.has("targets")),
        _tracking(rows["tracking"], now, told(tables, "checkins"), months),
        _data(person, tables.scheme.coverage_floor),
        {"reason": "unscored" if pd.isna(person["printed"]) else "scored"},
        _feedback(rows["feedback"], now, told(tables, "interviews"), notes),
    ]


def _targets(rows: pd.DataFrame | None, now: Clock, given: bool) -> dict[str, Any]:
    if rows is None:
        return {"reason": "targets_none" if given else "targets_unknown", "due": now.start}
    facts = {"n": rows["indicator"].nunique(), "due": now.start}
    if rows["set_on"].isna().any():
        return facts | {"reason": "targets_undated"}
    on = rows["set_on"].max().date()
    lag = workdays.count(now.start, on, now.off)
    reason = "targets_late" if on > now.start else "targets_set"
    return facts | {"reason": reason, "on": on, "lag": lag}


def _tracking(
    rows: pd.DataFrame | None, now: Clock, given: bool, months: list[Span]
) -> dict[str, Any]:
    """Check-ins inside the period (过程跟踪); in a longer one, in every month with targets."""
    if not given:
        return {"reason": "tracking_unknown"}
    held = [] if rows is None else [d.date() for d in rows["held_on"].dropna()]
    during = [d for d in held if now.start <= d <= now.end]
    if not during:
        return {"reason": "unseen", "n": 0, "due": now.end}
    seen = sum(any(m.start <= day <= m.end for day in during) for m in months)
    if seen < len(months):
        return {"reason": "seen_part", "n": seen / len(months), "on": max(during)}
    return {"reason": "seen", "n": len(during), "on": max(during)}


def _data(person: Mapping[Any, Any], floor: float) -> dict[str, Any]:
    coverage = person["coverage"]
    whole = coverage >= 1 - 1e-9
    reason = "full" if whole else "part" if coverage >= floor else "too_little"
    return {"reason": reason, "n": coverage}


def _feedback(
    rows: pd.DataFrame | None, now: Clock, given: bool, notes: set[str]
) -> dict[str, Any]:
    """One interview (面谈反馈): made-up days count; none stays in the denominator."""
    if not given:
        return {"reason": "feedback_unknown", "due": now.due}
    held = None if rows is None else rows["held_on"].max()
    if held is not None and not pd.isna(held):
        on = held.date()
        lag = workdays.count(now.end, on, now.off)
        reason = "before_end" if on <= now.end else "held" if lag <= now.limit else "held_late"
        return {"reason": reason, "on": on, "lag": lag, "due": now.due}
    waiting = "left" if "left" in notes else "on_leave" if "leave" in notes else "waiting"
    late = now.today > now.due and waiting == "waiting"
    over = workdays.count(now.due, now.today, now.off) if late else None
    return {"reason": "overdue" if late else waiting, "due": now.due, "lag": over}


def in_time(steps: pd.DataFrame, limit: int) -> workdays.Within:
    """Share of people interviewed in time (反馈及时率); who left is out, who waits is in."""
    talks = steps[(steps["phase"] == "feedback") & (steps["status"] != "exempt")]
    valid = talks["lag"].where(talks["reason"].isin(["held", "held_late"]))
    return workdays.within(valid.tolist(), limit)


def standing(tables: Any) -> pd.DataFrame:
    """What was special about a person's period (人员变动): specialist_id, note, on, to.

    note : hired, left, moved, leave, probation, managers (more than one in the period)
    """
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.end)
    roster = tables.get("roster")
    posts = tables.get("postings")
    hired = roster[(roster["hire_date"] > start) & (roster["hire_date"] <= end)]
    left = roster[(roster["leave_date"] >= start) & (roster["leave_date"] <= end)]
    posts = posts[(posts["valid_from"] <= end) & ~(posts["valid_to"] < start)]
    posts = posts.sort_values("valid_from")
    kinds = posts[posts["status"].isin(["leave", "probation"])]
    several = posts.groupby("specialist_id")[["team", "manager_id"]].transform("nunique") > 1
    last = ~posts.duplicated("specialist_id", keep="last")
    notes = [
        hired.assign(note="hired", on=hired["hire_date"], to=pd.NaT),
        left.assign(note="left", on=left["leave_date"], to=pd.NaT),
        kinds.assign(note=kinds["status"], on=kinds["valid_from"], to=kinds["valid_to"]),
        posts[several["team"] & last].assign(note="moved", on=posts["valid_from"], to=pd.NaT),
        posts[several["manager_id"] & last].assign(note="managers", on=posts["valid_from"]),
    ]
    return pd.concat(notes)[["specialist_id", "note", "on", "to"]].reset_index(drop=True)


def overdue(tables: Any, steps: pd.DataFrame, pleas: pd.DataFrame) -> pd.DataFrame:
    """Everything past its day (逾期清单), by working days; pleas: from `appeals.appeals`.

    Returns : specialist_id, what, item, owner, due, lag (working days)
    """
    now = clock(tables)
    talks = steps[steps["status"].eq("overdue") | steps["reason"].eq("targets_none")]
    actions = tables.get("actions")
    tests = retests(tables)
    open_ = [
        _talks_before(tables, now),
        talks.assign(what=talks["phase"], item="", owner=""),
        actions[actions["closed_on"].isna()].assign(what="action", item=actions["action"]),
        pleas[pleas["status"] == "open"].assign(what="appeal", item=pleas["appeal_id"], owner=""),
        tests[tests["result"].isna()].assign(what="retest", item=tests["skill"], owner=""),
    ]
    table = pd.concat([t[["specialist_id", "what", "item", "owner", "due"]] for t in open_])
    table = table[table["due"] < pd.Timestamp(now.today)]
    lags = [workdays.count(d.date(), now.today, now.off) for d in table["due"]]
    return table.assign(lag=lags).sort_values("lag", ascending=False, ignore_index=True)


def _talks_before(tables: Any, now: Clock) -> pd.DataFrame:
    """People of the comparison period who were never interviewed for it."""
    span = tables.period.compare
    talks = tables.get("interviews")
    goals = tables.get("targets")
    roster = tables.get("roster")
    if span is None or talks.empty:
        return talks.assign(what="", item="", owner="", due=pd.NaT).iloc[:0]
    there = set(goals.loc[goals["period_id"] == span.id, "specialist_id"])
    there -= set(roster.loc[roster["leave_date"] <= pd.Timestamp(now.end), "specialist_id"])
    gone = sorted(there - set(talks.loc[talks["period_id"] == span.id, "specialist_id"]))
    due = pd.Timestamp(workdays.due(span.end, now.limit, now.off))
    return pd.DataFrame(
        {"specialist_id": gone, "what": "talk_before", "item": span.id, "owner": "", "due": due}
    )


def retests(tables: Any) -> pd.DataFrame:
    """Re-tests of past training (复测): specialist_id, course, skill, due, result (or missing)."""
    taken = tables.get("training").dropna(subset=["specialist_id", "retest_on"])
    seen = tables.get("skills")[["specialist_id", "skill", "assessed_on", "observed"]]
    both = taken.reset_index(names="taken").merge(seen, "left", ["specialist_id", "skill"])
    after = both[both["assessed_on"] >= both["retest_on"]].sort_values("assessed_on")
    result = after.groupby("taken")["observed"].first()
    return taken.assign(due=taken["retest_on"], result=result.reindex(taken.index))
