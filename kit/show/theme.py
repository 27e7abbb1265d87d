"""One look for all figures and pages (样式): fonts, colours with one meaning everywhere, sizes.

Colours are told apart by colour-blind readers too, and never stand alone: a sign, word or hatch
goes with each. `use()` is called by every figure; pages take the same colours from blocks.css.
"""

from functools import cache
from importlib.resources import files

import seaborn as sns
from cycler import cycler
from matplotlib import font_manager
from matplotlib.colors import ListedColormap, to_rgb

FONT = "Kit Sans SC"
MEANING = {  # what a colour says, the same on every page
    "better": "#00755A",  # better than target, a gain (▲)
    "worse": "#B7410E",  # worse than target, a loss (▼)
    "unclear": "#6B7480",  # cannot be told apart (≈)
    "missing": "#D5D9DE",  # not measured: always hatched
    "provisional": "#A9C3E6",  # figures that may still change: dashed edge
    "focus": "#1F4E9E",  # the person or thing looked at; links
    "neutral": "#4A5560",
    "others": "#A3ABB5",
}
SIGN = {
    "better": "▲",
    "worse": "▼",
    "unclear": "≈",
    "missing": "—",
    "provisional": "◌",
    "done": "✓",
    "go": "→",  # a test to be shipped
    "neutral": "",
    "focus": "●",
    "warn": "!",
    "note": "",
    "refuse": "■",
}
INK = "#1B2127"
MUTED = "#5A6470"
GRID = "#E3E6EA"
PAPER = "#FFFFFF"
CHANNEL = {
    "search": "#2F6DB5",
    "social": "#C2588C",
    "content": "#7C8B1E",
    "affiliate": "#B37A12",
    "display": "#6A57A5",
    "live": "#1E92A0",
    "email": "#8C5A3C",
    "organic": "#3F4A56",
}
DIVERGING = ListedColormap(
    sns.blend_palette(["#B7410E", "#EBB692", "#F6F4EF", "#8FC9B8", "#00755A"], 25)
)
WASTE = ListedColormap(sns.blend_palette(["#FBF7F2", "#EBB692", "#B7410E", "#6E2405"], 9))
WIDTH = 7.4
NARROW = 4.0
DPI = 100  # inches; at 100 px an inch on a page, stored at twice that
WIDE_ONLY = "wide"  # label of a figure that scrolls on a phone instead of shrinking
LOOK: dict[str, object] = {  # of matplotlib, for every figure
    "axes.linewidth": 0.8,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0,
    "xtick.major.size": 3,
    "patch.linewidth": 0,
    "hatch.linewidth": 0.6,
    "hatch.color": "#8A929C",
    "axes.edgecolor": "#B8BEC6",
    "axes.labelcolor": MUTED,
    "xtick.color": "#B8BEC6",
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "grid.color": GRID,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "font.family": [FONT, "DejaVu Sans"],
    "font.size": 10,
    "axes.labelsize": 10,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 10,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a $ in somebody's label is a dollar
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "figure.figsize": (WIDTH, 3.6),
    "figure.dpi": DPI,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "kit",
    "axes.prop_cycle": cycler(color=[MEANING["focus"], *CHANNEL.values()]),
}


def colour(meaning: str) -> str:
    """Colour of a meaning or a channel (颜色); grey for what has none."""
    return MEANING.get(meaning) or CHANNEL.get(meaning) or MEANING["others"]


def shade(name: str, place: int) -> str:
    """Colour of a series (序列颜色): its meaning or channel, else the next of the palette."""
    spare = [MEANING["focus"], *CHANNEL.values()]
    return MEANING.get(name) or CHANNEL.get(name) or spare[place % len(spare)]


def pale(tone: str) -> tuple[float, float, float]:
    """Light ground in the colour of a tone, for cells with dark text (浅底色)."""
    red, green, blue = (0.86 + 0.14 * part for part in to_rgb(colour(tone)))
    return red, green, blue


@cache
def use() -> None:
    """Set the look for every figure drawn from now on (统一图表样式); the kit's own font first."""
    for path in sorted((files("kit") / "show" / "fonts").iterdir(), key=str):
        if str(path).endswith((".otf", ".ttf")):
            font_manager.fontManager.addfont(str(path))
    sns.set_theme(style="ticks", rc=LOOK)


@cache
def style() -> str:
    """The blocks' CSS: in notebooks it goes with the header, in pages into the head."""
    return (files("kit") / "show" / "blocks.css").read_text(encoding="utf-8")
