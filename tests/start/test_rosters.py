"""Lists of people: of many spellings, newer ones, two that differ, people of one name."""

import pytest

from kit.data.load import load
from tests.start import made
from tests.start.test_start import BOOK


def test_without_a_roster_the_workbook_waits_for_people(files):
    code, told = made.printed("六月 导出")
    assert code == 0 and told.splitlines()[-1].startswith("还缺：人员名单")
    assert made.rows(files / BOOK, "roster") == []
    code, told = made.printed("company", "人事 名单.xlsx")
    assert len(made.rows(files / BOOK, "roster")) == 3


def test_two_rosters_that_differ_leave_the_cell_open_and_say_so(files):
    made.roster(files / "旧名单.xlsx", ("张三", "李四"), 部门=["客服组", "推广一组"])
    code, told = made.printed("六月 导出", "人事 名单.xlsx", "旧名单.xlsx")
    assert code == 0 and "人员 001" in told and "客服组" in told
    people = {r["专员编号"]: r["团队"] for r in made.rows(files / BOOK, "roster")}
    assert people == {"001": None, "002": "推广一组", "003": "推广二组"}


def test_a_newer_roster_does_not_write_over_what_was_typed(files):
    made.printed("六月 导出", "人事 名单.xlsx")
    made.roster(files / "新名单.xlsx", ("张三", "李四"), 部门=["直播组", "推广一组"])
    _, told = made.printed("company", "新名单.xlsx")
    assert "人员 001 的团队：填写表是“推广一组”，新名单是“直播组”" in told
    assert "新名单里没有：王五 (003)" in told


@pytest.mark.parametrize(
    ("head", "ids"),
    [
        (["员工编号", "员工姓名", "所属部门", "入司时间"], ["E1", "E2"]),
        (["Employee ID", "Full Name", "Department", "Date of Joining"], ["E1", "E2"]),
        (["姓名", "组别"], ["张三", "李四"]),
    ],
)
def test_rosters_of_many_spellings_are_read(files, head, ids):
    cells = [["E1", "张三", "A组", "2023/3/1"], ["E2", "李四", "A组", "20240105"]]
    keep = [1, 2] if len(head) == 2 else [0, 1, 2, 3]
    lines = [head, *[[row[k] for k in keep] for row in cells], ["合计"] + [""] * (len(head) - 1)]
    text = "人员情况表\n\n" + "\n".join(",".join(line) for line in lines)
    (files / "花名册.csv").write_text(text, encoding="gb18030")
    code, told = made.printed("六月 导出", "花名册.csv")
    assert code == 0, told
    people = made.rows(files / BOOK, "roster")
    assert [r["专员编号"] for r in people] == ids and {r["团队"] for r in people} == {"A组"}


def test_people_of_one_name_are_told_apart(files):
    made.roster(files / "人事 名单.xlsx", ("张伟", "张伟", "王五"))
    made.printed("六月 导出", "人事 名单.xlsx")
    owners = dict(zip(made.PLANS, ["张伟 (001)", "张伟 (002)", "王五", ""], strict=True))
    made.fill(files / BOOK, owners, {})
    made.printed("company")
    owned = load(files / "company/params/2025-06.yml").get("assignment")
    assert sorted(owned["specialist_id"]) == ["001", "002", "003"]
    made.fill(files / BOOK, {made.PLANS[0]: "张伟"}, {})
    from kit.data.load import check

    [issue] = [i for i in check(files / "company/params/2025-06.yml") if i.severity == "refuse"]
    assert issue.rule == "several_people" and issue.value == "张伟"
    assert "张伟 (001)" in issue.fault().told("zh") and issue.row is not None
