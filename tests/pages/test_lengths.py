"""What folds so that a page keeps its length: pictures of a table, tables of another page."""

from functools import cache

import pandas as pd
import pytest

import kit
from kit.pages.people import scores
from kit.pages.people import view as people_view
from kit.pages.scoring import person, warnings
from kit.pages.scoring import view as scoring_view
from kit.show import blocks
from kit.show.tables import Column


@cache
def month():
    tables = kit.load("params/2025-06.yml")
    return tables, kit.scorecards(tables)


def opened(found, id):
    return any(block.id == id for block in found)


@pytest.mark.slow
def test_the_score_is_open_on_the_sheet_and_folded_on_the_own_page():
    for reader, is_open in (("manager", True), ("employee", False)):
        v = people_view.view(kit.team(month()[0], reader, "S02"), "en")
        found = scores.scores(v)
        assert opened(found, "score") is is_open
        assert 'id="score"' in "".join(str(block.html) for block in found), "folded, never lost"


@pytest.mark.slow
def test_an_own_page_opens_its_table_and_folds_the_picture_of_it():
    v = scoring_view.view(month()[1], "en", "employee", "S02")
    found = person.persons(v)
    assert opened(found, "indicators-S02") and not opened(found, "card")
    assert "single indicator" not in str(warnings.warnings(v).html), "of the team, not of one"


def test_a_long_note_under_a_table_to_decide_from_folds_and_a_short_one_does_not():
    rows, columns = pd.DataFrame({"name": ["A"]}), [Column("name", "Name", "text")]
    told = {"id": "x", "caption": "X", "lang": "en", "notes": ["short", "long " * 60]}
    html = str(blocks.table(rows, columns, **told, deciding=True).html)
    before, after = html.split("<details>")
    assert "short" in before and "long long" in after and "How to read" in after
    assert "<details>" not in str(blocks.table(rows, columns, **told).html)
