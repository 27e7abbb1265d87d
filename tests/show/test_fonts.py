"""The shipped font covers the characters of 通用规范汉字表 and every word of the kit."""

from importlib.resources import files

import matplotlib.font_manager as fonts
import pytest
from fontTools.ttLib import TTFont

from kit.show import theme
from kit.words import table

FOLDER = files("kit") / "show" / "fonts"


@pytest.fixture(scope="module")
def covered():
    return set(TTFont(str(FOLDER / "KitSansSC-Regular.otf")).getBestCmap())


def test_all_8105_characters_of_the_table_are_there(covered):
    characters = (FOLDER / "characters.txt").read_text(encoding="utf-8").replace("\n", "")
    assert len(set(characters)) == 8105
    assert [c for c in characters if ord(c) not in covered] == []
    assert {"堃", "䶮", "镕", "𫖯"} <= set(characters)  # names that older subsets drop


def test_every_word_and_sign_of_the_kit_can_be_drawn(covered):
    said = "".join(text for row in table().values() for text in row.values())
    signs = "".join(theme.SIGN.values()) + "−±×÷≈≤≥–—…·％①②③Àéñø"
    assert sorted({c for c in said + signs if ord(c) not in covered and c.isprintable()}) == []


def test_the_font_is_small_and_carries_its_licence():
    assert (FOLDER / "KitSansSC-Regular.otf").stat().st_size < 4_000_000
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_figures_find_the_shipped_font_and_no_other():
    theme.use()
    assert fonts.findfont(theme.FONT, fallback_to_default=False).endswith("KitSansSC-Regular.otf")


def test_all_8105_characters_are_drawn_without_a_warning(recwarn):
    import matplotlib.pyplot as plt

    theme.use()
    fig = plt.figure(figsize=(6, 4))
    fig.text(0, 0.5, (FOLDER / "characters.txt").read_text(encoding="utf-8")[:3000], fontsize=4)
    fig.canvas.draw()
    plt.close(fig)
    assert [w for w in recwarn if "missing from font" in str(w.message)] == []
