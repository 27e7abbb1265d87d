# ruff: noqa: E501
"""Colours: readable, apart for colour-blind readers, even where a picture crowds its palette."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from kit.show import grids, theme
from kit.show.picture import _quantised, picture


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
