"""A company of a few rows (小公司): people, one plan each, own measured figures, any pay scheme."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kit.data.load import load
from kit.people.appeals import official
from kit.people.sheet import Sheet, sheet
from kit.scoring.card import scorecards

NAMES = "甲乙丙丁戊己庚辛壬癸"
BASE: dict[str, Any] = {
    "id": "scheme-own",
    "version": "1",
    "rules": {"same": {"kind": "anchors", "on": "value", "points": [[0, 0], [200, 200]]}},
    "indicators": {},
    "profiles": {"month": {"score": 1}},
    "grades": [{"grade": g, "min": m} for g, m in (("A", 95), ("B", 85), ("C", 70), ("D", 0))],
    "feedback": {"relations": {"manager": 1}},
    "bonus": {"curve": [[0, 0], [100, 1]], "share": 0},
}


def own(name: str, unit: str = "money", **more: Any) -> dict[str, Any]:
    """A measured indicator."""
    said = {"name": {"zh": f"{name} 数", "en": name}, "measured": "sum", "unit": unit}
    return said | {"better": "up", "duty": "ads"} | more


def write(
    place: Path,
    figures: Mapping[str, Mapping[str, float]],
    pay: Mapping[str, Any],
    *,
    targets: Mapping[str, float] | None = None,
    tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    **scheme: Any,
) -> Path:
    """The company's files; figures: person → indicator → what was entered for June 2025."""
    people = list(figures)
    names = dict.fromkeys(n for said in figures.values() for n in said)
    kinds = {"score": own("score", "points", rule="same")} | {n: own(n) for n in names}
    kinds["score"] = own("score", "points", rule="same")
    said = BASE | scheme
    said["indicators"] = kinds | scheme.get("indicators", {})
    said = json.loads(json.dumps(said | {"pay": pay}))  # no part stands twice by reference
    made = _tables(people, figures, targets or {}) | dict(tables or {})
    for name, rows in made.items():
        if not rows:  # a table that is given must hold a row
            continue
        pd.DataFrame(list(rows)).to_csv(place / f"{name}.csv", index=False)
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False).replace("'on':", "on:")
    (place / "scheme-own.yml").write_text(text, encoding="utf-8")
    keys = {"id": "2025-06", "type": "month", "start": "2025-06-01", "end": "2025-06-30"}
    keys |= {"scheme": "scheme-own.yml", "data": str(place), "audiences": ["hr"]}
    file = place / "2025-06.yml"
    file.write_text(yaml.safe_dump(keys, sort_keys=False).replace("'", ""), encoding="utf-8")
    return file


def _tables(
    people: list[str],
    figures: Mapping[str, Mapping[str, float]],
    targets: Mapping[str, float],
) -> dict[str, list[dict[str, Any]]]:
    month = {"period_id": "2025-06"}
    days = [d.date() for d in pd.date_range("2025-05-01", "2025-06-30")]
    about = {"impressions": 1000, "clicks": 50, "orders": 5, "window_days": 7}
    return {
        "roster": [
            {"specialist_id": who, "name": name, "team": "一组", "manager_id": "M1"}
            for who, name in zip(people, NAMES, strict=False)
        ],
        "plans": [
            {"plan_id": f"p{who}", "plan_name": who, "platform": "天猫", "channel": "search"}
            for who in people
        ],
        "assignment": [
            {"plan_id": f"p{who}", "specialist_id": who, "valid_from": "2025-01-01"}
            for who in people
        ],
        "ads": [
            {"date": day, "plan_id": f"p{who}", "spend": 100, "revenue": 400} | about
            for who in people
            for day in days
        ],
        "targets": [
            month | {"specialist_id": who, "indicator": name, "target": goal}
            for who in people
            for name, goal in targets.items()
        ],
        "measured": [
            month | {"specialist_id": who, "indicator": name, "actual": x, "source": "form"}
            for who, said in figures.items()
            for name, x in said.items()
        ],
    }


def paid(file: Path) -> Sheet:
    """The pay sheet of a company that was written."""
    tables = load(file)
    return sheet(tables, official(tables, scorecards(tables)))


def amounts(file: Path) -> dict[tuple[str, str], float]:
    """(person, line) → amount; a correction's line carries its period."""
    rows = paid(file).lines.to_dict("records")
    return {
        (
            r["specialist_id"],
            r["line"] + (f"@{r['for_period']}" if r["kind"] == "correction" else ""),
        ): r["amount"]
        for r in rows
    }
