"""The sample company, written once for all tests of this folder, read back by plain pandas."""

from pathlib import Path

import pandas as pd
import pytest

from kit.sample.make import write

PARQUET = ["ads", "sessions", "orders", "customers", "traffic", "experiment_users"]


def read(file: Path) -> pd.DataFrame:
    table = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    for column in table.columns[table.dtypes == "object"]:
        if column.endswith(("date", "_on")):
            table[column] = pd.to_datetime(table[column])
    for column in (
        "date",
        "valid_from",
        "valid_to",
        "set_on",
        "due",
        "done_on",
        "start_date",
        "end_date",
        "stage_end",
        "held_on",
        "hire_date",
        "leave_date",
    ):
        if column in table:
            table[column] = pd.to_datetime(table[column])
    return table


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sample")
    write(place)
    return place


@pytest.fixture(scope="session")
def raw(folder):
    """All tables by name, dates as dates."""
    return {file.stem: read(file) for file in sorted(folder.iterdir())}
