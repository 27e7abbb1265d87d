"""A trace leads to rows of the files, read once whoever and whatever is traced."""

from kit.scoring import trace
from tests.scoring import test_own as own


def test_entered_rows_are_brought_once_for_all_traces(tmp_path, monkeypatch):
    tables = own.month(
        tmp_path, own.leads(300), {"leads": 1}, {"measured": own.measured(*own.ROWS[:1])}
    )
    engine, asked = type(tables.engine), []
    scan = engine.scan
    monkeypatch.setattr(engine, "scan", lambda self, name: asked.append(name) or scan(self, name))
    found = [trace.source_rows(tables, "S1", "leads") for _ in range(3)]
    [row] = found[-1][found[-1]["table"] == "measured"].to_dict("records")
    assert (row["file"], row["first_row"], row["last_row"], row["rows"]) == (
        "measured.csv",
        2,
        2,
        1,
    )
    assert asked.count("measured") == 1
