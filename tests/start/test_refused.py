"""What `kit start` makes of a currency, own reports and refused files: nothing is left behind."""

import pytest
import yaml

from kit.data.load import load
from tests.start import made
from tests.start.made import meta


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
    assert "--rate USD=…, what one USD is worth in CNY" in told and "company/" not in told
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


def test_an_empty_folder_of_the_users_own_stays_after_a_refusal(here):
    weekly(here / "周报.csv")
    (here / "我的").mkdir()
    assert made.printed("周报.csv", "--into", "我的")[0] == 2
    assert (here / "我的").is_dir() and not any((here / "我的").iterdir())
    assert made.printed("周报.csv", "--into", "新/的")[0] == 2
    assert not (here / "新").exists()


@pytest.mark.parametrize("place", ["kit.start.exports.read", "kit.start.fill.write"])
def test_a_run_that_is_broken_off_leaves_no_copy(here, monkeypatch, place):
    def broken_off(*_, **__):
        raise KeyboardInterrupt

    made.alimama(here / "万相台.csv", "2025-06")
    monkeypatch.setattr(place, broken_off)
    assert made.printed("万相台.csv")[0] != 0
    assert not (here / "company").exists()


def test_a_company_broken_off_before_its_first_workbook_may_start_again(here, monkeypatch):
    def broken_off(*_, **__):
        raise KeyboardInterrupt

    made.alimama(here / "万相台.csv", "2025-06")
    with monkeypatch.context() as patched:
        patched.setattr("kit.start.book.write", broken_off)  # parameters are written by then
        assert made.printed("万相台.csv")[0] != 0
    assert not (here / "company").exists()
    assert made.printed("万相台.csv")[0] == 0


def test_a_command_that_ends_early_takes_nothing_of_the_users(here, monkeypatch):
    """The user's own workbook lies in the company's folder; a known company keeps its month."""

    def broken_off(*_, **__):
        raise KeyboardInterrupt

    export = made.alimama(here / "万相台.csv", "2025-05")
    (here / "own").mkdir()
    (here / "own" / "预算.xlsx").write_bytes(b"the user's own")
    with monkeypatch.context() as patched:
        patched.setattr("kit.start.book.write", broken_off)
        assert made.printed("万相台.csv", "--into", "own")[0] != 0
    assert [p.name for p in (here / "own").rglob("*")] == ["预算.xlsx"]
    assert (here / "own" / "预算.xlsx").read_bytes() == b"the user's own"

    assert made.printed("万相台.csv")[0] == 0
    stood = {p: p.read_bytes() for p in (here / "company").rglob("*.yml")}
    made.alimama(export, "2025-06")
    with monkeypatch.context() as patched:
        patched.setattr("kit.start.book.write", broken_off)
        assert made.printed("company", "万相台.csv")[0] != 0
    assert {p: p.read_bytes() for p in (here / "company").rglob("*.yml")} == stood


@pytest.mark.parametrize("place", ["kit.start.exports.read", "kit.start.book.write"])
def test_what_the_user_saves_while_a_command_fails_stays(here, monkeypatch, place):
    """A workbook saved and files made in Excel meanwhile are the user's, also beside parameters."""
    made.alimama(here / "万相台.csv", "2025-06")
    assert made.printed("万相台.csv")[0] == 0
    company = here / "company"
    made.google(here / "google.csv", "2025-06")
    saved = {company / "我的预算.xlsx", company / "~$考核填写表-2025-06.xlsx"}
    saved |= {company / "params/我的.yml"}
    saved |= {company / "考核填写表-2025-06.xlsx"} if place.endswith("read") else set()
    expected = {p: p.read_bytes() for p in company.rglob("*") if p.is_file()}
    expected |= dict.fromkeys(saved, b"saved meanwhile")

    def broken_off(*_, **__):
        for path in saved:
            path.write_bytes(b"saved meanwhile")
        raise KeyboardInterrupt

    monkeypatch.setattr(place, broken_off)
    assert made.printed("company", "google.csv")[0] != 0
    assert {p: p.read_bytes() for p in company.rglob("*") if p.is_file()} == expected
    assert not (company / "旧表").exists()


def test_a_template_that_is_not_there_leaves_no_copy(here):
    made.alimama(here / "万相台.csv", "2025-06")
    assert made.printed("万相台.csv", "--template", "无")[0] == 2
    assert not (here / "company").exists()


@pytest.mark.parametrize("name", ["花费.ods", "花费.html"])
def test_every_kind_of_table_that_is_read_is_taken(here, name):
    import pandas as pd

    made.alimama(here / "万相台.csv", "2025-06")
    table = pd.read_csv(here / "万相台.csv", encoding="gb18030", dtype=str)
    if name.endswith("ods"):
        written_ods(here / name, [list(table.columns), *table.values.tolist()])
    else:
        table.to_html(here / name, index=False)
    code, told = made.printed(name)
    assert code == 0 and "2025-06-01 至 2025-06-30" in told


def written_ods(file, lines):
    """An OpenDocument workbook of texts, made by hand."""
    import zipfile

    of = "urn:oasis:names:tc:opendocument:xmlns"
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(c) for c in line)}</table:table-row>"
        for line in lines
    )
    names = "".join(f' xmlns:{n}="{of}:{n}:1.0"' for n in ("office", "table", "text"))
    body = (
        f"<office:document-content{names}><office:body><office:spreadsheet>"
        f'<table:table table:name="a">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = f'<manifest xmlns="x"><file-entry full-path="/" media-type="{kind}"/></manifest>'
    with zipfile.ZipFile(file, "w") as packed:
        for name, text in (
            ("mimetype", kind),
            ("content.xml", body),
            ("META-INF/manifest.xml", listed),
        ):
            packed.writestr(name, text)


def test_a_file_that_is_no_table_is_named_for_what_it_is(here):
    import zipfile

    made.alimama(here / "万相台.csv", "2025-06")
    (here / "报表.pdf").write_bytes(b"%PDF-1.7")
    (here / "回应.json").write_text('{"code": 0}', encoding="utf-8")
    with zipfile.ZipFile(here / "六月.zip", "w") as packed:
        packed.writestr("万相台.csv", "x")
    code, told = made.printed("万相台.csv", "报表.pdf", "回应.json", "六月.zip")
    assert code == 0
    assert (
        "报表.pdf：是 PDF" in told and "六月.zip：是压缩包" in told and "回应.json：是 JSON" in told
    )
