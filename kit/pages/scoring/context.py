"""Around the score (评分的背景): targets, unusual figures, pace, mix, periods, balance."""

from dataclasses import replace

import pandas as pd

from kit.data.store.cache import remembered
from kit.pages.scoring import beside
from kit.pages.scoring.page import tracking
from kit.pages.scoring.view import View
from kit.params import span_of
from kit.people.career import at, history
from kit.people.growth import skill_levels
from kit.people.privacy import masked
from kit.scoring import integrity, progress, review, sensitivity
from kit.scoring.card import scorecards
from kit.scoring.kpi import indicators
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import join

SIGNS = {"ahead": "better", "behind": "worse", "on_pace": "neutral", "": "neutral"}
REVIEW = "indicator mean:points spread:points met:percent goal:+ratio twin flag"
UNUSUAL = {"end_spike": "ratio", "end_refunds": "percent", "brand_share": "percent"}


def targets(v: View) -> list[Block]:
    """Targets away from what was to be expected, and unusual figures (目标核对、诚信检查)."""
    check = _of(v, integrity.target_check(v.tables, v.cards))
    listed = check[check["flag"] != ""]
    lines = [
        v.say(
            f"scoring.say_{r['flag']}",
            name=r["name"],
            indicator=v.label(r["indicator"]),
            ratio=v.number(r["ratio"], "percent"),
        )
        for r in listed[listed["sure"]].to_dict("records")
    ]
    found = _of(v, integrity.integrity(v.tables, v.cards))
    strange = [
        v.say(
            f"scoring.unusual_{r['rule']}",
            name=r["name"],
            value=v.number(r["value"], UNUSUAL[r["rule"]]),
            **(
                {}
                if r["rule"] == "end_spike"
                else {"usual": v.number(r["usual"], UNUSUAL[r["rule"]])}
            ),
        )
        for r in found[found["flag"]].to_dict("records")
    ]
    state = "near" if len(listed) else "fine" if len(check) else "none"
    fine = v.say(f"scoring.say_targets_{state}", n=len(listed))
    net = found[found["rule"] == "net_sales"].rename(
        columns={"value": "net_sales", "usual": "sales"}
    )
    return [
        blocks.box("warn" if lines else "note", lines or [fine]),
        *([_checks(v, listed)] if len(listed) else []),
        blocks.box("warn" if strange else "note", strange or [v.say("scoring.unusual_none")]),
        blocks.details(
            v.say("scoring.caption_net"), [v.table(net, "net", "name sales:money net_sales:money")]
        ),
    ]


def _checks(v: View, listed: pd.DataFrame) -> Block:
    units = [v.unit(indicators()[name].unit) for name in listed["indicator"]]
    sure = [v.say("scoring.flag_sure") if s else "" for s in listed["sure"]]
    flags = [v.say(f"scoring.flag_{f}") + s for f, s in zip(listed["flag"], sure, strict=True)]
    frame = listed.assign(
        **{f"{key}_unit": units for key in ("actual", "target", "expected")},
        flag=flags,
        indicator=[v.measured(i) for i in listed["indicator"]],
    )
    spec = "name indicator actual:mixed target:mixed expected:mixed ratio:percent flag"
    edge = v.number(v.tables.scheme.targets.tolerance, "percent")
    turned = any(indicators()[name].better == "down" for name in listed["indicator"])
    notes = [v.say("scoring.note_ratio_lower")] if turned else []
    return v.table(frame, "targets", spec, edge=edge, notes=notes)


def pace(v: View) -> list[Block]:
    """Stage targets, and while a period runs its projected end (过程跟踪)."""
    out = []
    period = v.tables.period
    if period.last_day < period.end:
        rows = _of(v, progress.pace(v.tables))
        units = [v.unit(indicators()[name].unit) for name in rows["indicator"]]
        frame = rows.assign(
            **{f"{key}_unit": units for key in ("actual", "projected", "target")},
            indicator=[v.measured(i) for i in rows["indicator"]],
        )
        spec = "name indicator actual:mixed projected:mixed target:mixed pace:percent"
        elapsed = v.number(rows["elapsed"].median(), "percent")
        table = v.table(frame, "pace", spec, elapsed=elapsed)
        out = [blocks.box("note", tracking(v)), table, _weeks(v)]
    rows = _of(v, progress.stages(v.tables))
    rows = rows[rows["indicator"] == "sales"]
    return out + (_stages(v, rows) if len(rows) else [])


def _stages(v: View, rows: pd.DataFrame) -> list[Block]:
    done = rows[rows["status"].isin(["behind", "on_pace", "ahead"])]
    late = done[(done["stage_end"] == done["stage_end"].max()) & (done["status"] == "behind")]
    own = "_own" if v.own else ""
    facts = {} if v.own else {"n": len(late), "who": v.people(late["name"].tolist())}
    line = (
        v.say(f"scoring.say_behind{own}", **facts)
        if len(late)
        else v.say(f"scoring.say_on_pace{own}")
    )
    ends = pd.to_datetime(done["stage_end"]).dt.strftime("%m-%d")
    told = [
        v.say("scoring.stage_to", stage=stage, day=day)
        for stage, day in zip(done["stage"], ends, strict=True)
    ]
    return [blocks.text(line), _paces(v, done.assign(stage=told), "stage", "stages")]


def _weeks(v: View) -> Block:
    """Sales of each week over what the season's curve gives it of the target (按周状态)."""
    rows = _of(v, progress.weeks(v.tables, "sales"))
    part = rows[rows["days"] < 7].drop_duplicates("week")
    labels = {
        r["week"]: v.say("scoring.week_part", n=r["days"], day=r["week"])
        for r in part.to_dict("records")
    }
    return _paces(v, rows.assign(week=rows["week"].replace(labels)), "week", "weeks")


def _paces(v: View, rows: pd.DataFrame, by: str, name: str) -> Block:
    """People × stages or weeks, with the sign of ahead and behind."""
    wide, status = (rows.pivot(index="name", columns=by, values=x) for x in ("pace", "status"))
    tones = status.replace(SIGNS).add_suffix("_tone")
    frame = wide.join(tones).reindex(list(dict.fromkeys(rows["name"]))).reset_index()
    frame = frame.assign(reason="scoring.no_stage")
    columns = [
        blocks.Column("name", v.say("scoring.c_name"), "text"),
        *(blocks.Column(part, part, "percent") for part in wide.columns),
    ]
    caption = v.say(f"scoring.caption_{name}")
    return blocks.table(frame, columns, id=name, lang=v.lang, caption=caption)


def mix(v: View) -> list[Block]:
    """Crude and standardised conversion, and who changes places (渠道结构)."""
    if v.own:
        return []
    rows = _of(v, review.standardised(v.tables, "click_conversion"))
    turned = rows[rows["reversed"] > 0].sort_values("reversed", ascending=False)
    said = v.say("scoring.say_mix", n=len(turned), who=v.people(turned["name"].tolist()))
    spec = "name crude:percent2 standardised:percent2 reversed:int"
    table = v.table(rows, "mix", spec, notes=[v.say("scoring.note_mix")])
    return [*([blocks.text(said)] if len(turned) else []), table]


def growing(v: View) -> list[Block]:
    """Incidents of the period and how skills moved (突发情况、技能变化), beside the soft items."""
    days = (str(v.tables.period.start), str(v.tables.period.last_day))
    rows = _of(v, v.tables.get("incidents"))
    rows = rows[rows["detected_at"].dt.normalize().between(*days)]
    hours = (rows["resolved_at"] - rows["detected_at"]).dt.total_seconds() / 3600
    notes = [
        masked(x, v.tables, list(v.names), v.lang) if isinstance(x, str) else ""
        for x in rows["note"]
    ]
    shown = rows.assign(
        hours=hours,
        note=notes,
        reason="scoring.still_open",
        on=rows["detected_at"].dt.strftime("%m-%d %H:%M"),
    )
    spec = "name on kind hours:hours impact:money note"
    none = blocks.text(v.say("scoring.say_no_incident"))
    return [v.table(shown, "incidents", spec) if len(shown) else none, *_skills(v, days[1])]


def _skills(v: View, end: str) -> list[Block]:
    seen = skill_levels(v.tables)
    seen = seen[seen["assessed_on"] <= end]
    seen["lacks"] = seen["gap"] >= v.tables.scheme.people.skill_gap
    of = seen.groupby("specialist_id", as_index=False)
    known = _of(
        v,
        of.agg(
            skills=("skill", "size"),
            previous=("previous", "mean"),
            observed=("observed", "mean"),
            lacks=("lacks", "sum"),
            on=("assessed_on", "max"),
        ),
    )
    known = known.assign(
        change=known["observed"] - known["previous"],
        reason="scoring.once",
        on=known["on"].dt.strftime("%Y-%m-%d"),
    )
    spec = "name skills:int previous:ratio observed:ratio change:+ratio lacks:int on"
    gap = v.number(v.tables.scheme.people.skill_gap, "points")
    return [v.table(known, "skills", spec, gap=gap)] if len(known) else []


def periods(v: View) -> list[Block]:
    """Trend, reliability and, in quarter and year runs, the review of the scheme (多期)."""
    totals, rows = history(v.tables)
    whole = v.tables.period.type in ("quarter", "year")
    inside, by_month = _months(v) if whole else (totals[:0], rows[:0])
    past = inside if totals["period_id"].nunique() < 3 and len(inside) else totals
    ends = {"n": "n_periods", "ci_low": "interval_low", "ci_high": "interval_high"}
    shown = _of(v, review.trend(past).rename(columns=ends)).assign(reason="scoring.few_periods")
    out = [v.table(shown, "trend", "name n_periods:int slope:+points interval:interval:points")]
    if v.own:
        return out
    out = [_reliability(v, past), *out]
    return [*out, _beside(v, inside), _review(v, by_month)] if len(inside) else out


def _months(v: View) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Totals and indicators of the months of a quarter or year (期内各月), with `period_id`."""
    period = v.tables.period
    goals = set(v.tables.get("targets")["period_id"])
    names = [str(m) for m in pd.period_range(period.start, period.last_day, freq="M")]
    months = [at(v.tables, span) for name in names if name in goals and (span := span_of(name))]
    monthly = [
        replace(m, period=m.period.model_copy(update={"type": "month"}), digest=m.digest + "m")
        for m in months
    ]
    parts = [(m.period.id, remembered(m, "scorecards", scorecards)) for m in monthly]
    both = [
        [getattr(cards, k).assign(period_id=name) for name, cards in parts]
        for k in ("totals", "indicators")
    ]
    totals, rows = (pd.concat(part, ignore_index=True) if part else pd.DataFrame() for part in both)
    return totals, rows


def _beside(v: View, inside: pd.DataFrame) -> Block:
    """A quarter's or year's total beside the mean of its months (各月平均)."""
    mean = inside.groupby("specialist_id")["printed"].mean()
    means = v.totals["specialist_id"].map(mean)
    frame = v.totals.assign(total=v.totals["printed"], mean_months=means)
    return v.table(frame, "months", "name total:points mean_months:points")


def _reliability(v: View, totals: pd.DataFrame) -> Block:
    found = review.reliability(totals)
    if found["single"] is None or found["mean_of_n"] is None:
        return blocks.text(v.say("scoring.say_no_reliability"))
    enough = found["single"] >= v.tables.scheme.bonus.monthly_pay_reliability
    month = v.tables.period.type == "month"
    advice = v.say(
        "scoring.advice_pay"
        if enough
        else "scoring.advice_coach"
        if month
        else "scoring.advice_more"
    )
    return blocks.text(
        v.say(
            "scoring.say_reliability",
            n=int(found["n"] or 0),
            advice=advice,
            single=v.number(found["single"], "ratio"),
            mean=v.number(found["mean_of_n"], "ratio"),
        )
    )


def _review(v: View, rows: pd.DataFrame) -> Block:
    found = review.scheme_review(rows, beside.margin(v))
    frame = found.assign(
        indicator=[v.label(i) for i in found["indicator"]],
        twin=[v.label(t) if t else "" for t in found["twin"]],
        flag=[v.say(f"scoring.flag_{f}") if f else "" for f in found["flag"]],
    )
    n = rows["period_id"].nunique()
    return v.table(frame, "review", REVIEW, n=n)


def balance(v: View) -> Block:
    """Short and long term, quantitative and soft, own and team (平衡)."""
    sides = ("short", "long", "hard", "soft", "own", "team")
    spec = " ".join(["name", *(f"{side}:points" for side in sides)])
    inside = [indicators()[name] for name in v.rows["indicator"].unique()]
    long, team = (
        [of.id for of in inside if test(of)]
        for test in (lambda of: of.span == "long", lambda of: of.team)
    )
    note = v.say(
        "scoring.note_balance",
        long=join([v.label(i) for i in long], v.lang),
        team=join([v.label(i) for i in team], v.lang) or "—",
    )
    return v.table(_of(v, sensitivity.balance(v.tables, v.cards)), "balance", spec, notes=[note])


def _of(v: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the visible people with their names, in the order of the totals."""
    place = {p: n for n, p in enumerate(v.totals["specialist_id"])}
    kept = frame[frame["specialist_id"].isin(place)]
    kept = kept.assign(
        name=kept["specialist_id"].map(v.names), order=kept["specialist_id"].map(place)
    )
    return kept.sort_values("order", kind="stable").reset_index(drop=True)
