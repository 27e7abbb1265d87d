"""Readers kept apart: every file of a reader is searched for what is not theirs, zips too."""

import datetime as dt
import email
import email.message
import email.policy
import io
import shutil
import subprocess
import zipfile

import pytest

from kit.report import close, export, run
from kit.report.forget import forget, forget_expired
from kit.report.plan import opaque
from kit.report.standing import expired, remind
from tests.report.conftest import CARDS, HEAD, OWN, SHOW, notebook, period

PEOPLE = {"S01": "王堃", "S02": "李倩", "S03": "赵淼"}
TEAM = {"M01": ["S01", "S02"], "M02": ["S03"]}


def texts(path):
    """A file's texts, by path: what lies in a zip, a workbook, a mail or a PDF is unpacked.

    Of a mail its headers too, decoded: sender, readers and subject name people as well.
    """
    yield from unpacked(path.as_posix(), path.read_bytes())


def unpacked(name, content):
    kind = name.rsplit(".", 1)[-1]
    if kind in ("zip", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from unpacked(f"{name}/{inner}", archive.read(inner))
    elif kind == "eml":  # its letters for a PDF's bytes spell any short id by chance
        mail = email.message_from_bytes(content, policy=email.policy.default)
        for n, part in enumerate(mail.walk()):
            yield f"{name}/{n}.headers", "\n".join(f"{k}: {v}" for k, v in part.items())
            if not part.is_multipart():
                inner = part.get_filename() or f"{n}.{part.get_content_subtype()}"
                yield from unpacked(f"{name}/{inner}", part.get_payload(decode=True))
    elif kind == "pdf":
        yield name, printed(content)
    else:
        yield name, content.decode("utf-8", errors="replace")


def printed(content):
    """The text of a PDF; without its reader the test is skipped, since nothing was searched."""
    if not (tool := shutil.which("pdftotext")):
        pytest.skip("needs pdftotext (Debian: apt install poppler-utils) to search a PDF")
    done = subprocess.run([tool, "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def leaks(reports, folder, own, *more):
    """Where a reader's files name somebody who is not theirs, or hold one of the `more` texts."""
    banned = [t for who, name in PEOPLE.items() if who not in own for t in (who, name, opaque(who))]
    home = reports / "2025-06"
    files = [p for p in (home / folder).rglob("*") if p.is_file()] + [home / f"{folder}.zip"]
    assert len(files) > 4
    return [
        (place, text)
        for p in files
        for place, content in texts(p)
        for text in [*banned, *more]
        if text in place.removeprefix(home.as_posix()) + content
    ]


@pytest.fixture
def reports(house):
    file = period(house, "2025-06", 30, audiences="manager, hr, employee", team="all")
    assert run.run([file]) == 0
    return house / "reports"


def test_no_reader_finds_anybody_else_in_any_file(reports):
    for manager, own in TEAM.items():
        other = {"M01": "M02", "M02": "M01"}[manager]
        assert leaks(reports, f"manager/{manager}", own, f'"{other}"') == []
    for who in PEOPLE:
        assert leaks(reports, f"employee/{opaque(who)}", [who], "M01", "M02") == []
    top = "".join(
        t for p in (reports / "2025-06").glob("*.*") for _, t in texts(p) if p.suffix != ".zip"
    )
    assert not [t for who, name in PEOPLE.items() for t in (name, f'"{who}"') if t in top]
    names = [p.as_posix() for p in reports.rglob("*")]
    assert not [n for n in names for who, name in PEOPLE.items() if who in n or name in n]


@pytest.mark.parametrize("pseudonymise", ["true", "false"])
def test_under_codes_nobody_is_named_in_any_file_and_without_them_everybody_is(house, pseudonymise):
    plans = house / "data" / "plans.csv"
    roster = house / "data" / "roster.csv"
    told = plans.read_text(encoding="utf-8").replace("枕头", "王堃与S02的枕头")
    plans.write_text(told, encoding="utf-8")
    file = period(house, "2025-06", 30, audiences="manager, hr, employee", team="all")
    with (house / "params" / "2025-06.yml").open("a") as more:
        more.write(f"pseudonymise: {pseudonymise}\n")
    assert run.run([file]) == 0
    named = [place for who in PEOPLE for place in left(house / "reports", who)]
    shared = house / "reports" / "shared" / "2025-06"
    assert bool(named) == (pseudonymise == "false") and shared.exists() != bool(named)
    people = (house / "reports").rglob("people.csv")
    codes = {line.split(",")[1] for line in next(people).read_text("utf-8-sig").splitlines()[1:]}
    assert len(codes) == len(roster.read_text("utf-8").splitlines()) - 1
    page = next((house / "reports").rglob("hr/zh/5_people.html")).read_text("utf-8")
    assert all(code in page for code in codes) == (pseudonymise == "true")


def test_a_name_in_the_header_of_a_mail_or_of_its_part_is_found(tmp_path):
    mail = email.message.EmailMessage()
    mail["To"] = "王堃 <w@example.com>"
    mail["Subject"] = "李倩 六月"
    mail.set_content("nobody")
    mail.add_attachment(b"x", maintype="application", subtype="zzz", filename="赵淼.zzz")
    (tmp_path / "a.eml").write_bytes(mail.as_bytes())
    found = "".join(text for _, text in texts(tmp_path / "a.eml"))
    assert all(name in found for name in PEOPLE.values()) and "nobody" in found


def test_a_pdf_that_cannot_be_read_skips_its_test_with_a_reason(tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(pytest.skip.Exception, match="needs pdftotext"):
        list(texts(tmp_path / "a.pdf"))


def test_a_planted_leak_is_found_in_page_sidecar_table_workbook_and_zip(house):
    own = 'rows[rows["specialist_id"] == specialist] if specialist else rows'
    everybody = OWN.replace(own, "rows")
    notebook(
        house / "notebooks" / "5_people.ipynb",
        SHOW,
        HEAD.format(name="人员"),
        everybody,
        specialist=True,
    )
    file = period(house, "2025-06", 30, audiences="employee", team="all")
    run.run([file])
    found = leaks(house / "reports", f"employee/{opaque('S01')}", ["S01"])
    kinds = {place.rsplit(".", 1)[-1] for place, _ in found}
    assert {"html", "json", "csv", "xml"} <= kinds and any(".zip/" in place for place, _ in found)


def test_secrets_of_the_environment_stay_out_of_every_file(house, monkeypatch, capsys):
    monkeypatch.setenv("SHOP_DB_PASSWORD", "hunter2-hunter2")
    tell = "import os; secret = os.environ['SHOP_DB_PASSWORD']; print(secret)"
    shown = 'display(answer([secret, "postgres://me:pass99word@host/db"]))'
    notebook(house / "notebooks" / "2_kpi_scoring.ipynb", SHOW, HEAD.format(name="x"), tell, shown)
    notebook(house / "notebooks" / "5_people.ipynb", SHOW, tell, "raise ValueError(secret)")
    run.run([period(house, "2025-06", 30)])
    told = capsys.readouterr().out
    everything = told + "".join(
        t for p in (house / "reports").rglob("*") if p.is_file() for _, t in texts(p)
    )
    assert "ValueError: ***" in told and "postgres://***@host/db" in everything
    assert "hunter2" not in everything and "pass99word" not in everything


def test_markup_in_data_stays_text(house):
    plans = house / "data" / "plans.csv"
    text = plans.read_text(encoding="utf-8").replace("枕头", "<script>alert(1)</script>")
    plans.write_text(text, encoding="utf-8")
    run.run([period(house, "2025-06", 30)])
    pages = [p.read_text(encoding="utf-8") for p in (house / "reports").rglob("*.html")]
    assert "&lt;script&gt;" in "".join(pages) and not any("<script" in page for page in pages)


def left(reports, who):
    known = (who, PEOPLE[who], opaque(who))
    return [
        place
        for p in reports.rglob("*")
        if p.is_file()
        for place, text in texts(p)
        if any(t in place.split("reports")[1] + text for t in known)
    ]


def test_a_forgotten_person_is_in_no_output_and_the_sources_are_named(house, reports, capsys):
    (house / "cache" / "results").mkdir(parents=True, exist_ok=True)
    other = house / "cache" / "results" / "other.pickle"
    other.write_bytes(b"S01 alone")
    assert forget("S02", out=reports) == 0
    listed = capsys.readouterr().out
    assert f"employee/{opaque('S02')}" in listed and left(reports, "S02")
    assert forget("S02", yes=True, out=reports) == 0
    assert "您的数据源中仍有：2025-06.yml roster: 1" in capsys.readouterr().out
    assert left(reports, "S02") == [] and other.exists()
    assert not list((house / "cache").rglob("*roster*.parquet"))
    assert list((reports / "2025-06" / f"employee/{opaque('S01')}").rglob("5_people.html"))
    hr = (reports / "2025-06" / "hr" / "zh" / "5_people.html").read_text(encoding="utf-8")
    assert "（已删除" in hr and "王堃" in hr and "赵淼" in hr


def test_forgetting_in_a_closed_period_keeps_the_figures_of_others_and_its_seal_says_so(
    house, reports, capsys
):
    assert close.close(str(house / "params" / "2025-06.yml"), by="张三") == 0
    home = reports / "2025-06"
    before = (home / "hr" / "zh" / "5_people.1.csv").read_text("utf-8-sig").splitlines()
    assert forget("S02", yes=True, out=reports) == 0
    assert "2025-06 已定稿：其他人的数字不变" in capsys.readouterr().out
    after = (home / "hr" / "zh" / "5_people.1.csv").read_text("utf-8-sig").splitlines()
    assert [b for b in before if "李倩" not in b] == [a for a in after if "已删除" not in a]
    sealed = export.read(home / "closed.json")
    assert sealed["forgotten"][0]["n"] > 0 and sealed["files"] == close.digests(home)
    assert left(reports, "S02") == []


def test_a_period_past_its_retention_is_listed_and_removed_when_told(house, reports, capsys):
    manifest = reports / "2025-06" / "manifest.json"
    assert export.read(manifest)["retention_months"] == 36  # of the scheme
    assert expired(reports, dt.date(2028, 6, 30)) == []
    assert [p.name for p in expired(reports, dt.date(2028, 7, 1))] == ["2025-06"]
    late = dt.date(2030, 1, 1)
    remind(reports, "en", dt.date(2028, 6, 30))
    assert "retention" not in capsys.readouterr().out
    remind(reports, "en", late)
    assert "Reports past their retention (1): 2025-06." in capsys.readouterr().out
    assert forget_expired(out=reports, today=late) == 0 and manifest.exists()
    assert "1 期已过保存期" in capsys.readouterr().out
    assert forget_expired(yes=True, out=reports, today=late) == 0
    assert not manifest.exists()


def test_opaque_ids_need_the_key_and_stay_the_same(house, monkeypatch):
    from kit.report import plan

    first = opaque("S01")
    plan._key.cache_clear()
    assert opaque("S01") == first and "S01" not in first
    monkeypatch.setenv("KIT_OPAQUE_KEY", "another")
    plan._key.cache_clear()
    assert opaque("S01") != first


def test_cells_that_a_spreadsheet_would_run_are_defused_in_csv_and_workbook(house):
    notebook(
        house / "notebooks" / "2_kpi_scoring.ipynb",
        SHOW,
        HEAD.format(name="x"),
        CARDS,
        'frame = pd.DataFrame({"a": ["=1+1", "+2", "@x", " -3", "fine"], "b": [-1.5] * 5})',
        'display(table(frame, [Column("a", "=a"), Column("b", "b", "ratio")], id="S01-t",'
        ' caption="=t", lang=lang))',
    )
    run.run([period(house, "2025-06", 30)], notebooks=["2"])
    folder = house / "reports" / "2025-06" / "manager" / "M02" / "zh"
    lines = (folder / "2_kpi_scoring.1.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["'=a,b", "'=1+1,-1.5", "'+2,-1.5", "'@x,-1.5", "' -3,-1.5", "fine,-1.5"]
    import openpyxl

    book = openpyxl.load_workbook(folder / "tables.xlsx")
    cells = [c.value for sheet in book for row in sheet.iter_rows() for c in row]
    assert "'=1+1" in cells and -1.5 in cells
    formulas = [c for c in cells if isinstance(c, str) and c.startswith(("=", "+", "@"))]
    assert [f for f in formulas if not f.startswith("=HYPERLINK")] == []
