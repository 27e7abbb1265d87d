"""From a pile of files to an own scorecard: one workbook is edited by hand, nothing else."""

import datetime as dt
import shutil

import pytest
import yaml
from openpyxl import load_workbook

from kit.data.load import load
from kit.params import read_period
from kit.scoring.card import scorecards
from kit.start import months
from tests.start import made

BOOK = "company/考核填写表-2025-06.xlsx"


GOALS = {
    "销售额 目标": 60000,
    "投入产出比 ROI 目标": 3,
    "点击转化率 目标": 0.04,
    "点击率 目标": 0.05,
}


OWNERS = dict(zip(made.PLANS, ["张三 (001)", "李四", "003", "张三 (001)"], strict=True))


def test_three_commands_lead_from_files_to_totals(files):
    code, told = made.printed("六月 导出", "人事 名单.xlsx")
    assert code == 0, told
    assert "万相台.csv：万相台无界版/直通车，2025-06-01 至 2025-06-30，120 行" in told
    assert "考核周期：2025-06" in told and "导出里还有 2025-05" in told
    assert told.splitlines()[-1].startswith("还缺：6 个有花费的计划没有负责人，12 个目标没填")
    made.fill(files / BOOK, OWNERS, GOALS)
    code, told = made.printed("company")
    assert code == 0 and told.splitlines()[-1].startswith("还缺：2 个有花费的计划没有负责人")
    tables = load(files / "company/params/2025-06.yml")
    totals = scorecards(tables).totals.set_index("specialist_id")["total"]
    assert totals.notna().all() and len(totals) == 3
    owned = tables.get("assignment").set_index("plan_id")
    assert owned["specialist_id"].to_dict() == dict(
        zip(made.PLANS, ["001", "002", "003", "001"], strict=True)
    )
    note = tables.scheme.note.zh
    assert "single_shop" in note and "37.50%" in note and tables.scheme.approved_by == ""


def test_the_value_of_the_period_before_stands_beside_the_target(files):
    made.printed("六月 导出", "人事 名单.xlsx")
    made.fill(files / BOOK, OWNERS, {})
    made.printed("company")
    [zhang] = [r for r in made.rows(files / BOOK, "targets") if r["姓名（编号）"] == "张三 (001)"]
    orders = sum(20 + (n * 5 + i) % 9 for n in range(31) for i in (0, 3))  # the plans 甲 and 丁
    assert zhang["销售额 上期实际"] == pytest.approx(orders * 95.5)
    clicks = sum(500 + 30 * ((n * 3 + i) % 7) for n in range(31) for i in (0, 3))
    assert zhang["点击转化率 上期实际"] == pytest.approx(orders / clicks)
    assert zhang["销售额 目标"] is None


def test_next_month_carries_owners_and_keeps_what_was_typed(files):
    made.printed("六月 导出", "人事 名单.xlsx")
    made.fill(files / BOOK, OWNERS, GOALS)
    june = (files / BOOK).read_bytes()
    made.alimama(files / "七月.csv", "2025-07", plans=(0, 1, 3))
    made.alimama(files / "七月 新.csv", "2025-07", plans=(2,))
    code, told = made.printed("七月.csv", "七月 新.csv")
    assert code == 0 and "考核周期：2025-07" in told and "考核方案不变" in told
    assert (files / BOOK).read_bytes() == june
    plans = made.rows(files / "company/考核填写表-2025-07.xlsx", "plans")
    owners = {r["推广计划编号"]: r["负责人"] for r in plans if r["负责人"]}
    assert owners == OWNERS
    assert {str(r["自哪天起"])[:10] for r in plans if r["负责人"]} == {"2025-07-01"}
    period = read_period(files / "company/params/2025-07.yml")
    assert period.compare.id == "2025-06" and len(period.data["form"]) == 2
    tables = load(files / "company/params/2025-07.yml")
    spans = tables.get("assignment").groupby("plan_id")["valid_to"].agg(["min", "max"])
    assert set(spans["min"].astype(str)) == {"2025-06-30"}
    assert set(spans["max"].astype(str)) == {"2025-07-31"}
    assert set(tables.get("targets")["period_id"]) == {"2025-06"}


def test_a_second_export_adds_plans_below_and_leaves_a_copy_of_what_was(files):
    made.printed("六月 导出/万相台.csv", "人事 名单.xlsx")
    made.fill(files / BOOK, OWNERS, GOALS)
    book = load_workbook(files / BOOK)
    book["推广计划"].cell(1, 10, "我的备注")
    book["推广计划"].cell(2, 10, "618 主推")
    book.create_sheet("随手记").append(["自己写的", 1])
    book.save(files / BOOK)
    code, told = made.printed("六月 导出/google ads.csv")
    assert code == 0 and "填写表已补充" in told
    plans = made.rows(files / BOOK, "plans")
    assert len(plans) == 6 and plans[0]["我的备注"] == "618 主推"
    assert {r["推广计划编号"]: r["负责人"] for r in plans if r["负责人"]} == OWNERS
    assert load_workbook(files / BOOK)["随手记"]["A1"].value == "自己写的"
    assert [r["销售额 目标"] for r in made.rows(files / BOOK, "targets")] == [60000] * 3
    assert len(list((files / "company/旧表").glob("*.xlsx"))) == 1
    before = (files / BOOK).read_bytes()
    _, told = made.printed("company")
    assert "填写表没有新内容，未动" in told and (files / BOOK).read_bytes() == before


def test_the_workbook_names_its_company(files, tmp_path, monkeypatch):
    made.printed("六月 导出", "人事 名单.xlsx")
    monkeypatch.chdir(tmp_path)
    code, told = made.printed(str(files / BOOK))
    assert code == 0 and "填写表没有新内容" in told
    assert not (tmp_path / "company").exists()


def test_nothing_of_the_sample_stands_in_a_new_company(files):
    made.printed("六月 导出", "人事 名单.xlsx")
    text = (files / "company/params/scheme-2025.yml").read_text(encoding="utf-8")
    text += (files / "company/params/2025-06.yml").read_text(encoding="utf-8")
    assert not [
        w for w in ("栖木", "618", "人力资源部", "关键词与出价", "data: sample") if w in text
    ]
    scheme = yaml.safe_load(text.split("# 考核周期")[0])
    assert scheme["promotions"] == [] and scheme["approved_by"] == ""


def test_english_headers_on_request(files):
    code, told = made.printed("六月 导出", "人事 名单.xlsx", "--lang", "en", "--into", "ours")
    assert code == 0 and "Missing next: owners of plans with spend: 6" in told
    book = files / "ours/appraisal-2025-06.xlsx"
    made.fill(book, OWNERS, {"Sales: target": 60000}, "en")
    code, told = made.printed("ours")
    assert code == 0 and "Workbook brought up to date" in told
    assert len(load(files / "ours/params/2025-06.yml").get("assignment")) == 4


# ── what may lie among the files ─────────────────────────────────────────────────────────────────
def test_an_unknown_file_a_leftover_and_a_copy_are_named_and_left_out(files):
    (files / "备忘.csv").write_text("买什么,多少\n牛奶,2\n", encoding="utf-8")
    (files / "~$万相台.xlsx").write_bytes(b"x")
    (files / "照片.png").write_bytes(b"x")
    shutil.copy(files / "六月 导出/万相台.csv", files / "万相台 副本.csv")
    code, told = made.printed(
        "备忘.csv", "~$万相台.xlsx", "照片.png", "六月 导出", "万相台 副本.csv", "人事 名单.xlsx"
    )
    assert code == 0
    assert "备忘.csv：认不出是什么" in told and "~$万相台.xlsx：是办公软件" in told
    assert (
        "照片.png：不是表格文件" in told and "万相台 副本.csv：与 万相台.csv 内容完全相同" in told
    )
    assert len(list((files / "company/data/ads").iterdir())) == 3


def test_two_whole_months_in_one_file_give_the_later_one_and_the_choice(files):
    both = files / "两个月.csv"
    head, *may = (files / "六月 导出/万相台 5月.csv").read_bytes().splitlines(keepends=True)
    june = (files / "六月 导出/万相台.csv").read_bytes().splitlines(keepends=True)[1:]
    both.write_bytes(b"".join([head, *may, *june]))
    code, told = made.printed("两个月.csv", "人事 名单.xlsx")
    assert code == 0 and "考核周期：2025-06" in told
    code, told = made.printed("两个月.csv", "--period", "2025-05", "--into", "五月")
    assert code == 0 and "考核周期：2025-05" in told
    code, told = made.printed("两个月.csv", "--period", "2024-05", "--into", "无")
    assert code == 2 and "2024-05" in told and "2025-05" in told


def test_a_whole_quarter_is_offered_as_a_period(files):
    days = [dt.date(2025, 4, 1) + dt.timedelta(n) for n in range(91)]
    choice = months.choose(days)
    assert choice.span.id == "2025-06" and choice.others == (
        "2025-04",
        "2025-05",
        "2025-B3",
        "2025-Q2",
    )
    assert months.choose(days, "2025-Q2").span.end == dt.date(2025, 6, 30)


def test_a_file_that_cannot_be_read_stops_before_anything_is_kept(files):
    text = (files / "六月 导出/万相台.csv").read_bytes().decode("gb18030")
    broken = files / "坏.csv"
    broken.write_bytes(text.replace("550.0", "很多", 1).encode("gb18030"))
    code, told = made.printed("坏.csv", "人事 名单.xlsx")
    assert code == 2 and "很多" in told and "Traceback" not in told
    assert not list((files / "company").rglob("*.csv"))


def test_no_folder_is_written_over(files):
    (files / "company").mkdir()
    (files / "company/重要.txt").write_text("x", encoding="utf-8")
    code, told = made.printed("六月 导出")
    assert code == 2 and "company" in told and "--into" in told
    assert [p.name for p in (files / "company").iterdir()] == ["重要.txt"]


def test_five_thousand_plans_and_five_hundred_people_fit(files):
    import pandas as pd

    plans = [
        (f"2025-06-{d:02d}", f"P{n:05d}", "" if n == 7 else f"计划{n}")
        for n in range(5000)
        for d in (1, 30)
    ]
    table = pd.DataFrame(plans, columns=["日期", "计划ID", "计划名字"])
    table = table.assign(展现量=1000, 点击量=50, 花费=10.0, 总成交笔数=2, 总成交金额=99.0)
    table.to_csv(files / "大.csv", index=False, encoding="gb18030")
    made.roster(files / "大名单.xlsx", tuple(f"员工{n}" for n in range(500)))
    code, told = made.printed("大.csv", "大名单.xlsx")
    assert code == 0 and "5000 个计划，500 人" in told
    rows = made.rows(files / BOOK, "plans")
    assert len(rows) == 5000 and all(r["推广计划名称"] for r in rows), "a plan without name: its id"
    book = load_workbook(files / BOOK)
    [validation] = [
        v for v in book["推广计划"].data_validations.dataValidation if v.formula1 == "people"
    ]
    assert "F5001" in validation.sqref
    assert book.defined_names["people"].attr_text.startswith("_people!$A$1:")
    assert book["_people"]["A500"].value.startswith("=IF(")


def test_an_export_whose_header_also_fits_people_stays_an_export(files):
    head = (
        "Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Total,Lineitem quantity,Id"
    )
    (files / "shopify.csv").write_text(
        head + "\n#1001,a@example.com,paid,2025-06-03 10:00:00,CNY,90,0,90,1,5001\n",
        encoding="utf-8",
    )
    from kit.start.recognition import Kind, recognise

    [found] = recognise(files / "shopify.csv")
    assert (found.kind, found.table) == (Kind.EXPORT, "orders")


def test_pages_of_another_period_file_are_not_written_over(files, monkeypatch, tmp_path):
    from kit.report import plan
    from kit.start import command, company

    made.printed("六月 导出", "人事 名单.xlsx")
    monkeypatch.setattr(plan, "REPORTS", tmp_path / "reports")
    ours = company.at(files / "company", None)
    file = ours.period_file("2025-06")
    assert command._reports(ours, file) == tmp_path / "reports"
    (tmp_path / "reports" / "2025-06").mkdir(parents=True)
    (tmp_path / "reports" / "2025-06" / "manifest.json").write_text("{}", encoding="utf-8")
    assert command._reports(ours, file) == files / "company" / "reports"


@pytest.mark.parametrize(("lang", "name"), [("zh", "README.zh.md"), ("en", "README.md")])
def test_the_session_in_the_readme_is_what_is_printed(here, lang, name):
    from kit.params import ROOT

    made.recorded(here)
    assert made.recording(lang) in (ROOT / name).read_text(encoding="utf-8")


def test_targets_of_who_takes_no_part_are_not_asked_for(files):
    """Of three people with four targets each one is not appraised: 8 are missing, not 12."""
    made.printed("六月 导出", "人事 名单.xlsx")
    book = load_workbook(files / BOOK)
    sheet = book["花名册"]
    cells = {cell.value: cell for line in sheet.iter_rows() for cell in line if cell.value}
    column, row = cells["参加考核"].column, cells["003"].row
    assert sheet.cell(row, column).value == "是"
    sheet.cell(row, column).value = "否"
    book.save(files / BOOK)
    assert "8 个目标没填" in made.printed("company")[1].splitlines()[-1]
