# ruff: noqa: E501
"""Figures draw what the frame says: the fixtures are hand-made, the checks read the artists."""

from base64 import b64decode
from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from PIL import Image

from kit.show import curves, figures, grids, theme
from kit.show.axes import wrapped
from kit.show.picture import _quantised, picture


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(fig):
    fig.canvas.draw()
    found = fig.findobj(lambda artist: hasattr(artist, "get_text"))
    return [t.get_text() for t in found if t.get_visible() and t.get_text()]


def hatched(fig):
    return [p for ax in fig.axes for p in ax.patches if p.get_hatch()]


def test_a_heat_map_has_a_fixed_scale_and_hatches_what_is_missing():
    frame = pd.DataFrame(
        {"who": ["A", "A", "B"], "what": ["x", "y", "x"], "p": [100.0, 30, np.nan]}
    )
    fig = grids.heat(frame, row="who", column="what", value="p", unit="int", lang="en")
    norm = fig.axes[0].collections[0].norm
    assert (norm.vmin, norm.vcenter, norm.vmax) == (0, 100, 120)
    assert len(hatched(fig)) == 2  # B's x is NaN, B's y is not in the frame
    assert {"100", "30"} <= set(texts(fig))


def test_a_waterfall_starts_at_zero_and_ends_at_the_sum():
    frame = pd.DataFrame(
        {
            "label": list("abct"),
            "value": [30.0, -10, np.nan, 20],
            "kind": ["step", "step", "unknown", "total"],
        }
    )
    ax = figures.waterfall(frame, unit="int", lang="en").axes[0]
    solid = [p for p in ax.patches if isinstance(p, Rectangle) and not p.get_hatch()]
    spans = [tuple(sorted((p.get_x(), p.get_x() + p.get_width()))) for p in solid]
    assert spans == [(0, 30), (20, 30), (20, 20), (0, 20)]
    assert len(hatched(ax.figure)) == 1 and ax.get_xlim()[0] <= 0


def test_dots_draw_thin_intervals_marks_by_tone_and_words_at_the_right():
    frame = pd.DataFrame(
        {
            "label": ["a", "b", "c"],
            "value": [1.0, -1, np.nan],
            "low": [0.5, -2, np.nan],
            "high": [1.5, 0, np.nan],
            "tone": ["better", "worse", "missing"],
            "word": ["win", "loss", "stopped"],
        }
    )
    fig = figures.dots(frame, unit="+percent", lang="en", reference=0)
    ends = [tuple(c.get_segments()[0][:, 0]) for c in fig.axes[0].collections]
    assert ends == [(0.5, 1.5), (-2.0, 0.0)]
    marks = [line.get_marker() for line in fig.axes[0].lines if line.get_marker() in "^v"]
    assert marks == ["^", "v"] and len(hatched(fig)) == 1
    assert {"▲ win", "▼ loss", "— stopped"} <= set(texts(fig))


def test_the_one_in_focus_has_the_accent_and_all_others_are_grey():
    frame = pd.DataFrame({"label": ["a", "b"], "value": [1.0, 2.0], "tone": ["better", "worse"]})
    fig = figures.dots(frame, unit="ratio", lang="en", focus="b")
    colours = [to_hex(line.get_color()) for line in fig.axes[0].lines]
    assert colours == [theme.MEANING["others"].lower(), theme.MEANING["focus"].lower()]


def test_provisional_days_are_dashed_and_joined_to_the_rest():
    day = pd.date_range("2025-06-01", periods=4)
    frame = pd.DataFrame(
        {"day": day, "value": [1.0, 2, 3, 4], "provisional": [False, False, True, True]}
    )
    solid, dashed = curves.lines(frame, x="day", unit="int", lang="zh").axes[0].lines
    assert np.isnan(solid.get_ydata()).tolist() == [False, False, True, True]
    assert np.isnan(dashed.get_ydata()).tolist() == [True, False, False, False]
    assert dashed.get_linestyle() == "--"


def test_a_channel_keeps_its_colour():
    day = pd.date_range("2025-06-01", periods=2)
    two = [pd.DataFrame({"day": day, "value": [1.0, 2], "series": s}) for s in ("social", "search")]
    ax = curves.lines(pd.concat(two), x="day", unit="int", lang="en").axes[0]
    assert to_hex(ax.lines[0].get_color()) == theme.CHANNEL["social"].lower()


def test_a_calendar_has_a_cell_a_day_in_weeks_from_monday():
    days = pd.DataFrame(
        {"date": pd.date_range("2025-06-01", "2025-06-30"), "tone": ["missing"] + ["neutral"] * 29}
    )
    ax = grids.calendar(days, lang="zh").axes[0]
    assert len(ax.patches) == 30 and len(hatched(ax.figure)) == 1
    assert (int(ax.patches[0].get_x()), int(ax.patches[0].get_y())) == (6, 0)  # a Sunday
    assert (int(ax.patches[-1].get_x()), int(ax.patches[-1].get_y())) == (0, 5)  # a Monday


@pytest.mark.parametrize(
    "text",
    ["阿卜杜热西提·买买提艾力·乌斯曼江", "Maximiliane Featherstonehaugh-Sørensen", "", "ROI"],
)
def test_wrapping_cuts_no_letter(text):
    lines = wrapped(text, 12).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(len(line) for line in lines) <= 20


def test_no_line_begins_with_a_closing_mark():
    assert wrapped("分流有误，作废", 9).split("\n") == ["分流有", "误，作废"]
    assert not [
        line
        for n in range(4, 20)
        for line in wrapped("损失（退款率）、作废，停。", n).split("\n")
        if line[0] in "，。；：、）"
    ]


def test_labels_are_never_turned():
    from tests.show import gallery_names

    frame = pd.DataFrame(
        {"label": [gallery_names.LONG["zh"], gallery_names.LONG["en"]], "value": [1.0, 2.0]}
    )
    fig = figures.dots(frame, unit="int", lang="zh")
    assert {t.get_rotation() for t in fig.findobj(plt.Text) if t.get_text()} == {0.0}


def contrast(one, two):
    """WCAG 2 contrast, computed from its definition."""

    def light(colour):
        parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_colours_are_readable_on_white():
    inks = [theme.MEANING[tone] for tone in ("better", "worse", "unclear", "focus", "neutral")]
    assert min(contrast(ink, "#FFFFFF") for ink in [*inks, theme.INK, theme.MUTED]) >= 4.5


def seen_by(colour, matrix):
    """Machado, Oliveira, Fernandes 2009, severity 1, in linear light."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(matrix) @ linear, 0, 1)


MACHADO = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.mark.parametrize("kind", MACHADO)
def test_meanings_stay_apart_for_colour_blind_readers(kind):
    def lab(colour):
        x, y, z = (
            np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
            @ seen_by(colour, MACHADO[kind])
            / [0.9505, 1, 1.089]
        )
        f = [v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z)]
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    tones = [theme.MEANING[tone] for tone in ("better", "worse", "focus", "others")]
    apart = [np.linalg.norm(lab(a) - lab(b)) for i, a in enumerate(tones) for b in tones[:i]]
    assert min(apart) > 15  # CIE76; about 2 is the least that can be seen


def test_a_picture_is_small_sharp_and_has_a_form_for_phones():
    from tests.show import gallery

    html = [b.html for b in gallery.all_blocks("zh") if b.kind == "figure"]
    assert sum(map(len, html)) / len(html) * 4 < 250_000 - 40_000  # four figures, page around them
    assert html[0].count("data:image/webp") == 2 and 'width="740"' in html[0]


def test_areas_keep_their_exact_colour():
    """One heat cell of 103 points is pale green, not grey: its colour is computed from the theme."""
    frame = pd.DataFrame(
        [(i, j, float(40 + 7 * i + 5 * j)) for i in range(8) for j in range(8)], columns=list("abv")
    )
    fig = grids.heat(frame, row="a", column="b", value="v", unit="int", lang="en")
    wanted = {
        tuple(round(255 * part) for part in theme.DIVERGING(fig.axes[0].collections[0].norm(v))[:3])
        for v in frame["v"]
    }
    data = str(picture(fig, "a", "b")).split("base64,")[1].split('"')[0]
    image = Image.open(BytesIO(b64decode(data))).convert("RGB")
    found = np.array([colour for _, colour in image.getcolors()])
    assert all(np.abs(found - np.array(one)).max(axis=1).min() <= 4 for one in wanted)


def test_common_colours_stay_even_where_neighbours_crowd_the_palette():
    """Forty shades of 3 apart among thousands of mixed ones: each area is what it was."""
    rng = np.random.default_rng(7)
    pixels = rng.integers(0, 255, (400, 400, 3)).astype(np.uint8)
    shades = [np.array([200 + n, 216 - n, 210], np.uint8) for n in range(40)]
    for n, shade in enumerate(shades):
        pixels[10 * n : 10 * n + 10] = shade
    pixels[:, 380:] = rng.integers(0, 255, (20, 3)).astype(np.uint8)  # antialiased edges
    few = np.asarray(_quantised(Image.fromarray(pixels)))
    assert all((few[10 * n, 0] == shade).all() for n, shade in enumerate(shades))
    assert len(np.unique(few.reshape(-1, 3), axis=0)) <= 104


def test_the_same_figure_gives_the_same_bytes():
    frame = pd.DataFrame({"label": ["a"], "value": [1.0]})
    two = {str(picture(figures.dots(frame, unit="int", lang="zh"), "a", "b")) for _ in range(2)}
    assert len(two) == 1


def test_names_of_lines_that_end_together_do_not_cover_each_other():
    ends = dict(zip("abcdef", (1, 1, 0.999, 0.998, 0.3, 0), strict=True))
    frame = pd.DataFrame(
        [
            {"series": f"line {k}", "day": x, "value": x / 9 * end}
            for k, end in ends.items()
            for x in (0, 9)
        ]
    )
    fig = curves.lines(frame, x="day", unit="percent", lang="en", x_unit="int")
    fig.canvas.draw()
    boxes = [t.get_window_extent() for t in fig.axes[0].texts]
    assert len(boxes) == 6
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_hatch_stays_grey_among_greens():
    """What is not measured must not take the colour of what is better."""
    frame = pd.DataFrame(
        [(i, j, np.nan if i == 9 else 40.0 + 9 * i + j) for i in range(10) for j in range(12)],
        columns=list("abv"),
    )
    fig = grids.heat(frame, row="a", column="b", value="v", unit="points", lang="en")
    data = str(picture(fig, "a", "b")).split("base64,")[1].split('"')[0]
    image = Image.open(BytesIO(b64decode(data))).convert("RGB")
    last = np.asarray(image)[-30:, image.width // 2 :].reshape(-1, 3).astype(int)
    assert len(last) and (last.max(axis=1) - last.min(axis=1)).max() <= 24


def test_a_tracker_without_words_is_low_enough_to_share_a_sheet_of_paper():
    cells = pd.DataFrame(
        [
            {"row": r, "column": c, "tone": "neutral", "text": ""}
            for r in range(12)
            for c in range(14)
        ]
    )
    bare, told = (
        grids.tracker(f, row="row", column="column").get_size_inches()[1]
        for f in (cells, cells.assign(text="x"))
    )
    assert bare < 4.2 < told


def test_a_scorecard_draws_the_contribution_that_it_writes_beside_each_bar():
    frame = pd.DataFrame(
        {"label": ["a", "b", "c"], "points": [100.0, 50, 80], "contribution": [31.4, 7.25, 20.0]}
    )
    left, right = figures.scorecard(frame, lang="en").axes
    bars = sorted(right.patches, key=lambda p: -p.get_y())
    assert [bar.get_width() for bar in bars] == [31.4, 7.25, 20.0]
    written = [t for t in right.texts if t.get_text()]
    assert [t.get_text() for t in sorted(written, key=lambda t: -t.xy[1])] == [
        "31.4",
        "7.3",
        "20.0",
    ]
    dots = [line.get_xdata()[0] for line in left.lines if line.get_marker() == "o"]
    assert {100.0, 50.0, 80.0} <= {float(x) for x in dots}


def test_a_dollar_in_a_label_is_a_dollar_in_every_figure():
    """B18: two of them would be a formula to matplotlib, and a lone brace its error."""
    label = "满100减$20 {买} $30_x"
    frame = pd.DataFrame({"who": [label, "B"], "what": ["x$y$", "y"], "p": [100.0, 30.0]})
    fig = grids.heat(frame, row="who", column="what", value="p", unit="int", lang="en")
    assert any("满100减$20" in text for text in texts(fig))
    drawn = fig.findobj(lambda artist: hasattr(artist, "get_parse_math"))
    assert drawn and not any(text.get_parse_math() for text in drawn)
    assert "<img" in picture(fig, label, label)
