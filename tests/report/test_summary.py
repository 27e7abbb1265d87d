"""The one-page summary: small, without drawings or an address, all of it cited from the pages."""

import email
import sys
import types
import zipfile
from email.policy import default

import pytest
from markupsafe import Markup

from kit.report import export, pdf, summary
from kit.show import blocks

META = {
    "title": "Summary of 2025-06",
    "confidential": "Confidential · for Manager M1 only (team of 2)",
    "status": "Preliminary.",
    "date": [2025, 7, 10],
    "reader": "manager",
}
WEEK = [
    {"what": f"do {n}", "owner": "甲", "due": "Fri 11 Jul", "worth": "loss: CNY 5", "kind": "stop"}
    for n in range(8)
]
TALK = [
    {
        "name": "甲",
        "past": [["2025-05", 80.0], ["2025-06", None]],
        "lines": [{"text": "a < b"}, {"text": "second"}, {"text": "third"}],
        "ask": "Ask first: why?",
    }
]
ROW = {"name": "甲", "total": 80.04, "grade": "B (not settled)", "first": "ROI (+1.2 points)"}
SIDES = [
    {"notebook": "1_data_load", "answer": ["The data can be scored."]},
    {
        "notebook": "2_kpi_scoring",
        "cards": [
            {"label": "Near", "value": "2 people", "raw": 2},
            {"label": "Above", "value": "0 people", "raw": 0},
        ],
        "tables": [
            {
                "id": "verdicts",
                "rows": [ROW],
                "past": [[["2025-05", 60], ["2025-06", 110]]],
                "why": ["Why a grade is open."],
            }
        ],
    },
    {"notebook": "4_retrospective", "answer": ["Up.", "Ours.", "Third."], "budget": ["Trial: …"]},
    {"notebook": "5_people", "agenda": {"talk": TALK, "week": WEEK}},
]


def told(reader="manager"):
    return summary.facts(SIDES, META | {"reader": reader}, "en")


def test_a_summary_holds_the_pages_own_figures_in_order():
    found = told()
    assert found["sentences"] == [
        "Up.",
        "Ours.",
        "Scores: Near: 2 people. Do not rank those near the average.",
        "The data can be scored.",
    ]
    assert [row["what"] for row in found["week"]] == [f"do {n}" for n in range(6)]
    assert found["rest"] == 2
    assert found["people"] == [["甲", "▁█", "80.0", "B (not settled)", "ROI (+1.2 points)"]]
    for form in (summary.html, summary.text):
        assert "Why a grade is open." in form(found, "en")


def test_an_index_begins_with_three_sentences_cited_from_the_pages():
    assert summary.three(SIDES, "manager", "en") == [
        "Up.",
        "Scores: Near: 2 people. Do not rank those near the average.",
        "The data can be scored.",
    ]


def test_an_employees_index_and_summary_cite_score_lines_step_and_last_day():
    cited = ["88.6 points, grade B.", "Grades: A ≥ 95.", "ROI adds 1.5.", "Appeal by 2025-07-14."]
    sides = [{"notebook": "5_people", "cited": cited, "answer": [*cited, "Strongest: ROI."]}]
    assert summary.three(sides, "employee", "en") == cited
    assert summary.facts(sides, META | {"reader": "employee"}, "en")["sentences"][:4] == cited


def of(kind, id, name, x, label="Whose"):
    """A table as a page about several people leaves it."""
    column = {"key": "x", "label": "x", "unit": "int"}
    named = {"kind": kind, "id": id, "name": name, "label": label}
    table = {"id": f"{kind}-{id}", "caption": "c", "columns": [column], "rows": [{"x": x}]}
    return table | {"of": named}


def test_the_workbook_holds_one_table_of_a_kind_with_whose_rows_they_are():
    week = {"id": "week", "caption": "w", "columns": [], "rows": [{"x": 7}]}
    tables = [of("card", "S1", "甲", 1), week, of("card", "S2", "乙", 2)]
    card, same = export.joined(tables)
    assert card["rows"] == [{"_of": "甲", "x": 1}, {"_of": "乙", "x": 2}]
    assert [c["label"] for c in card["columns"]] == ["Whose", "x"] and same is week


def test_people_of_one_name_are_told_apart_and_indicators_are_no_people():
    tables = [of("card", "S1", "王伟", 1), of("card", "S2", "王伟", 2), of("card", "S1", "王伟", 3)]
    tables += [of("card", "roi", "ROI", 4, label="Indicator")]
    tables += [of("card-old", "S1", "王伟", 5)]
    people, indicators, old = export.joined(tables)
    assert [row["_of"] for row in people["rows"]] == ["王伟 (S1)", "王伟 (S2)", "王伟 (S1)"]
    assert [c["label"] for c in indicators["columns"]] == ["Indicator", "x"]
    assert old["rows"] == [{"_of": "王伟", "x": 5}]


def test_a_block_says_of_what_kind_its_tables_are_whatever_the_id_looks_like():
    block = blocks.Block(
        "table", Markup(""), {"id": "plus-minus-S-1", "rows": []}, "plus-minus-S-1"
    )
    told = blocks.named(block, "S-1", "甲", "Whose").data["of"]
    assert told == {"kind": "plus-minus", "id": "S-1", "name": "甲", "label": "Whose"}
    fold = blocks.named(blocks.details("x", [block]), "S-1", "甲", "Whose")
    assert fold.data["blocks"][0]["data"]["of"] == told and "of" not in fold.data


def test_it_is_one_small_column_that_mail_programs_show_and_escapes_what_it_cites():
    page = summary.html(told(), "en")
    assert len(page.encode()) < 60_000 and 'width="640"' in page
    assert not any(word in page for word in ("<svg", "grid", "http", "<script", "<img"))
    assert "a &lt; b" in page and "second" in page and "third" not in page


def test_hr_hands_on_groups_and_money_without_a_name():
    page = summary.html(told("hr"), "en")
    assert "甲" not in page and "do 1" not in page and "Near: 2 people" in page
    assert "Trial: …" in page


def test_a_mail_is_complete_and_has_no_address():
    raw = summary.mail(told(), "en", b"%PDF-1.7")
    assert raw == summary.mail(told(), "en", b"%PDF-1.7")
    message = email.message_from_bytes(raw, policy=default)
    assert message["X-Unsent"] == "1" and message["Subject"] == META["title"]
    assert not {"To", "From", "Cc", "Bcc"} & set(message.keys())
    assert message.get_body(("html",)).get_content().strip() == summary.html(told(), "en")
    assert "second" in message.get_body(("plain",)).get_content()
    assert [part.get_filename() for part in message.iter_attachments()] == ["summary.pdf"]
    assert "甲".encode() in raw, "a name to be forgotten must be found"


def test_a_pdf_that_fails_hangs_or_lacks_its_library_is_told_and_breaks_nothing(monkeypatch):
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    assert pdf.made(told()) == (None, "missing") and not pdf.wanted(None) and pdf.wanted(True)
    monkeypatch.setattr(pdf, "find_spec", lambda name: object())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert pdf.made(told()) == (None, "failed")
    slow = types.SimpleNamespace(
        run=lambda *a, **k: (_ for _ in ()).throw(pdf.subprocess.TimeoutExpired("x", 1)),
        TimeoutExpired=pdf.subprocess.TimeoutExpired,
    )
    monkeypatch.setattr(pdf, "subprocess", slow)
    assert pdf.made(told()) == (None, "slow")


def test_the_pdf_is_one_sheet_of_a4():
    pytest.importorskip("typst", reason="needs the pdf extra: typst")
    made, why = pdf.made(told())
    assert why == "" and made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") <= 1
    assert pdf.made(told())[0] == made, "the same inputs give the same bytes"


def test_a_zip_opens_at_its_root_and_no_link_of_it_is_dead(tmp_path):
    for lang in ("zh", "en"):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / "4.html").write_text("x")
        (tmp_path / lang / "summary.html").write_text("x")
        (tmp_path / lang / "index.html").write_text(
            f'<a href="4.html">a</a><a href="summary.html">b</a><a href="#c">c</a>{lang}'
            '<a href="../en/index.html">d</a>'
        )
    (tmp_path / "z.zip").write_bytes(export.bundle(tmp_path, {}, "zh"))
    with zipfile.ZipFile(tmp_path / "z.zip") as packed:
        names = packed.namelist()
        top = packed.read("index.html").decode()
    assert top.count("zh") == 2 and 'href="summary.html"' in top
    links = [part.split('"')[0] for part in top.split('href="')[1:]]
    assert all(link in names for link in links if not link.startswith("#"))
    assert len([n for n in names if "/" not in n]) <= 12


def test_the_decision_asked_stands_right_after_the_first_sentence_for_who_decides():
    sides = [
        {"notebook": "4_retrospective", "answer": ["Sales 2.7M.", "More."], "budget": ["Move."]}
    ]
    hr = summary.facts(sides, META | {"reader": "hr"}, "en")
    assert hr["sentences"][:3] == ["Sales 2.7M.", "Move.", "More."] and hr["budget"] == []
    manager = summary.facts(sides, META, "en")
    assert manager["sentences"][:2] == ["Sales 2.7M.", "More."] and manager["budget"] == ["Move."]
