"""A table that was given and cannot be read refuses the period, never "not given" (读不了)."""

import pytest

from kit.data.load import inspect
from kit.data.schema import contract
from kit.params import read_period
from kit.words import LANGS
from tests.data.company import FILES, folder, loaded
from tests.pages import shop

LOGIN = "<!DOCTYPE html><html><head><title>登录</title></head><body><form>…</form></body></html>"
TABLES = (
    *("roster", "plans", "assignment", "ads", "traffic", "orders", "targets", "budget", "tasks"),
    *("feedback", "market", "interviews", "skills"),
)


def damaged(raw: bytes, name: str) -> dict[str, bytes]:
    """The file in eight ways: each is either the same table, or no table."""
    text = raw.decode()
    head, _, rest = text.partition("\n")
    key = contract()[name].key[0]
    renamed = ",".join("谜" if column == key else column for column in head.split(","))
    half = len(raw) // 2
    cut = raw[: raw.rfind(b",", 0, half)]  # a line that ends before its last columns
    return {
        "carriage returns": raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r"),
        "login page": LOGIN.encode(),
        "empty": b"",
        "header alone": f"{head}\n".encode(),
        "cut": cut,
        "NUL bytes": raw[:half] + b"\0\0\0" + raw[half:],
        "UTF-16": text.encode("utf-16"),
        "key renamed": f"{renamed}\n{rest}".encode(),
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_given_table_is_read_right_or_refused_in_words(tmp_path, name):
    file = shop.write(tmp_path, {})
    place = tmp_path / f"{name}.csv"
    raw = place.read_bytes()
    right = inspect(read_period(file)).get(name)
    for way, bad in damaged(raw, name).items():
        place.write_bytes(bad)
        held = inspect(read_period(file))
        refused = [i for i in held.found if i.severity == "refuse"]
        assert all(i.fault().told(lang) for i in refused for lang in LANGS)
        assert refused or held.get(name).equals(right), (name, way)


def test_a_table_that_is_rightly_empty_is_said_so(tmp_path):
    head = FILES["traffic"].splitlines()[0] + "\n"
    file = folder(tmp_path, traffic=head)
    [asked] = [i for i in inspect(read_period(file)).found if i.severity == "refuse"]
    assert (asked.rule, asked.table) == ("empty_given", "traffic")
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "empty: [traffic]\n", encoding="utf-8")
    assert not [i for i in inspect(read_period(file)).found if i.severity == "refuse"]
    file.write_text(text + "empty: [ads]\n", encoding="utf-8")
    told = {i.rule for i in inspect(read_period(file)).found if i.severity == "refuse"}
    assert told == {"empty_given", "empty_with_rows"}


def test_absent_tables_are_told_with_the_indicators_that_they_cost(tmp_path):
    issues = {i.rule: i for i in loaded(tmp_path).found}
    assert {"indicator.plan_completion", "indicator.innovation"} <= {
        str(term) for term in issues["not_given"].facts["costs"]
    }
