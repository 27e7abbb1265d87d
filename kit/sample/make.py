"""Write the sample company: every table of the contract, the same bytes each time (样本公司)."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from kit.sample import adverts, demand, goals, shop, talks, team, trials

HERE = Path(__file__).parent
MACHINE = {"ads", "sessions", "orders", "customers", "traffic", "experiment_users"}  # as Parquet


def company() -> demand.Company:
    """Constants, planted causes and typed records of the sample company."""
    read = [
        yaml.safe_load((HERE / name).read_text("utf-8")) for name in ("company.yml", "records.yml")
    ]
    return read[0] | read[1]


def tables(seed: int = 20250630) -> dict[str, pd.DataFrame]:
    """All tables of the contract by name; equal for equal seeds.

    >>> sorted(MACHINE - {"customers", "traffic"})
    ['ads', 'experiment_users', 'orders', 'sessions']
    """
    firm = company()
    lines = adverts.lines(firm, seed)
    sold = shop.orders(firm, lines, seed)
    ads = shop.reported(firm, lines, sold)
    seen = shop.sessions(firm, ads, sold, seed)
    plan = goals.planned_days(firm)
    made = {
        "roster": team.roster(firm),
        "plans": adverts.plans_table(firm),
        "assignment": goals.assignment(firm),
        "ads": ads,
        "orders": shop.orders_table(sold),
        "customers": shop.customers(firm, sold, seed),
        "sessions": seen,
        "traffic": shop.traffic(firm, ads, sold, seen, seed),
        "market": demand.market_table(firm, seed),
        "targets": goals.targets(firm, plan),
        "budget": goals.budget(firm, plan),
    }
    typed = {
        name: pd.DataFrame(t["rows"], columns=t["columns"]) for name, t in firm["tables"].items()
    }
    made |= _of_people(firm, seed)
    made["interviews"] = talks.told(firm, made)
    return made | typed | {"ads": adverts.delivered(firm, ads)}


def _of_people(firm: demand.Company, seed: int) -> dict[str, pd.DataFrame]:
    """Tables of the staff, and of the tests they run."""
    return {
        "tasks": team.tasks(firm, seed),
        "feedback": team.feedback(firm, seed),
        "skills": team.skills(firm, seed),
        "interviews": team.interviews(firm, seed),
        "checkins": team.checkins(firm, seed),
        "pay": team.pay(firm),
        "groups": team.groups(firm),
        "brand_search": team.brand_search(firm, seed),
        "experiments": trials.experiments(firm),
        "experiment_days": trials.experiment_days(firm, seed),
        "experiment_users": trials.experiment_users(firm, seed),
    }


def write(folder: Path, seed: int = 20250630) -> None:
    """Write every table into `folder`: CSV for what people type, Parquet for what machines log."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(seed).items():
        if name in MACHINE:
            pq.write_table(
                _arrow(table), folder / f"{name}.parquet", compression="zstd", compression_level=9
            )
        else:
            text = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
            (folder / f"{name}.csv").write_text(text, "utf-8", newline="\n")


def _arrow(table: pd.DataFrame) -> pa.Table:
    """The table with days as dates and without pandas' own notes."""
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata()
    for n, field in enumerate(arrow.schema):
        if pa.types.is_timestamp(field.type):
            day = field.name not in ("at", "paid_at", "first_order_at")
            kind = pa.date32() if day else pa.timestamp("ms")
            arrow = arrow.set_column(n, field.name, arrow[field.name].cast(kind))
    return arrow
