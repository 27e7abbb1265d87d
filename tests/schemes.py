"""Second computation of every scheme file of a folder, apart from the kit's rules.

    python -m tests.schemes ../shared/cases/schemes

Takes actual and target of the kit's scorecards and, with arithmetic of its own on the plain YAML,
computes points, leaf weights, missing weights, subtotals, totals, printed figures and grades.
Prints what differs, then `N passed, N failed`. Cases of cannot_express.yml go through the kit's pay
components (tests/pay_cases.py) and its scorecards; what neither can say is counted as waiting.
Whole schemes with a sheet by hand (sheet-X.yml beside scheme-X.yml, as in tests/cases/schemes) go
through tests/sheets.py.
"""

import math
import sys
import tempfile
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from kit.data.load import load
from kit.scoring.card import scorecards
from tests import pay_cases, sheets
from tests.plain_yaml import read
from tests.scoring.test_means_of_periods import quarter

SIX = {"from": 1, "to": 5}  # the scale of the kit's own items
LOWER = {"cpc", "cac", "cpa", "cpm", "cost_ratio", "refund_rate", "delay_days"}
NEAR = 1e-6  # of a published figure that was itself rounded to 12 decimals on the way


def paper(x: float) -> Fraction:
    """The number as somebody would write it down, to twelve decimals."""
    return Fraction(Decimal(repr(round(x, 12))))


def rule_of(scheme: dict[str, Any], name: str) -> dict[str, Any]:
    said = scheme["indicators"][name]
    if said.get("rule"):
        return scheme["rules"][said["rule"]]
    scale = scheme.get("scales", {}).get(said.get("item"), SIX)
    if "levels" in scale:
        return {"kind": "identity"}
    return {"kind": "goalpost", "lo": scale["from"], "hi": scale["to"]}


def points(rule: dict[str, Any], down: bool, a: float, g: float) -> float:
    """Points of actual `a` against target `g`, by the words of a published form."""
    ratio = a / g if g else math.nan
    done = (g / a if a else math.inf) if down else ratio
    usual = "value" if rule["kind"] in ("goalpost", "target_range", "identity") else "completion"
    x = {"value": a, "ratio": ratio, "completion": done}[rule.get("on", usual)]
    found = KINDS[rule["kind"]](rule, x, (a, g, done, down))
    found = found * 100 / rule["out_of"] if rule.get("out_of") else found
    step = rule.get("round")
    return rounded(found, step, rule.get("way", "half_up")) if step else found


def rounded(x: float, step: float, way: str = "half_up") -> float:
    n = paper(x) / Fraction(str(step))
    whole = {"half_up": math.floor(n + Fraction(1, 2)), "down": math.floor(n), "up": math.ceil(n)}
    return float(whole[way] * Fraction(str(step)))


def add_deduct(rule: dict[str, Any], x: float, more: tuple[float, float, float, bool]) -> float:
    a, g, done, down = more
    off = paper(g - a if down else a - g) if rule.get("on") == "value" else paper(done) - 1
    side = "deduct" if off < 0 else "add"
    each, size = (
        part[side] if isinstance(part, dict) else part for part in (rule["points"], rule["step"])
    )
    steps = off / Fraction(str(size))
    steps = Fraction(math.trunc(round(float(steps), 9)))
    return rule.get("base", 100) + max(
        -rule["max_deduct"], min(rule["max_add"], float(steps * Fraction(str(each))))
    )


def bands(rule: dict[str, Any], x: float, more: Any) -> float:
    x = round(x, 12)
    for lo, hi, given in sorted(rule["bands"]):
        top = math.inf if hi is None else hi
        upper = rule.get("edge") == "upper"
        if lo < x <= top or (x == lo and (lo == 0 or not upper)) if upper else lo <= x < top:
            return given
    return 0


def anchors(rule: dict[str, Any], x: float, more: Any) -> float:
    x = round(x, 12)
    marks = sorted(rule["points"], key=lambda mark: mark[0])
    reached = [mark for mark in marks if mark[0] <= x]
    ahead = [mark for mark in marks if mark[0] > x]
    if not reached or not ahead:
        return (reached or ahead)[-1 if reached else 0][1]
    (x0, y0), (x1, y1) = reached[-1], ahead[0]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def completion(rule: dict[str, Any], x: float, more: tuple[float, float, float, bool]) -> float:
    a, g, _, _ = more
    x = 2 - a / g if rule.get("method") == "reflect" else x
    return rule.get("full", 100) * max(rule.get("floor", 0), min(rule.get("cap", 1.2), x))


def goalpost(rule: dict[str, Any], x: float, more: Any) -> float:
    way = (x - rule["lo"]) / (rule["hi"] - rule["lo"])
    return rule.get("scale", 100) * max(0.0, min(1.0, way))


def target_range(rule: dict[str, Any], x: float, more: Any) -> float:
    rise = (x - rule["zero_lo"]) / (rule["lo"] - rule["zero_lo"])
    fall = (rule["zero_hi"] - x) / (rule["zero_hi"] - rule["hi"])
    return rule.get("full", 100) * max(0, min(1, rise, fall))


KINDS: dict[str, Any] = {
    "add_deduct": add_deduct,
    "bands": bands,
    "anchors": anchors,
    "completion": completion,
    "completion_lower": completion,
    "goalpost": goalpost,
    "target_range": target_range,
    "identity": lambda rule, x, more: x,
}


def shared(tree: dict[str, Any], whole: float, known: set[str]) -> dict[str, float]:
    """Weight of each measured leaf below a node, which keeps its own while anything is measured."""
    sizes = {}
    for name, child in tree.items():
        size = child if not isinstance(child, dict) else child.get("weight", child.get("points"))
        below = set(flat(child["of"])) if isinstance(child, dict) else {name}
        if below & known:
            sizes[name] = size
    total = sum(sizes.values())
    out: dict[str, float] = {}
    for name, size in sizes.items():
        part = whole * size / total
        child = tree[name]
        out |= shared(child["of"], part, known) if isinstance(child, dict) else {name: part}
    return out


def flat(tree: dict[str, Any]) -> list[str]:
    return [
        leaf
        for name, child in tree.items()
        for leaf in (flat(child["of"]) if isinstance(child, dict) else [name])
    ]


def branches(scheme: dict[str, Any], profile: dict[str, Any]) -> dict[str, Any]:
    """A flat profile under its two implicit dimensions, hard and soft."""
    if any(isinstance(child, dict) for child in profile.values()):
        return profile
    soft = {
        name
        for name in profile
        if scheme["indicators"][name].get("branch") == "soft"
        or scheme["indicators"][name].get("item")
    }
    parts = {
        side: {n: w for n, w in profile.items() if (n in soft) == (side == "soft") and w}
        for side in ("hard", "soft")
    }
    return {side: {"weight": sum(of.values()), "of": of} for side, of in parts.items() if of}


def compare(period: Path) -> list[str]:
    """One line a figure that differs; the count of figures compared stands first."""
    cards = scorecards(load(str(period)))
    scheme = read(period.parent / read(period)["scheme"])
    profile = branches(scheme, scheme["profiles"][read(period)["type"]])
    told: list[tuple[str, Any, Any]] = []
    for who, rows in cards.indicators.groupby("specialist_id"):
        score: dict[str, float] = {}
        for row in rows.dropna(subset=["points"]).to_dict("records"):
            name = row["indicator"]
            down = scheme["indicators"][name].get("better", "up") == "down" or name in LOWER
            score[name] = points(rule_of(scheme, name), down, row["actual"], row["target"])
            told.append((f"{who} {name}", row["points"], score[name]))
        total = cards.totals.set_index("specialist_id").loc[who]
        if not math.isnan(total["total"]):
            told += [(f"{who} {k}", total[k], v) for k, v in summed(scheme, profile, score).items()]
    wrong = [
        f"{period.stem} {place}: {kit} against {own}" for place, kit, own in told if off(kit, own)
    ]
    return [str(len(told)), *wrong]


def summed(
    scheme: dict[str, Any], profile: dict[str, Any], score: dict[str, float]
) -> dict[str, Any]:
    """Total, printed figure and, without a floor of core indicators, the grade."""
    weight = shared(profile, 1.0, set(score))
    total = sum(weight[name] * score[name] for name in weight)
    printed = float(Decimal(repr(round(total, 7))).quantize(Decimal("0.1"), ROUND_HALF_UP))
    grade = next((g["grade"] for g in scheme["grades"] if printed >= g["min"]), None)
    found = {"total": total, "printed": printed}
    return found if scheme.get("core_floor") else found | {"grade": grade}


def off(kit: Any, own: Any) -> bool:
    return kit != own if isinstance(own, str) else not abs(kit - own) <= NEAR


def main(folder: Path) -> int:
    passed = failed = 0
    for period in sorted(folder.glob("p-*.yml")):
        n, *wrong = compare(period)
        print(*wrong, sep="\n", end="\n" if wrong else "")
        passed += int(n) - len(wrong)
        failed += len(wrong)
    for sheet in sorted(folder.glob("sheet-*.yml")):
        with tempfile.TemporaryDirectory() as place:
            n, *wrong = sheets.compare(sheet, Path(place))
        print(*wrong, sep="\n", end="\n" if wrong else "")
        passed += int(n) - len(wrong)
        failed += len(wrong)
    beyond = folder / "cannot_express.yml"
    if beyond.exists():
        good, bad, waiting = pay_cases.counted(read(beyond))
        done = [
            overrun(read(beyond)["n04"]["cases"][0]),
            composite(read(beyond)["n25"]["cases"][0]),
        ]
        passed += sum(done) + good
        failed += len(done) - sum(done) + bad
        print(f"{max(0, waiting - 1)} cases of {beyond.name} wait")
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


def composite(case: dict[str, Any]) -> bool:
    """A quarter from the mean of its months and a rating (n25), through files and scorecards."""
    given, wanted = case["given"], case["expected"]
    with tempfile.TemporaryDirectory() as folder:
        figures = tuple(3 * total for total in given["months"])  # of a target of 300
        cards = scorecards(quarter(Path(folder), figures, given["rating"], given["weights"]))
    mean = cards.indicators.set_index("indicator")["actual"]["months"]
    return not (
        off(mean, wanted["mean"]) or off(cards.totals["printed"].iloc[0], wanted["quarter"])
    )


def overrun(case: dict[str, Any]) -> bool:
    """Points outside the weights from a measured overrun (n04), by the kit's rule."""
    from kit.scheme.rules import AddDeduct
    from kit.scoring import rules

    given = case["given"]
    one = {"add": 0, "deduct": given["points"]}
    made = {"base": 0, "step": given["step"], "points": one, "max_add": 0, "max_deduct": 20}
    rule = AddDeduct.model_validate({"kind": "add_deduct", "on": "value"} | made)
    over = rules.minus(1, given["spend"] / given["budget"])
    return bool(rules.points(rule, 0.0, 1 + over) == case["expected"]["points"])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
