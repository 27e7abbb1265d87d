"""Around the score (评分的背景): targets, unusual figures, pace, mix, periods, balance."""

from dataclasses import replace

import pandas as pd

from kit.data.cache import remembered
from kit.params import span_of
from kit.people.career import at, history
from kit.scoring import integrity, progress, review, sensitivity
from kit.scoring.card import scorecards
from kit.scoring.kpi import indicators
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.scoring_page import View
from kit.show.sentences import some

UNUSUAL = {"end_spike": "ratio", "end_refunds": "percent", "brand_share": "percent"}


def targets(v: View) -> list[Block]:
    """Targets away from what was to be expected, and unusual figures (目标核对、诚信检查)."""
    check = _of(v, integrity.target_check(v.tables, v.cards))
    listed = check[check["flag"] != ""]
    sure = listed[listed["sure"]]
    lines = [
        v.say(
            f"scoring.say_{r['flag']}",
            name=r["name"],
            indicator=v.label(r["indicator"]),
            ratio=number(r["ratio"], "percent", v.lang),
        )
        for r in sure.to_dict("records")
    ]
    found = _of(v, integrity.integrity(v.tables, v.cards))
    odd = found[found["flag"]]
    strange = [v.say(f"scoring.unusual_{r['rule']}", name=r["name"],
                     value=number(r["value"], UNUSUAL[r["rule"]], v.lang),
                     **({} if r["rule"] == "end_spike" else
                        {"usual": number(r["usual"], UNUSUAL[r["rule"]], v.lang)}))
               for r in odd.to_dict("records")]  # fmt: skip
    fine = v.say("scoring.say_targets_fine" if len(check) else "scoring.say_targets_none")
    edge = number(v.tables.scheme.targets.tolerance, "percent", v.lang)
    return [
        blocks.box("warn" if lines else "note", lines or [fine]),
        *([_checks(v, listed, edge)] if len(listed) else []),
        blocks.box("warn" if strange else "note", strange or [v.say("scoring.unusual_none")]),
        blocks.details(v.say("scoring.caption_net"), [_net(v, found)]),
    ]


def _checks(v: View, listed: pd.DataFrame, edge: str) -> Block:
    units = [v.unit(indicators()[name].unit) for name in listed["indicator"]]
    sure = [v.say("scoring.flag_sure") if s else "" for s in listed["sure"]]
    flags = [
        v.say(f"scoring.flag_{f}") + more for f, more in zip(listed["flag"], sure, strict=True)
    ]
    frame = listed.assign(
        **{f"{key}_unit": units for key in ("actual", "target", "expected")},
        flag=flags,
        indicator=[v.label(i) for i in listed["indicator"]],
    )
    columns = v.columns(
        name="text",
        indicator="text",
        actual="mixed",
        target="mixed",
        expected="mixed",
        ratio="percent",
        flag="text",
    )
    return blocks.table(
        frame,
        columns,
        id="targets",
        lang=v.lang,
        caption=v.say("scoring.caption_targets", edge=edge),
    )


def _net(v: View, found: pd.DataFrame) -> Block:
    rows = found[found["rule"] == "net_sales"]
    frame = rows.rename(columns={"value": "net_sales", "usual": "sales"})
    return blocks.table(
        frame,
        v.columns(name="text", sales="money", net_sales="money"),
        id="net",
        lang=v.lang,
        caption=v.say("scoring.caption_net"),
    )


def pace(v: View) -> list[Block]:
    """Stage targets, and while a period runs its projected end (过程跟踪)."""
    out, period = [], v.tables.period
    if period.last_day < period.end:
        out.append(blocks.box("note", [v.say("scoring.say_tracking", day=str(period.last_day))]))
        rows = _of(v, progress.pace(v.tables))
        frame = rows.assign(indicator=[v.label(i) for i in rows["indicator"]])
        columns = v.columns(
            name="text",
            indicator="text",
            actual="money",
            projected="money",
            target="money",
            pace="percent",
        )
        elapsed = number(rows["elapsed"].max(), "percent", v.lang)
        out.append(
            blocks.table(
                frame,
                columns,
                id="pace",
                lang=v.lang,
                caption=v.say("scoring.caption_pace", elapsed=elapsed),
            )
        )
    rows = _of(v, progress.stages(v.tables))
    rows = rows[rows["indicator"] == "sales"]
    return out + (_stages(v, rows) if len(rows) else [])


def _stages(v: View, rows: pd.DataFrame) -> list[Block]:
    done = rows[rows["status"].isin(["behind", "on_pace", "ahead"])]
    late = done[(done["stage_end"] == done["stage_end"].max()) & (done["status"] == "behind")]
    line = (v.say("scoring.say_behind", n=len(late), who=some(late["name"].tolist(), v.lang))
            if len(late) else v.say("scoring.say_on_pace"))  # fmt: skip
    wide = done.pivot(index="name", columns="stage", values="pace")
    wide = wide.reindex(list(dict.fromkeys(done["name"]))).reset_index()
    columns = v.columns(name="text") + [blocks.Column(s, s, "percent") for s in wide.columns[1:]]
    table = blocks.table(
        wide, columns, id="stages", lang=v.lang, caption=v.say("scoring.caption_stages")
    )
    return [blocks.text(line), table]


def mix(v: View) -> list[Block]:
    """Crude and standardised conversion, and who changes places (渠道结构)."""
    if v.own:
        return []
    rows = _of(v, review.standardised(v.tables, "click_conversion"))
    turned = rows[rows["reversed"] > 0].sort_values("reversed", ascending=False)
    columns = v.columns(name="text", crude="percent2", standardised="percent2", reversed="int")
    table = blocks.table(rows, columns, id="mix", lang=v.lang, caption=v.say("scoring.caption_mix"))
    who = some(turned["name"].tolist(), v.lang)
    return [
        *([blocks.text(v.say("scoring.say_mix", n=len(turned), who=who))] if who else []),
        table,
    ]


def periods(v: View) -> list[Block]:
    """Trend, reliability and, in quarter and year runs, the review of the scheme (多期)."""
    totals, rows = history(v.tables)
    shown = _of(
        v,
        review.trend(totals).rename(
            columns={"n": "n_periods", "ci_low": "interval_low", "ci_high": "interval_high"}
        ),
    )
    columns = v.columns(name="text", n_periods="int", slope="+points", interval="interval:points")
    out = [
        blocks.table(
            shown, columns, id="trend", lang=v.lang, caption=v.say("scoring.caption_trend")
        )
    ]
    return out if v.own else [_reliability(v, totals), *out, *_months(v), *_review(v, rows)]


def _months(v: View) -> list[Block]:
    """A quarter's or year's total beside the mean of its months (各月平均)."""
    period = v.tables.period
    if period.type not in ("quarter", "year"):
        return []
    names = [str(m) for m in pd.period_range(period.start, period.last_day, freq="M")]
    goals = set(v.tables.get("targets")["period_id"])
    months = [at(v.tables, span) for name in names if name in goals and (span := span_of(name))]
    monthly = [
        replace(m, period=m.period.model_copy(update={"type": "month"}), digest=m.digest + "m")
        for m in months
    ]
    parts = [remembered(m, "scorecards", scorecards).totals for m in monthly]
    if not parts:
        return []
    mean = pd.concat(parts).groupby("specialist_id")["printed"].mean()
    frame = v.totals.assign(
        total=v.totals["printed"], mean_months=v.totals["specialist_id"].map(mean)
    )
    columns = v.columns(name="text", total="points", mean_months="points")
    caption = v.say("scoring.caption_months")
    return [blocks.table(frame, columns, id="months", lang=v.lang, caption=caption)]


def _reliability(v: View, totals: pd.DataFrame) -> Block:
    found = review.reliability(totals)
    if found["single"] is None or found["mean_of_n"] is None:
        return blocks.text(v.say("scoring.say_no_reliability"))
    enough = found["single"] >= v.tables.scheme.bonus.monthly_pay_reliability
    advice = v.say("scoring.advice_pay" if enough else "scoring.advice_coach")
    return blocks.text(
        v.say(
            "scoring.say_reliability",
            n=int(found["n"] or 0),
            advice=advice,
            single=number(found["single"], "ratio", v.lang),
            mean=number(found["mean_of_n"], "ratio", v.lang),
        )
    )


def _review(v: View, rows: pd.DataFrame) -> list[Block]:
    if v.tables.period.type not in ("quarter", "year"):
        return []
    found = review.scheme_review(rows)
    frame = found.assign(
        indicator=[v.label(i) for i in found["indicator"]],
        twin=[v.label(t) if t else "" for t in found["twin"]],
        flag=[v.say(f"scoring.flag_{f}") if f else "" for f in found["flag"]],
    )
    columns = v.columns(
        indicator="text", mean="points", spread="points", met="percent", twin="text", flag="text"
    )
    return [
        blocks.table(
            frame, columns, id="review", lang=v.lang, caption=v.say("scoring.caption_review")
        )
    ]


def balance(v: View) -> Block:
    """Short and long term, quantitative and soft, own and team (平衡)."""
    frame = _of(v, sensitivity.balance(v.cards))
    sides = dict.fromkeys(("short", "long", "hard", "soft", "own", "team"), "points")
    return blocks.table(
        frame,
        v.columns(name="text", **sides),
        id="balance",
        lang=v.lang,
        caption=v.say("scoring.caption_balance"),
    )


def _of(v: View, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the visible people with their names, in the order of the totals."""
    place = {p: n for n, p in enumerate(v.totals["specialist_id"])}
    kept = frame[frame["specialist_id"].isin(place)]
    kept = kept.assign(
        name=kept["specialist_id"].map(v.names), order=kept["specialist_id"].map(place)
    )
    return kept.sort_values("order", kind="stable").reset_index(drop=True)
