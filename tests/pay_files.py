"""A drawn company's files as it would hand them in, and the kit's lines of pay from them."""

from pathlib import Path
from typing import Any

import yaml

from kit.data.load import load
from kit.people.appeals import official
from kit.people.sheet import sheet
from kit.scoring.card import scorecards
from tests import pay_program, sheets
from tests.pay_people import GRADES, STEPS

POSTS = ("主管", "运营", "美工")
GROUPS = dict(zip(POSTS, ("lead", "run", "art"), strict=True))
PERIODS = {"june": "2025-06", "may": "2025-05"}
LINE = {"zh": "数", "en": "figure"}
USUAL = {"measured": "sum", "unit": "money", "better": "up", "duty": "ads"}
SHARE = {"kind": "completion", "cap": 1.2}
INDICATORS: dict[str, dict[str, Any]] = {
    "score": {"name": LINE} | USUAL | {"measured": "last", "unit": "points", "rule": "same"},
    "m1": {"name": LINE} | USUAL | {"rule": "share"},
    "m2": {"name": LINE} | USUAL | {"unit": "int", "rule": "share"},
    "m3": {"name": LINE} | USUAL,
    "cost": {"name": LINE} | USUAL | {"better": "down", "rule": "steps"},
    "rate": {"name": LINE} | USUAL | {"measured": "ratio", "unit": "ratio", "rule": "share"},
    "of_group": {"name": LINE, "of": "m1", "scope": "group"},
    "of_all": {"name": LINE, "of": "m1", "scope": "company"},
}


def write(said: dict[str, Any], place: Path) -> Path:
    """The company's files as it would hand them in; the period file."""
    rules = {"share": SHARE, "steps": {"kind": "add_deduct", "on": "value"} | STEPS}
    (place / "said").mkdir()
    for group in GROUPS.values():
        top = said["most"][group]
        same = {"kind": "anchors", "on": "value", "points": [[0, 0], [top, top]]}
        scheme = {
            "id": f"draw-{group}",
            "version": "1",
            "rules": rules | {"same": same},
            "indicators": INDICATORS,
            "profiles": {"month": {"score": 1}},
            "uncertainty": {"draws": 1000},
            "grades": [{"grade": g, "min": m} for g, m in GRADES],
            "feedback": {"relations": {"manager": 1}},
            "bonus": said["bonus"],
            "pay": said["schemes"][group]["pay"],
        }
        _yaml(place / "said" / f"scheme-{group}.yml", scheme)
    groups = [
        {
            "id": group,
            "scheme": f"scheme-{'run' if said['joined'] and group == 'art' else group}.yml",
        }
        | {"who": {"post": [post]}}
        | ({"rank_with": "run"} if said["joined"] and group == "art" else {})
        for post, group in GROUPS.items()
    ]
    _yaml(place / "said" / "groups-draw.yml", {"version": "1", "groups": groups})
    (place / "data").mkdir()
    return sheets.write(handed(said), place / "said" / "sheet-draw.yml", place / "data")


def _yaml(file: Path, said: Any) -> None:
    text = yaml.dump(said, Dumper=Plain, allow_unicode=True, sort_keys=False)
    file.write_text(text, encoding="utf-8")


class Plain(yaml.SafeDumper):
    """YAML without anchors: a part that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def handed(said: dict[str, Any]) -> dict[str, Any]:
    """The same as a sheet for tests/sheets.py."""
    may = [
        {"period_id": "2025-05", "specialist_id": who, "indicator": name, "source": "form"}
        | ({"actual": x[0], "denominator": x[1]} if isinstance(x, list) else {"actual": x})
        for who, of in said["may"].items()
        for name, x in of.items()
    ]
    goals = [
        {"period_id": PERIODS[month], "specialist_id": who, "indicator": name, "target": goal}
        for month, everybody in said["goals"].items()
        for who, of in everybody.items()
        for name, goal in of.items()
    ]
    moves = [
        {"specialist_id": who, "team": "一组", "post": post, "status": "working"} | span
        for who, (after, day) in said["moves"].items()
        for post, span in (
            (
                said["people"][who],
                {"valid_from": "2024-01-01", "valid_to": f"2025-06-{day - 1:02}"},
            ),
            (after, {"valid_from": f"2025-06-{day:02}"}),
        )
    ]
    owed = {(who, "carried"): money for who, money in said["carried"].items()}
    settled = [
        {"settled_in": "2025-05", "period_id": "2025-05", "specialist_id": who, "line": name}
        | {"amount": money}
        for (who, name), money in [*said["settled"].items(), *owed.items()]
    ]
    rows = {"measured": may, "targets": goals, "postings": moves, "settlements": settled}
    rows["pay"] = [{"specialist_id": who} | of for who, of in said["pay"].items()]
    employed = {w: {"hire_date": a, "leave_date": b} for w, (a, b) in said["employed"].items()}
    people = {w: {"post": p} | employed.get(w, {}) for w, p in said["people"].items()}
    return {"people": people, "entered": said["june"], "tables": rows}


def paid(file: Path) -> pay_program.Lines:
    """The kit's lines in fen."""
    tables = load(file)
    found = sheet(tables, official(tables, scorecards(tables))).lines
    months = {period: month for month, period in PERIODS.items()}
    return {
        (row["specialist_id"], row["line"], months[row["for_period"]]): None
        if row["amount"] != row["amount"]
        else round(row["amount"] * 100)
        for row in found.to_dict("records")
    }
