"""Questionnaires that people fill in are read back as they were typed."""

from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.schema import contract


def test_a_questionnaire_becomes_a_row_a_rating(tmp_path):
    (tmp_path / "map.yml").write_text(
        "period_id: 2025-06\nrater_id: 1、您的工号\nspecialist_id: 2、被评价人工号\n"
        "relation: 3、您与他的关系\nsubmitted_on: 提交答卷时间\n"
        "items: {4、创新能力: innovation, 5、团队协作: teamwork}\n"
        "relations: {上级: manager, 同事: peer}\nanswers: {非常符合: 5}\n",
        encoding="utf-8",
    )
    (tmp_path / "问卷.csv").write_text(
        "序号,提交答卷时间,1、您的工号,2、被评价人工号,3、您与他的关系,4、创新能力,5、团队协作\n"
        "1,2025/7/2,M01,S1,上级,4,非常符合\n2,2025/7/3,S2,S1,同事,3,\n",
        encoding="gb18030",
    )
    place = Place(tmp_path / "问卷.csv", "", "wide", {"map": str(tmp_path / "map.yml")})
    rows, issues = read_file(place, contract()["feedback"])
    assert issues == []
    columns = ["period_id", "specialist_id", "rater_id", "relation", "item", "rating"]
    assert [list(r.values()) for r in rows.select(columns).to_pylist()] == [
        ["2025-06", "S1", "M01", "manager", "innovation", "4"],
        ["2025-06", "S1", "M01", "manager", "teamwork", "5"],
        ["2025-06", "S1", "S2", "peer", "innovation", "3"],
    ]


def test_a_question_that_is_not_there_is_named(tmp_path):
    (tmp_path / "map.yml").write_text(
        "rater_id: 工号\nspecialist_id: 被评价人\nitems: {创新: innovation}\n", encoding="utf-8"
    )
    (tmp_path / "q.csv").write_text("工号,创新力,被评价人\n1,2,3\n", encoding="utf-8")
    place = Place(tmp_path / "q.csv", "", "wide", {"map": str(tmp_path / "map.yml")})
    rows, [issue] = read_file(place, contract()["feedback"])
    assert rows is None and issue.facts["questions"] == ["创新"]
