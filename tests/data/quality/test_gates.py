"""The bad inputs that people make: each is refused or said, naming the place; never a traceback."""

import pytest

from kit.data.issues import Issue
from kit.data.load import check, load
from kit.data.quality.gates import gates, rules
from kit.data.schema import contract
from kit.data.store import engine
from kit.errors import DataError, KitError
from kit.words import LANGS, has
from tests.data.company import FILES, folder, loaded

ADS = FILES["ads"]
FULL = ADS + "".join(
    f"2025-06-{d:02d},1,P1,毛毯,1000,10,5,1,20,2025-07-20\n"
    for d in range(1, 31)
    if d not in (14, 16)
)


def faults(tmp_path, **changed):
    """The refusals of the changed company by rule, told in both languages on the way."""
    with pytest.raises(KitError) as caught:
        loaded(tmp_path, **changed)
    assert all(caught.value.told(lang) for lang in LANGS)
    return {fault.key.removeprefix("data."): fault.facts for fault in caught.value.faults}


def found(tmp_path, **changed):
    return {i.rule: i for i in check(folder(tmp_path, **changed))}


def test_a_missing_needed_table_is_refused_by_name(tmp_path):
    assert faults(tmp_path, roster=None)["no_table"]["table"] == "roster"


def test_a_missing_optional_table_is_only_noted(tmp_path):
    tables = loaded(tmp_path, traffic=None)
    assert not tables.has("traffic") and tables.get("traffic").empty
    note = tables.issues.set_index("rule").loc["not_given"]
    assert note["severity"] == "note" and "traffic" in note["facts"]["tables"]


def test_a_renamed_column_is_told_with_its_nearest(tmp_path):
    fault = faults(tmp_path, ads=ADS.replace("impressions", "impression"))["no_column"]
    assert fault["column"] == "impressions" and fault["near"] == ["impression"]
    assert fault["file"].endswith("ads.csv")


def test_text_in_a_number_is_told_with_row_column_and_value(tmp_path):
    fault = faults(tmp_path, ads=ADS.replace(",6,1,30", ",六元,1,30"))["bad_cell"]
    assert (fault["row"], fault["column"], fault["value"]) == (4, "spend", "六元")
    assert fault["count"] == 2


def test_a_cell_that_cannot_be_read_hides_no_other_fault_of_its_table(tmp_path):
    """Both are told at once; the unreadable cell itself is not told again as an empty one."""
    ads = ADS.replace("10,6,1,30", "10,-6,1,30", 1).replace("10,7,1", "10,abc,1")
    told = {
        (i.rule, i.row, i.column)
        for i in check(folder(tmp_path, ads=ads))
        if i.severity == "refuse"
    }
    assert told == {("bad_cell", 6, "spend"), ("negative", 4, "spend")}


def test_negative_spend_is_refused_with_its_place(tmp_path):
    fault = faults(tmp_path, ads=ADS.replace(",7,1,30", ",-7,1,30"))["negative"]
    assert (fault["row"], fault["column"], fault["value"]) == (6, "spend", "-7")


@pytest.mark.parametrize("text", [ADS.splitlines()[0] + "\n", "", "\n\n"])
def test_an_empty_needed_table_is_refused(tmp_path, text):
    assert faults(tmp_path, ads=text).keys() & {"empty_table", "no_column"}


def test_a_period_without_rows_is_refused_with_the_days_there_are(tmp_path):
    fault = faults(tmp_path, ads=ADS.replace("2025-06", "2025-05"))["no_rows_in_period"]
    assert (str(fault["first"]), str(fault["last"])) == ("2025-05-14", "2025-05-16")


def test_spend_that_nobody_owns_is_said_with_amount_and_plans(tmp_path):
    issue = found(tmp_path)["unassigned"]
    assert issue.severity == "warn" and issue.count == 2
    assert issue.facts == {
        "spend": "10.00",
        "plans": ["搜索计划 (P1)", "P3"],
        "n_plans": 2,
        "currency": "unit.money",
    }


def test_missing_file_and_folder_are_refused(tmp_path):
    period = folder(tmp_path)
    text = period.read_text(encoding="utf-8")
    for data, rule in (("/nowhere", "data.no_folder"), ("{ads: gone.csv}", "data.no_file")):
        period.write_text(text.replace(f"data: {tmp_path}", f"data: {data}"), encoding="utf-8")
        with pytest.raises(KitError) as caught:
            load(period)
        assert rule in [fault.key for fault in caught.value.faults]


def test_shares_above_one_are_refused(tmp_path):
    both = FILES["assignment"] + "P2,S1,2025-06-01,,0.5\n"
    fault = faults(tmp_path, assignment=both)["shares_above_one"]
    assert (fault["plan"], str(fault["day"]), fault["value"]) == ("P2", "2025-06-16", "1.5")


def test_totals_beside_details_are_refused(tmp_path):
    total = "2025-06-14,1,P1,,2000,20,11,2,40,2025-07-20\n"
    fault = faults(tmp_path, ads=ADS + total)["totals_and_details"]
    assert (fault["plan"], str(fault["day"]), fault["column"]) == ("P1", "2025-06-14", "keyword")


def test_missing_days_are_said_and_a_full_month_has_none(tmp_path):
    [issue] = [i for i in check(folder(tmp_path)) if (i.rule, i.table) == ("missing_day", "ads")]
    assert issue.facts["days"] == ["2025-06-01…2025-06-13", "2025-06-15", "2025-06-17…2025-06-30"]
    rest = [i for i in check(folder(tmp_path, ads=FULL)) if i.table == "ads"]
    assert "missing_day" not in {i.rule for i in rest}


def test_days_within_the_window_of_the_snapshot_are_provisional(tmp_path):
    # 快照 2025-07-08 减 15 天 = 2025-06-23: 24 日起暂估
    lines = FULL.replace("2025-07-20", "2025-07-08,15")
    lines = lines.replace("snapshot_date", "snapshot_date,window_days", 1)
    issue = found(tmp_path, ads=lines)["provisional"]
    assert issue.count == 7 and issue.facts["days"] == ["2025-06-24…2025-06-30"]


def test_two_attribution_windows_are_refused(tmp_path):
    lines = (
        FULL.replace("2025-07-20\n", "2025-07-20,15\n")
        .replace("snapshot_date", "snapshot_date,window_days", 1)
        .replace(",15\n", ",30\n", 1)
    )
    assert faults(tmp_path, ads=lines)["several_windows"]["windows"] == [15, 30]


def test_every_rule_of_the_file_is_told_in_words_and_names_a_real_column():
    for rule in gates()["rows"]:
        assert has(f"data.{rule['id']}") and rule["column"] in contract()[rule["table"]].columns
    for place in gates()["negative"]:
        table, column = place.split(".")
        assert contract()[table][column].type in ("int", "money", "float")
    assert all(rules(name) is not None and has(f"table.{name}") for name in contract())


def test_tests_alone_can_be_read_without_people(tmp_path):
    only = dict.fromkeys(FILES) | {
        "experiments": (
            "test_id,specialist_id,hypothesis,indicator,better,design,start_date,end_date,kind\n"
            "T1,S1,更短的页面,pay_conversion,up,user_split,2025-06-01,2025-06-30,superiority\n"
        )
    }
    tables = loaded(tmp_path, **only)
    assert tables.has("experiments")
    with pytest.raises(KitError):
        _ = tables.facts


def test_equal_rows_count_once_and_their_days_are_named(tmp_path):
    again = ADS.splitlines()[1] + "\n"
    tables = loaded(tmp_path, ads=ADS + again)
    assert tables.plan_days["spend"].sum() == 30.0
    issue = tables.issues.set_index("rule").loc["duplicate_row"]
    assert (issue["count"], issue["row"], issue["facts"]["days"]) == (1, 7, ["2025-06-14"])


def test_of_one_key_the_later_snapshot_stays_wherever_it_stands(tmp_path):
    # 重出的报表: 07-25 的 8 元取代 07-20 的 7 元，即使它排在前面
    head, *lines = ADS.splitlines()
    later = lines[-1].replace(",7,1,30,2025-07-20", ",8,1,30,2025-07-25")
    tables = loaded(tmp_path, ads="\n".join([head, later, *lines]) + "\n")
    assert tables.plan_days["spend"].sum() == 31.0
    issue = tables.issues.set_index("rule").loc["conflict"]
    assert (issue["severity"], issue["count"], issue["row"]) == ("warn", 1, 7)


def test_without_a_day_that_tells_the_newer_row_both_are_named_and_refused(tmp_path):
    twice = FILES["roster"] + "S2,李四四,二组,\n"
    told = faults(tmp_path, roster=twice)["conflict_open"]
    assert (told["row"], told["other_row"], told["old"], told["new"]) == (3, 4, "李四", "李四四")


@pytest.mark.parametrize("said", ["4", "4 GB", "0GB", "-1GB", "lots", "4GB; DROP"])
def test_a_memory_that_is_no_memory_is_refused_with_what_was_said(monkeypatch, said):
    monkeypatch.setenv("KIT_MEMORY", said)
    with pytest.raises(DataError) as refusal:
        engine.open("duckdb")
    [fault] = refusal.value.faults
    assert (fault.key, fault.facts["found"]) == ("data.bad_memory", said)
    assert "450MB" in fault.told("zh") and "450MB" in fault.told("en")


def test_the_memory_that_is_said_is_the_engines(monkeypatch):
    monkeypatch.setenv("KIT_MEMORY", "64MB")
    assert engine.open("duckdb").home.megabytes == 64


def test_a_retest_before_its_course_begins_is_told_with_its_day(tmp_path):
    head = "course,skill,specialist_id,start_date,passed,retest_on\n"
    rows = "出价课,出价,S1,2025-08-04,,2025-07-31\n选题课,选题,S1,2025-07-01,,2025-09-01\n"
    issue = found(tmp_path, training=head + rows)["dates_reversed"]
    assert (issue.severity, issue.column, issue.row) == ("warn", "retest_on", 2)
    assert (issue.value[:10], issue.count) == ("2025-07-31", 1)


def test_a_finding_names_plan_and_date_of_its_row(tmp_path):
    """Row 4 is the first of 16 June: P1; a negative figure of a table without days has no day."""
    ads = FULL.replace("毛毯,1000,10,6,1", "毛毯,9,10,6,1", 1)
    issue = found(tmp_path, ads=ads)["clicks_above_impressions"]
    assert issue.row == 4
    assert "ads.csv row 4 (P1, 2025-06-16): 10 clicks" in issue.fault().told("en")
    assert "第 4 行（P1, 2025-06-16）：点击量 10 大于" in issue.fault().bare().told("zh")


def test_tasks_done_without_the_day_are_told_with_their_row(tmp_path):
    """Rows 3 and 5 of the file; the open one and the one of another month are not meant."""
    tasks = (
        "task_id,specialist_id,task,due,done_on,status\n"
        "T1,S1,a,2025-06-10,2025-06-09,done\nT2,S1,b,2025-06-11,,done\n"
        "T3,S1,c,2025-06-12,,planned\nT4,S1,d,2025-06-13,,done\nT5,S1,e,2025-07-13,,done\n"
    )
    issue = found(tmp_path, tasks=tasks)["done_undated"]
    assert (issue.severity, issue.row, issue.count) == ("warn", 3, 2)


@pytest.mark.parametrize(("lang", "column"), [("zh", "列 spend"), ("en", "column spend")])
def test_a_finding_without_its_cell_keeps_its_column(lang, column):
    """Page 1 cites the first warning without the code that confirms it, but says where it lies."""
    facts = {"to": "CNY", "rate": "7.1"}
    money = Issue(
        "currency_converted", "warn", "ads", "a.csv", column="spend", value="USD", facts=facts
    )
    assert column in money.fault().bare().told(lang)
    facts = {"confirm": "x1"}
    asked = Issue("level_date", "warn", "tasks", "t.csv", 4, "due", facts=facts).fault().bare()
    assert asked.facts["cell"] == asked.facts["code"] == ""
