"""What `kit start` makes of a currency, own reports and refused files: nothing is left behind."""

import pytest
import yaml

from kit.data.load import load
from tests.start import made

META = "Day,Campaign name,Amount spent (USD),Impressions,Link clicks,Purchases"
META += ",Purchases conversion value"


def meta(file, spend=2.5):
    """Thirty days of one campaign in dollars: spend 2.50 and sales 10.00 a day."""
    days = [f"2025-06-{n:02d},Prospecting,{spend},100,10,1,10.00" for n in range(1, 31)]
    file.write_text("\n".join([META, *days]) + "\n", encoding="utf-8")
    return file


def weekly(file):
    """A report by week, which belongs to no day."""
    head = "日期,计划ID,计划名字,展现量,点击量,花费,总成交笔数,总成交金额"
    file.write_text(f"{head}\n2025-06-02~2025-06-08,1,a,200,20,3.5,2,9.9\n", encoding="utf-8")
    return file


def test_a_company_whose_files_all_name_dollars_counts_in_dollars(here):
    meta(here / "meta.csv")
    code, told = made.printed("meta.csv")
    assert code == 0 and "USD" in told
    kept = yaml.safe_load((here / "company/params/2025-06.yml").read_text(encoding="utf-8"))
    assert kept["currency"] == "USD"
    made.google(here / "google.csv", "2025-07")  # the next month keeps what was said
    made.printed("company", "google.csv", "--period", "2025-07")
    kept = yaml.safe_load((here / "company/params/2025-07.yml").read_text(encoding="utf-8"))
    assert kept["currency"] == "USD"


def test_yuan_and_dollars_need_a_rate_which_the_command_takes(here):
    meta(here / "meta.csv")
    made.alimama(here / "万相台.csv", "2025-06")
    code, told = made.printed("meta.csv", "万相台.csv")
    assert code == 2 and "meta.csv, column Amount spent (USD): amounts are in USD" in told
    assert "--rate USD=7.1" in told and "company/" not in told
    assert not (here / "company").exists()
    code, _ = made.printed("meta.csv", "万相台.csv", "--rate", "USD=7")
    assert code == 0
    days = load(here / "company/params/2025-06.yml", refuse=False).plan_days
    assert days[days["plan_id"] == "Prospecting"]["spend"].sum() == pytest.approx(30 * 2.5 * 7)


def test_a_refusal_names_the_users_file_and_leaves_the_folder_as_it_was(here):
    weekly(here / "周报.csv")
    code, told = made.printed("周报.csv")
    told = [line for line in told.splitlines() if line]
    assert code == 2 and len(told) == 2
    assert told[1].startswith("周报.csv row 2") and "2025-06-02 to 2025-06-08" in told[1]
    assert not (here / "company").exists()
    made.alimama(here / "万相台.csv", "2025-06")  # the mended export, same folder
    assert made.printed("万相台.csv")[0] == 0


def test_days_and_hours_of_one_plan_are_refused_before_anything_is_written(here):
    head = "时间,计划ID,计划名称,消耗(元),展示次数,点击次数,直接成交订单数,直接成交金额(元)"
    days = [f"2025-06-{n:02d}{{}},1,a,4,200,20,2,8" for n in range(1, 31)]
    for name, clocks in (("日.csv", [""]), ("时.csv", [" 10:00", " 20:00"])):
        lines = [line.format(clock) for line in days for clock in clocks]
        (here / name).write_text("\n".join([head, *lines]), encoding="utf-8")
    code, told = made.printed("日.csv", "时.csv")
    assert code == 2 and "stands in 日.csv row 2 (without hour) and in 时.csv row 2" in told
    assert not (here / "company").exists()


def test_each_sheet_is_told_once_under_its_own_name(here):
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for month in (5, 6):
        sheet = book.create_sheet(f"{month}月")
        sheet.append(
            ["日期", "推广计划", "曝光量", "点击量", "总花费(元)", "交易额(元)", "成交笔数"]
        )
        for day in range(1, 31):
            sheet.append([f"2025-{month:02d}-{day:02d}", "a", 200, 20, 3.5, 9.9, 2])
    people = book.create_sheet("人员")
    people.append(["工号", "姓名", "部门"])
    people.append(["A1", "张三", "一组"])
    book.save(here / "拼多多.xlsx")
    told = made.printed("拼多多.xlsx")[1].splitlines()
    assert [line for line in told if "拼多多推广" in line] == [
        "拼多多.xlsx#5月：拼多多推广，2025-05-01 至 2025-05-30，30 行",
        "拼多多.xlsx#6月：拼多多推广，2025-06-01 至 2025-06-30，30 行",
    ]
    assert len([line for line in told if "代替" in line]) == 2
    assert not [line for line in told if "人员" in line and "没有读" in line]


def test_own_reports_beside_the_files_are_read_and_kept(here):
    head = "日期,广告计划ID,花费（元）,封面曝光数,行为数,订单支付数,订单支付金额（元）"
    days = [f"2025-06-{n:02d},7,3.5,200,20,2,9.9" for n in range(1, 31)]
    (here / "磁力.csv").write_text("\n".join([head, *days]), encoding="utf-8")
    names = ["date", "campaign_id", "spend", "impressions", "clicks", "orders", "revenue"]
    columns = dict(zip(head.split(","), names, strict=True))
    own = {"reports": {"kuaishou": {"name": {"zh": "磁力", "en": "Cili"}, "columns": columns}}}
    own["reports"]["kuaishou"] |= {"table": "ads", "fixed": {"platform": "kuaishou"}}
    (here / "reports.yml").write_text(yaml.safe_dump(own, allow_unicode=True), encoding="utf-8")
    code, told = made.printed("磁力.csv")
    assert code == 0 and "磁力.csv：磁力，2025-06-01 至 2025-06-30，30 行" in told
    assert (here / "company/params/reports.yml").is_file()
    found = load(here / "company/params/2025-06.yml", refuse=False)
    assert found.plan_days["spend"].sum() == pytest.approx(105)


def test_a_day_that_cannot_be_read_is_told_with_its_person(here):
    made.alimama(here / "万相台.csv", "2025-06")
    made.roster(here / "名单.xlsx", ("张三", "李四"), 入职日期=["2023/13/1", "2022-01-01"])
    told = made.printed("万相台.csv", "名单.xlsx")[1]
    assert "名单.xlsx，张三：“2023/13/1”不是日期" in told


def test_a_target_typed_with_a_percent_sign_is_the_fraction_that_it_is(here):
    made.alimama(here / "万相台.csv", "2025-06")
    made.roster(here / "名单.xlsx", ("张三", "李四"))
    made.printed("万相台.csv", "名单.xlsx")
    made.fill(here / "company/考核填写表-2025-06.xlsx", {}, {"点击率 目标": "４.5 %"})
    made.printed("company")
    targets = load(here / "company/params/2025-06.yml", refuse=False).get("targets")
    assert targets["target"].tolist() == [0.045, 0.045]


def test_a_sign_of_several_currencies_is_asked_for_and_taken_as_said(here):
    """$2.50 may be American, Canadian, Hong Kong …: refused, unless the command says which."""
    meta(here / "meta.csv", spend="$2.50")
    text = (here / "meta.csv").read_text(encoding="utf-8").replace(" (USD)", "")
    (here / "meta.csv").write_text(text, encoding="utf-8")
    code, told = made.printed("meta.csv")
    assert code == 2 and "amounts are in $" in told and "--currency USD" in told
    assert made.printed("meta.csv", "--rate", "usd=7", "--into", "a")[0] == 0
    assert made.printed("meta.csv", "--currency", "usd", "--into", "b")[0] == 0
    for name, spend in (("a", 30 * 2.5 * 7), ("b", 30 * 2.5)):
        days = load(here / name / "params/2025-06.yml", refuse=False).plan_days
        assert days["spend"].sum() == pytest.approx(spend)
