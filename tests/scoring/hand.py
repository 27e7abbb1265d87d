"""The month worked by hand in conventions.md, as files: thirty days, one person."""

from pathlib import Path

import pandas as pd
import yaml

from kit.data.load import load
from kit.data.tables import Tables
from kit.params import ROOT

SCHEME = ROOT / "params" / "scheme-2025.yml"
DAYS = pd.date_range("2025-04-01", "2025-04-30").strftime("%Y-%m-%d")
SUMS = {
    "impressions": 2_000_000,
    "clicks": 65_000,
    "orders": 2_860,
    "revenue": 520_000,
    "spend": 130_000,
    "new_customers": 1_300,
}
TARGETS = {"sales": 500_000, "roi": 4.2, "click_conversion": 0.042, "ctr": 0.03, "cac": 90}
ANSWERS = {
    "innovation": {"manager": [4], "peer": [4, 4, 3], "cross_dept": [4, 5, 3], "self": [5]},
    "teamwork": {"manager": [4], "peer": [4, 4, 4], "cross_dept": [4, 3]},
    "problem_solving": {"manager": [3], "peer": [4, 4, 4]},
}


class Written(yaml.SafeDumper):
    """Files without aliases, which the kit refuses."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def spread(total: int, odd: bool) -> list[int]:
    """Thirty whole numbers that add up to the total, uneven over the days."""
    parts = [total // 30 + (7 * n % 11 - 5 if odd and n < 22 else 0) for n in range(30)]
    return [*parts[:-1], total - sum(parts[:-1])]


def tables() -> dict[str, pd.DataFrame]:
    """Every table of the month."""
    status = ["done"] * 9 + ["planned", "cancelled_by_business"]
    done = ["2025-04-10"] * 8 + ["2025-04-25", "", ""]
    answers = [
        ("2025-04", "S1", f"{relation}{n}", relation, item, rating)
        for item, given in ANSWERS.items()
        for relation, ratings in given.items()
        for n, rating in enumerate(ratings)
    ]
    return {
        "roster": pd.DataFrame({"specialist_id": ["S1"], "name": ["甲"], "team": ["T"]}),
        "plans": pd.DataFrame(
            {
                "plan_id": ["P1"],
                "plan_name": ["p"],
                "platform": ["alimama"],
                "channel": ["search"],
                "category": ["bedding"],
            }
        ),
        "assignment": pd.DataFrame(
            {"plan_id": ["P1"], "specialist_id": ["S1"], "valid_from": ["2025-01-01"]}
        ),
        "ads": pd.DataFrame(
            {"date": DAYS, "plan_id": "P1"} | {k: spread(v, odd=True) for k, v in SUMS.items()}
        ),
        "targets": pd.DataFrame(
            {
                "period_id": "2025-04",
                "specialist_id": "S1",
                "indicator": list(TARGETS),
                "target": list(TARGETS.values()),
            }
        ),
        "budget": pd.DataFrame(
            {
                "period_id": ["2025-04"],
                "specialist_id": ["S1"],
                "channel": ["search"],
                "budget": [140_000],
            }
        ),
        "tasks": pd.DataFrame(
            {
                "task_id": [f"K{n}" for n in range(11)],
                "specialist_id": "S1",
                "task": "t",
                "due": "2025-04-15",
                "done_on": done,
                "status": status,
            }
        ),
        "feedback": pd.DataFrame(
            answers,
            columns=["period_id", "specialist_id", "rater_id", "relation", "item", "rating"],
        ),
    }


def market(growth: float = 0.08) -> pd.DataFrame:
    """An index that grew by `growth` from March to April."""
    days = pd.date_range("2025-03-01", "2025-04-30")
    index = [100 * (1 + growth) if day.month == 4 else 100.0 for day in days]
    return pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "category": "bedding", "index": index})


def loaded(folder: Path, given: dict[str, pd.DataFrame], **more: object) -> Tables:
    """The month through the front door: CSV files, a scheme and a period file in `folder`.

    more : keys of the period file; `scheme` a function that changes the scheme's mapping
    """
    for name, table in given.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    files(folder, **more)
    return load(folder / "period.yml")


def files(folder: Path, **more: object) -> None:
    """The scheme and the period file of the month, as `loaded` has them."""
    scheme = yaml_names(yaml.safe_load(SCHEME.read_text("utf-8").replace("{on:", '{"on":')))
    scheme["feedback"]["score_from"] = "exact"  # conventions.md: the month stays as it is
    scheme = more.pop("scheme", lambda s: s)(scheme)
    period = {
        "id": "2025-04",
        "type": "month",
        "start": "2025-04-01",
        "end": "2025-04-30",
        "compare_to": "2025-03",
        "scheme": "scheme.yml",
        "data": str(folder),
    } | more
    for name, content in {"scheme": scheme, "period": period}.items():
        text = yaml.dump(content, Dumper=Written, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")


def shown(scheme: dict) -> dict:
    """The scheme as it is by default: scored by the rounded figures that are shown."""
    rest = {k: v for k, v in scheme["feedback"].items() if k != "score_from"}
    return scheme | {"feedback": rest}


def yaml_names(value: object) -> object:
    """Plain YAML reads the key `on` as true; the kit does not."""
    if isinstance(value, dict):
        return {"on" if k is True else k: yaml_names(v) for k, v in value.items()}
    return [yaml_names(v) for v in value] if isinstance(value, list) else value
