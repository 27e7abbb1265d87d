"""The written month, attacked: pages, sidecars, tables, workbooks and zips of each reader."""

import pytest

from kit.params import ROOT, read_scheme
from kit.report.plan import opaque
from tests.attack import cells, certain, figures, published, recovered, tabled
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


@pytest.mark.parametrize("folder", [f"employee/{opaque(PERSON)}", f"manager/{MANAGER}"])
def test_tables_workbooks_and_zips_hold_no_finer_figure_of_360_than_the_page(month, folder):
    """A mean of answers kept in a file at full precision would give them away."""
    scheme = read_scheme(ROOT / "params" / "scheme-2025.yml")
    said = scheme.feedback.relations
    pooled = said["peer"] + said["cross_dept"]
    known = published({"manager": said["manager"], "pool": pooled})
    known |= published({k: said[k] for k in ("manager", "peer", "cross_dept")})
    labels = {scheme.label(n, lang) for n in scheme.feedback.anchors for lang in ("zh", "en")}
    places = [month / folder, month / f"{folder}.zip"]
    tables = [table for place in places if place.exists() for table in tabled(place)]
    found = {name: figures(rows, labels) for name, rows in tables}
    assert sum(map(len, found.values())) >= 8 and any("#" in n and found[n] for n in found)
    fine = {n: [x for x in xs if round(x, 9) not in known] for n, xs in found.items()}
    assert not {n: xs for n, xs in fine.items() if xs}
    exact = [["Item", "Actual"], [sorted(labels)[0], 27 / 7]]  # seven answers, not rounded
    assert [x for x in figures(exact, labels) if round(x, 9) not in known]
