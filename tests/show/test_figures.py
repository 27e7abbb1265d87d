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
from kit.show.picture import picture


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


def test_a_picture_is_small_sharp_and_has_a_form_for_phones():
    from tests.show import gallery

    html = [b.html for b in gallery.all_blocks("zh") if b.kind == "figure"]
    assert sum(map(len, html)) / len(html) * 4 < 250_000 - 40_000  # four figures, page around them
    assert html[0].count("data:image/webp") == 2 and 'width="740"' in html[0]


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
