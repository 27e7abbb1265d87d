"""A team's month from the sample to the pages, as its readers find it."""

import html
import re
from pathlib import Path

import pytest
import yaml

from kit.words import LANGS, table
from tests.end_to_end.conftest import KINDS, path_of

pytestmark = pytest.mark.slow
BRIEF = yaml.safe_load((Path(__file__).parent / "brief.yml").read_text(encoding="utf-8"))
BROKEN = re.compile(r"\{[a-z_]+\}|\bnan\b|\bNaN\b|\bNone\b|\binf\b|Traceback|\bNaT\b|<NA>")


def text_of(page: Path) -> str:
    """What a reader sees, the pictures' texts included, on one line."""
    source = page.read_text(encoding="utf-8")
    source = re.sub(r"<(style|script)\b.*?</\1>", " ", source, flags=re.S)
    alts = " ".join(re.findall(r'alt="([^"]*)"', source))
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", source) + " " + alts))


def stands(mark: str, source: str, text: str, lang: str) -> bool:
    """Whether an id, or the fixed parts of a word's text in their order, is on the page."""
    if "." not in mark:
        return f'id="{mark}"' in source
    parts = [part.strip() for part in re.split(r"\{[^}]*\}", table()[mark][lang])]
    return re.search(".*?".join(re.escape(part) for part in parts), text) is not None


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("element", BRIEF)
def test_every_element_of_the_brief_stands_on_a_page(month, element, lang):
    for place, marks in BRIEF[element].items():
        page = path_of(month, *place.split("/"), lang)
        source = page.read_text(encoding="utf-8")
        text = text_of(page)
        assert [mark for mark in marks if not stands(mark, source, text, lang)] == [], place


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("reader", "notebook"), KINDS)
def test_no_page_shows_what_only_a_program_says(month, reader, notebook, lang):
    text = text_of(path_of(month, reader, notebook, lang))
    assert [text[max(0, m.start() - 40) : m.end() + 20] for m in BROKEN.finditer(text)] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("reader", "notebook"), KINDS)
def test_a_page_of_four_figures_is_at_most_250_kb_and_more_in_proportion(
    month, reader, notebook, lang
):
    source = path_of(month, reader, notebook, lang).read_text(encoding="utf-8")
    assert len(source.encode()) <= 250_000 * max(1, source.count("<figure") / 4)


def test_every_summary_on_paper_is_at_most_40_kb(month):
    pytest.importorskip("typst", reason="needs the pdf extra: typst")
    made = sorted(month.rglob("summary.pdf"))
    assert len(made) > 10
    assert {str(p.relative_to(month)): n for p in made if (n := p.stat().st_size) > 40_000} == {}
