"""The written month, attacked: pages, sidecars, tables, workbooks and zips of each reader."""

import pytest

from kit.report.plan import opaque
from tests.attack import cells, certain, recovered
from tests.end_to_end.conftest import MANAGER, PERSON
from tests.report.test_privacy import texts

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("folder", [f"employee/{opaque(PERSON)}", f"manager/{MANAGER}"])
def test_no_answer_of_360_follows_from_what_was_written(month, folder):
    files = [p for p in (month / folder).rglob("*") if p.is_file()] + [month / f"{folder}.zip"]
    read = "\n".join(content for path in files if path.exists() for _, content in texts(path))
    found = set(cells(read))
    assert found and not [c for c in found if recovered(c) or certain(c)]
    assert "spread" not in {word for word in ("离散程度", "spread ") if f"({word}" in read}
