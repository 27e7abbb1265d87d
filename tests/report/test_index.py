"""Tiles of an index: no sentence stands there a second time, none is lost."""

from kit.report import index

PAGE_2 = {"notebook": "2_kpi_scoring", "question": "Total 88.6, grade B.", "status": "ok"}
PAGE_5 = {"notebook": "5_people", "question": "The total is 88.6 points.", "status": "ok"}
SCORES = {"notebook": "2_kpi_scoring", "cards": [{"label": "Near", "value": "2"}]}


def tiles(now, sides, reader):
    pages = index._unsaid(now | {"pages": [PAGE_2, PAGE_5]}, sides, reader)
    return [page["question"] for page in pages]


def test_an_employees_score_stands_once_and_is_kept_where_page_5_failed():
    said = {"three": ["The total is 88.6 points, grade B."], "agenda_html": ""}
    assert tiles(said, [], "employee") == ["", ""]
    failed = {"three": [], "agenda_html": ""}
    assert tiles(failed, [], "employee") == [PAGE_2["question"], PAGE_5["question"]]


def test_a_managers_tiles_are_blank_where_groups_and_agenda_stand_above_them():
    said = {"three": ["Scores: Near: 2 people."], "agenda_html": "<h2>Talk first</h2>"}
    assert tiles(said, [SCORES], "manager") == ["", ""]
    assert tiles(said, [SCORES], "hr") == ["", PAGE_5["question"]]
    bare = {"three": [], "agenda_html": ""}
    assert tiles(bare, [], "manager") == [PAGE_2["question"], PAGE_5["question"]]


def test_a_tile_whose_very_sentence_stands_above_is_blank():
    page = {"notebook": "1_data_load", "question": "Can be scored.", "status": "ok"}
    now = {"three": ["Up.", "Can be scored."], "agenda_html": "", "pages": [page]}
    assert index._unsaid(now, [], "hr")[0]["question"] == ""
    [kept] = index._unsaid(now | {"three": ["Up."]}, [], "hr")
    assert kept["question"] == page["question"]


def test_past_periods_keep_the_sentence_of_their_pages():
    state = {"audience": "employee", "notebook": "5_people", "status": "ok", "failed": False}
    state |= {"made_at": "2025-07-10T08:00", "page": "x.html"}
    row = index._row(state, "People", {"answer": [PAGE_5["question"]]}, "en")
    assert row["question"] == PAGE_5["question"]
