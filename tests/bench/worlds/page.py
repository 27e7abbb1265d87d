"""The page "can this be trusted" (可信吗): one static file a language, made from trust.json."""

import html
import json
from pathlib import Path

HERE = Path(__file__).parent.parent
PAGES = HERE.parent.parent / "kit" / "report" / "page"
CLAIMS = {
    "1": ("加码名单：目标以上的计划", "Push list: plans above target"),
    "2": ("同日对比的胜负", "Wins and losses of tests on the same days"),
    "3": ("多期：谁超出偶然", "Several periods: who is beyond chance"),
    "4": ("一期：谁高于或低于团队", "One period: who is above or below the team"),
    "5": ("细分：客单价变了", "Segments: order value moved"),
    "6": ("总分的 95% 区间", "95% intervals of totals"),
    "7": ("恰好达标时的期望得分", "Expected total at exact targets"),
    "8": ("等级的把握", "Chances of grades"),
    "9": ("360 度单项的区间", "Intervals of 360 items"),
    "10": (
        "按用户的试验：分流悬殊、买家少、一笔大单",
        "User tests: unequal split, few buyers, one huge order",
    ),
    "11": ("课程的效果", "Effects of courses"),
    "12": ("换岗建议", "Suggested seats"),
    "13": ("同一渠道结构下的换位", "Places on one channel mix"),
    "14": ("胜出试验的收益", "Money of winning tests"),
    "15": ("会消退的效果", "Effects that fade"),
    "goals": ("措施让约定的数达到", "An action made a goal be reached"),
    "16": ("护栏指标", "Guardrails"),
}
STATISTICS = {
    "equal plans pushed": ("12 个同样的计划里被加码的个数", "of 12 equal plans, pushed"),
    "told − true, of spend": ("说的减真的，占花费", "told − true, share of spend"),
    "found": ("好 30% 的计划被找到", "a plan 30 % better, found"),
    "win or loss without effect": ("毫无效果却判胜负", "win or loss without effect"),
    "power at +8 %": ("8% 的效果被找到", "an effect of 8 %, found"),
    "teams with anybody sure": (
        "14 人同样好，仍点了人的团队",
        "teams of 14 equals with anybody named",
    ),
    "teams with a sure change": (
        "14 人同样好，仍说了谁比上期变了的团队",
        "teams of 14 equals with a change of anybody beyond chance",
    ),
    "changed grades, told − true": (
        "下期会换等级的人数占比，说的减真的",
        "share who get another grade next month, told − true",
    ),
    "equals named": ("14 人同样好，仍点了人的月份", "months of 14 equals with anybody named"),
    "+50 % named": ("多卖 50% 的人被点名", "somebody selling 50 % more, named"),
    "intervals that hold": ("区间含真值的比例", "intervals that hold the truth"),
    "width of an oracle's": (
        "区间宽度，为已知真实误差时的倍数",
        "width, in multiples of what the true error gives",
    ),
    "items that hold": ("区间含真值的比例", "intervals that hold the truth"),
    "item width of an oracle's": (
        "区间宽度，为已知真实误差时的倍数",
        "width, in multiples of what the true error gives",
    ),
    "told − true points": ("说的减真的，分", "told − true, points"),
    "told − true chance": ("说的减真的，各档平均", "told − true, mean over bins"),
    "told − true chance, worst": ("说的减真的，最差的一档", "told − true, worst bin"),
    "not chance, told − true": (
        "本期分差里不是偶然的占比，说的减真的",
        "share of a period's differences that is not chance, told − true",
    ),
    "false claims": ("毫无变化却有发现的月份", "months without change, with a finding"),
    "users, called without effect": ("毫无效果却判胜负", "win or loss without effect"),
    "called without effect": ("毫无效果却判好坏", "called without effect"),
    "+15 % found": ("15% 的效果被找到", "an effect of 15 %, found"),
    "told ÷ true": ("说的除以真的", "told ÷ true"),
    "told ÷ true, least": ("说的除以真的（下限）", "told ÷ true (least)"),
    "false wins of a year, told − true": (
        "一年的胜出里其实无效的占比，说的减真的",
        "share of a year's wins that do nothing, told − true",
    ),
    "rolled out": ("三天就没的效果仍建议全量", "gone in 3 days, yet rolled out"),
    "rolled out clean, rails unharmed": (
        "护栏都没变差，干净地建议全量",
        "guardrails unharmed, rolled out clean",
    ),
    "a rail at the margin, passed": (
        "一项护栏恰好差到界值，却通过",
        "a guardrail truly at its margin, passed",
    ),
    "a rail 20 % worse, caught": ("一项护栏差 20%，被拦下", "a guardrail 20 % worse, caught"),
    "called fading": ("留得住的效果被说成消退", "lasting, yet called fading"),
}
STATES = {
    "met": ("达到", "met"),
    "missed": ("没达到", "missed"),
    "not shown": ("次数不够，未证明", "too few runs to show it"),
    "none": ("没有测过", "not measured"),
    "withdrawn": ("已收回，只作提问", "withdrawn: only a question"),
    "figure": ("已收回，只说数到没到", "withdrawn: only whether the figure was reached"),
}
WITHDRAWN = {"12": "withdrawn", "13": "withdrawn", "goals": "figure"}
TEXTS = {
    "title": ("可信吗", "Can this be trusted?"),
    "lead": (
        "报告里每一类有把握的话，都在真相已知的模拟情形里试过：订单金额有大有小、"
        "单量有多有少、日子互相像。要求不超过某值的，只列最差的一个情形；要求不低于某值的，每个情形都列。"
        "± 是模拟误差；没达到的和没测过的，照样写出来。",
        "Each kind of strong sentence in the reports was tried in simulated worlds of known truth: "
        "order values with heavy tails, few and many orders, days that resemble each other. Of "
        "what must stay under a limit the table shows the worst world, of what must reach one "
        "every world. ± is the simulation's error; what is missed or not measured is said as such.",
    ),
    "head": (
        ("说的是什么", "量的是什么", "模拟情形", "结果", "要求", "次数", "结论", "方法版本"),
        ("Claim", "Measured", "World", "Result", "Limit", "Runs", "State", "Method"),
    ),
    "oracle": (
        "（同一规则，知道真实误差时找到 {x}）",
        " (the same rule with the true error known finds {x})",
    ),
    "oracle_misses": (
        "（原要求 ≥ {asked}；同一规则，知道真实误差时也只找到 {x}，取其 85%）",
        " (≥ {asked} was asked for; the same rule with the true error known finds only {x}:"
        " 85 % of that)",
    ),
    "date": ("测于", "Measured on"),
    "back": ("回到目录", "Back to the index"),
}
STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;"
    "color:#1d1d1f;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ddd}"
    ".wide{overflow-x:auto}"
)


def write(told: dict) -> None:
    """Both files of the package."""
    for n, lang in enumerate(("zh", "en")):
        (PAGES / f"trust.{lang}.html").write_text(page(told, n), encoding="utf-8")


def page(told: dict, n: int) -> str:
    """The page in one language; n = 0 Chinese, 1 English."""
    lang = ("zh-CN", "en")[n]
    title = TEXTS["title"][n]
    head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in TEXTS["head"][n])
    body = "".join(_row(cells) for cells in _lines(told, n))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n"
        f"<p>{html.escape(TEXTS['lead'][n])}</p>\n<p>{TEXTS['date'][n]} {told['date']}</p>\n"
        f'<div class="wide" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n"
        f'</table></div>\n<p><a href="index.html">{TEXTS["back"][n]}</a></p>\n'
        "</main>\n</body>\n</html>\n"
    )


def _lines(told: dict, n: int) -> list[list[str]]:
    """Worst world of each false rate, every world of each power; what has no bench, as such."""
    out = []
    for fault, names in CLAIMS.items():
        mine = [row for row in told["rows"] if row["fault"] == fault]
        for statistic in dict.fromkeys(row["statistic"] for row in mine):
            rows = [row for row in mine if row["statistic"] == statistic]
            shown = [max(rows, key=badness)] if rows[0]["most"] else rows
            out += [[names[n], STATISTICS[statistic][n], *_cells(row, n)] for row in shown]
        if not mine:
            state = WITHDRAWN.get(fault, "none")
            out.append([names[n], "—", "—", "—", "—", "—", STATES[state][n], "—"])
    return out


def badness(row: dict) -> tuple[int, float]:
    """Missed before unproven before met; then how far beyond its own target."""
    beyond = (row["value"] - row["target"]) * (1 if row["most"] else -1)
    return ("met", "not shown", "missed").index(row["state"]), beyond


def _cells(row: dict, n: int) -> list[str]:
    """World, result, limit, runs, state and method of one row."""
    limit = ("≤ " if row["most"] else "≥ ") + f"{row['target']:.3g}"
    if row.get("oracle") is not None:
        told = "oracle" if row["target"] == row["asked"] else "oracle_misses"
        limit += TEXTS[told][n].format(x=f"{row['oracle']:.2f}", asked=f"{row['asked']:.3g}")
    result = f"{row['value']:.3f} ± {row['error']:.3f}"
    return [row["world"], result, limit, str(row["n"]), STATES[row["state"]][n], row["method"]]


def _row(cells: list[str]) -> str:
    return "<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells) + "</tr>\n"


if __name__ == "__main__":
    write(json.loads((HERE / "trust.json").read_text(encoding="utf-8")))
