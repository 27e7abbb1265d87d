"""Preliminary is said only where days may still change (E17), of pages, cards and checks alike."""

import pytest

from kit.data.load import check
from kit.report.page.render import status_line as page_line
from kit.show.status import standing, status_line
from tests.data.company import FILES, folder, loaded


@pytest.mark.parametrize(("lang", "words"), [("zh", "初步"), ("en", "Preliminary")])
def test_a_page_is_preliminary_only_while_days_may_still_change(lang, words):
    meta = {"provisional": 3, "as_of": "2025-06-20"}
    assert page_line("preliminary", meta, lang).startswith(words)
    assert "3" in page_line("preliminary", meta, lang)
    told = page_line("preliminary", meta | {"provisional": 0}, lang)
    assert words not in told and "2025-06-20" in told


def test_days_count_as_provisional_only_inside_the_window(tmp_path):
    """Exported on 20 July: 15 days after 16 June are over; on 20 June none of them is."""
    heads = FILES["ads"].replace("snapshot_date", "snapshot_date,window_days")
    rows = "\n".join(line + ",15" if n else line for n, line in enumerate(heads.splitlines()))
    for day, late in (("2025-07-20", 0), ("2025-06-20", 2)):
        place = tmp_path / day
        place.mkdir()
        ads = rows.replace("2025-07-20", day)
        tables = loaded(place, ads=ads)
        assert standing(tables)["provisional"] == late
        assert any("暂估" in part for part in status_line(tables, "zh")) is bool(late)
        rules = {issue.rule for issue in check(folder(place, ads=ads))}
        assert ("provisional" in rules) is bool(late)
