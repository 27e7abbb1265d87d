"""The command line as its users meet it: bad input is told in both languages, never a traceback."""

import json

import pytest

from kit.__main__ import main
from kit.data.store import cache
from kit.report import plan
from tests.data.company import FILES, SHARED, folder

ROSTER = FILES["roster"]
ADS = FILES["ads"]


@pytest.fixture(autouse=True)
def own_places(tmp_path_factory, monkeypatch):
    """No test touches the project's cache or reports."""
    monkeypatch.setattr(cache, "HOME", tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr(plan, "REPORTS", tmp_path_factory.mktemp("reports"))


def checked(capsys, period):
    code = main(["check", str(period)])
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    return code, told.out + told.err


BAD = {  # what is changed in the company's files -> what the message must name
    "required table absent": ({"ads": None}, ["ads"]),
    "column renamed": ({"ads": ADS.replace("clicks", "klicks", 1)}, ["clicks", "ads.csv"]),
    "text in a number": (
        {"ads": ADS.replace("5.5,1,20", "many,1,20", 1)},
        ["ads.csv", "spend", "many", "2"],
    ),
    "negative spend": (
        {"ads": ADS.replace("5.5,1,20", "-5.5,1,20", 1)},
        ["ads.csv", "spend", "-5.5"],
    ),
    "empty table": ({"ads": ADS.splitlines()[0] + "\n"}, ["ads"]),
    "no rows in the period": ({"ads": ADS.replace("2025-06", "2025-03")}, ["2025-06-01"]),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_data_is_refused_with_its_place_in_both_languages(capsys, tmp_path, what):
    changed, named = BAD[what]
    code, told = checked(capsys, folder(tmp_path, **changed))
    refusals = [line for line in told.splitlines() if line.startswith(("拒绝", "refuse"))]
    assert code == 2 and len(refusals) >= 2
    for part in named:
        assert any(part in line for line in refusals), f"{part} is not named: {refusals}"


def test_a_run_on_bad_data_writes_nothing(capsys, tmp_path):
    changed, _ = BAD["text in a number"]
    assert main(["run", str(folder(tmp_path, **changed))]) == 2
    told = capsys.readouterr().err
    assert "many" in told and "Traceback" not in told
    assert not [p for p in plan.REPORTS.rglob("*") if p.is_file()]


def test_faults_of_several_tables_come_at_once(capsys, tmp_path):
    roster = ROSTER.replace("2024-01-01", "soon")
    period = folder(tmp_path, roster=roster, **BAD["text in a number"][0])
    code, told = checked(capsys, period)
    assert code == 2 and "many" in told and "soon" in told


def test_a_plan_that_nobody_owns_warns_and_does_not_stop(capsys, tmp_path):
    code, told = checked(capsys, folder(tmp_path))
    assert code == 0 and "P3" in told  # the company's third plan is in nobody's assignment


def test_a_test_that_cannot_be_judged_is_named_and_does_not_stop(capsys, tmp_path):
    plan = (
        "test_id,specialist_id,hypothesis,indicator,better,design,kind,start_date,end_date,"
        "split\nT1,S1,new title,ctr,up,same_days,superiority,2025-06-01,2025-06-14,"
        "A:0.5;B:0.6\n"
    )
    code, told = checked(capsys, folder(tmp_path, experiments=plan))
    assert code == 0 and told.count("T1") == 2 and "1.1" in told, told


def test_an_optional_table_may_be_absent(capsys, tmp_path):
    assert checked(capsys, folder(tmp_path, traffic=None, sessions=None, orders=None))[0] == 0


def test_a_missing_parameter_file_and_one_that_is_not_yaml(capsys, tmp_path):
    assert main(["check", str(tmp_path / "none.yml")]) == 2
    assert "none.yml" in capsys.readouterr().err
    (tmp_path / "bad.yml").write_text("id: [2025", encoding="utf-8")
    assert main(["run", str(tmp_path / "bad.yml")]) == 2
    told = capsys.readouterr().err
    assert "bad.yml" in told and "YAML" in told and "Traceback" not in told


def test_a_data_folder_that_is_not_there_is_named(capsys, tmp_path):
    period = folder(tmp_path)
    text = period.read_text(encoding="utf-8").replace(f"data: {tmp_path}", "data: no/such/folder")
    period.write_text(text, encoding="utf-8")
    code, told = checked(capsys, period)
    assert code == 2 and "no/such/folder" in told


def test_reports_that_cannot_be_written_are_told(capsys, tmp_path, monkeypatch):
    """A file stands where the folder should be: the same for root, whom permissions do not stop."""
    (tmp_path / "reports").write_text("", encoding="utf-8")
    monkeypatch.setattr(plan, "REPORTS", tmp_path / "reports")
    assert main(["run", str(folder(tmp_path))]) in (1, 2)
    told = capsys.readouterr().err
    assert "reports" in told and "Traceback" not in told


@pytest.mark.shared
def test_an_export_is_looked_at_in_both_languages(capsys):
    file = SHARED / "data" / "messy" / "alimama_plan_gb18030.csv"
    assert main(["import", str(file)]) == 0
    told = capsys.readouterr().out
    assert "alimama_wujie" in told and "展现量 → impressions" in told and "Rows read: 14" in told


HEAD = "日期,计划ID,计划名称,展现量,点击量,花费,总成交笔数,总成交金额"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"{HEAD}\n2025-06-01,p,n,1000,10,5,1,50\n", 0),
        (f"{HEAD}\n2025-06-01,p,n,1000,ten,5,1,50\n", 1),
        ("a,b\n1,2\n", 1),
    ],
    ids=["read", "a cell that is refused", "not known"],
)
def test_a_look_at_a_file_that_would_not_be_read_is_no_success(tmp_path, text, code):
    """A script that looks before it loads must notice."""
    (tmp_path / "june.csv").write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / "june.csv")]) == code


def test_a_period_file_is_found_from_the_folder_where_the_command_is_typed(
    tmp_path, monkeypatch, capsys
):
    file = folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["check", str(file.relative_to(tmp_path))]) != 2
    assert "no parameter file" not in capsys.readouterr().err


def test_jobs_are_one_json_a_line(capsys, tmp_path):
    assert main(["jobs", str(folder(tmp_path))]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines and {"notebook", "lang"} <= set(json.loads(lines[0]))


def test_a_bare_id_stands_for_the_file_in_params(capsys):
    assert main(["check", "2099-01"]) == 2
    assert "params/2099-01.yml" in capsys.readouterr().err


def test_a_ctrl_c_is_told_in_both_languages_and_is_no_success(monkeypatch, capsys):
    def asked(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("kit.__main__.check", asked)
    assert main(["check", "x"]) == 1
    told = capsys.readouterr().err
    assert "已中断" in told and "stopped" in told
