"""The way of a figure: HR and a manager read the same as the person, one click from the card."""

import re

import pytest

import kit
from kit.data.store.opaque import opaque
from kit.pages.scoring import person, trace
from kit.pages.scoring import view as scoring_view
from tests.scoring import hand


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("traced")
    hand.loaded(folder, hand.tables())
    return kit.load(str(folder / "period.yml"))


@pytest.mark.parametrize("audience", ["hr", "manager"])
def test_the_sheet_of_a_person_traces_each_figure_as_the_own_page_does(tables, audience):
    own = trace.traces(scoring_view.view(kit.scorecards(tables), "en", "employee", "S1"))
    [fold] = trace.beside_talk(tables, "en", audience, "S1")
    assert len(own) == 12  # every indicator of the month by hand
    for each in own:
        assert str(each.html) in str(fold.html)
    assert [b["data"] for b in fold.data["blocks"]] == [b.data for b in own]


def test_the_card_of_hr_and_the_manager_leads_to_it(tables):
    for audience in ("hr", "manager"):
        v = scoring_view.view(kit.scorecards(tables), "en", audience)
        html = "".join(str(b.html) for b in person.persons(v))
        page, anchor = re.search(r'href="([^"#]+)#([^"]+)"', html).groups()
        assert page == f"5_people-{opaque('S1')}.html"
        assert f'id="{anchor}"' in str(trace.beside_talk(tables, "en", audience, "S1")[0].html)
    own = scoring_view.view(kit.scorecards(tables), "en", "employee", "S1")
    assert "5_people-" not in "".join(str(b.html) for b in person.persons(own))


def test_pages_of_many_and_the_own_page_of_people_hold_no_second_trace(tables):
    assert trace.beside_talk(tables, "en", "hr", "") == []
    assert trace.beside_talk(tables, "en", "employee", "S1") == []
