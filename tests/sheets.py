"""Whole schemes with a sheet by hand: scheme-X.yml beside sheet-X.yml of a folder.

A sheet holds what people typed in (`people`, `ads` a period, `entered` figures, `rated` items,
`targets`, further `tables`, the periods inside as `parts`) and what somebody computed from the
form's own text: each line in the form's points, subtotals, total, grade, plus and minus points and
money. The kit reads the files as a company would hand them in and has to give the same, to 1e-9
and to the fen.
"""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kit.data.load import load
from kit.data.schema import contract
from kit.people.appeals import official
from kit.people.sheet import sheet as paid
from kit.report.check import check
from kit.scoring.card import scorecards
from tests.plain_yaml import read

NAMES = "甲乙丙丁戊己庚辛"
MONTH = {"id": "2025-06", "type": "month", "start": "2025-06-01", "end": "2025-06-30"}
ADS = {"impressions": 30_000, "clicks": 900, "orders": 90, "spend": 3_000, "revenue": 12_000}
NEAR = 1e-9
Told = Iterator[tuple[str, Any, Any]]


def compare(path: Path, place: Path) -> list[str]:
    """One line a figure that differs; the count of figures compared stands first."""
    said = read(path)
    file = write(said, path, place)
    found = check(str(file))
    refused = found[found["severity"] == "refuse"]["en"].tolist()
    if refused:
        return ["1", *(f"{path.stem}: {line}" for line in refused)]
    told = list(figures(said["by_hand"], file))
    wrong = [one for one in told if off(*one[1:])]
    lines = [f"{path.stem} {name}: {kit} against {hand}" for name, kit, hand in wrong]
    return [str(len(told)), *lines]


def off(kit: Any, hand: Any) -> bool:
    if isinstance(hand, str) and "/" not in hand:
        return bool(kit != hand)
    if hand is None:
        return not (kit is None or math.isnan(kit))
    return not abs(float(kit) - float(Fraction(str(hand)))) <= NEAR


def figures(by_hand: Mapping[str, Any], file: Path) -> Told:
    """Every figure of the sheet: its place, the kit's, and the one by hand."""
    tables = load(file)
    cards = scorecards(tables)
    scored = official(tables, cards)
    money = paid(tables, scored)
    for who, said in by_hand.items():
        yield from _points(who, said, cards)
        total = scored.set_index("specialist_id").loc[who]
        for key, hand in said.items():
            if key in total.index:
                yield f"{who} {key}", total[key], hand
        lines = money.lines[money.lines["specialist_id"] == who].set_index("line")["amount"]
        for line, hand in said.get("pay", {}).items():
            own = money.sums.set_index("specialist_id")["paid"] if line == "sum" else lines
            yield f"{who} pay {line}", own[who if line == "sum" else line], hand


def _points(who: str, said: Mapping[str, Any], cards: Any) -> Told:
    """Lines in the form's points (weight × points) and subtotals of dimensions."""
    rows = cards.indicators[cards.indicators["specialist_id"] == who].set_index("indicator")
    parts = cards.dimensions[cards.dimensions["specialist_id"] == who].set_index("dimension")
    given = set(rows.index)
    if "lines" in said and set(said["lines"]) != given:
        yield f"{who} lines", sorted(given), "; ".join(sorted(said["lines"]))
    for name, hand in said.get("lines", {}).items():
        if name in given:
            yield f"{who} {name}", rows.loc[name, "weight"] * rows.loc[name, "points"], hand
    for name, hand in said.get("dimensions", {}).items():
        yield f"{who} {name}", parts.loc[name, "contribution"], hand


def write(said: Mapping[str, Any], path: Path, place: Path) -> Path:
    """The company's files in `place`, as they would be handed in; the period file."""
    for name, rows in tables(said).items():
        if rows:
            pd.DataFrame(rows).to_csv(place / f"{name}.csv", index=False)
    for scheme in path.parent.glob("*.yml"):
        if scheme.stem.startswith(("scheme-", "groups-")):
            (place / scheme.name).write_text(scheme.read_text("utf-8"), encoding="utf-8")
    groups = path.name.replace("sheet-", "groups-")
    grouped = (path.parent / groups).exists()
    scheme = groups if grouped else path.name.replace("sheet-", "scheme-")
    keys = {"scheme": scheme, "data": str(place), "audiences": ["hr"], "languages": ["zh"]}
    for part in said.get("parts", []):
        _period(place / f"{part['id']}.yml", part | keys)
    file = place / f"{path.stem.replace('sheet-', 'p-')}.yml"
    _period(file, MONTH | keys | said.get("period", {}))
    return file


def _period(file: Path, keys: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(dict(keys), sort_keys=False, allow_unicode=True)
    file.write_text(text.replace("'", ""), encoding="utf-8")


def tables(said: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows of every table of a sheet."""
    people = said["people"]
    period = said.get("period", {}).get("id", MONTH["id"])
    key = {"period_id": period}
    named = [
        {"specialist_id": who, "name": NAMES[n], "team": "一组", "manager_id": "M1"} | (more or {})
        for n, (who, more) in enumerate(people.items())
    ]
    plan = {"platform": "天猫", "channel": "search"}
    made: dict[str, list[dict[str, Any]]] = {
        "roster": named,
        "plans": [{"plan_id": f"p{who}", "plan_name": who} | plan for who in people],
        "assignment": [
            {"plan_id": f"p{who}", "specialist_id": who, "valid_from": "2024-01-01"}
            for who in people
        ],
        "ads": [row for who in people for row in _days(who, said)],
        "measured": [row for who in people for row in _entered(who, said, key)],
        "targets": [row for who in people for row in _targets(who, said, key)],
        "feedback": [row for who in people for row in _rated(who, said, key)],
    }
    for name, rows in said.get("tables", {}).items():
        dated = "period_id" in contract()[name].columns
        made[name] = [*made.get(name, []), *((key if dated else {}) | row for row in rows)]
    return made


def _days(who: str, said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A month of advertising whose days add up to what the sheet says, in whole hundredths."""
    period = MONTH | said.get("period", {})
    days = pd.date_range(period["start"], period["end"]).strftime("%Y-%m-%d")
    sums = ADS | said.get("ads", {}).get(who, {})
    for n, day in enumerate(days):
        row: dict[str, Any] = {"date": day, "plan_id": f"p{who}", "window_days": 7}
        for name, total in sums.items():
            unit = 100 if name in ("spend", "revenue") else 1
            ends = [round(total * unit) * k // len(days) for k in (n, n + 1)]
            row[name] = (ends[1] - ends[0]) / unit if unit > 1 else ends[1] - ends[0]
        yield row


def _entered(who: str, said: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a figure; a ratio as its top and bottom."""
    for name, figure in said.get("entered", {}).get(who, {}).items():
        top, bottom = figure if isinstance(figure, list) else (figure, None)
        row = {"specialist_id": who, "indicator": name, "actual": top, "denominator": bottom}
        yield {**key, **row, "source": "form"}


def _targets(who: str, said: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same targets for everybody, or a person's own."""
    goals = said.get("targets", {})
    own = {name: goal.get(who) if isinstance(goal, dict) else goal for name, goal in goals.items()}
    for name, goal in own.items():
        if goal is not None:
            yield {**key, "specialist_id": who, "indicator": name, "target": goal}


def _rated(who: str, said: Mapping[str, Any], key: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row a rating; a relation with several raters gives a list."""
    for item, ticks in said.get("rated", {}).get(who, {}).items():
        for relation, given in ticks.items():
            for n, tick in enumerate(given if isinstance(given, list) else [given]):
                rater = who if relation == "self" else f"{relation}{n}"
                row = {"specialist_id": who, "rater_id": rater, "relation": relation}
                yield {**key, **row, "item": item, "rating": tick}
