"""Six periods in a line (走势小图): one scale for everybody, a gap where nothing was measured."""

from collections.abc import Sequence

from markupsafe import Markup

from kit.show.format import missing, number
from kit.show.html import each, t
from kit.words import word

WIDE, HIGH = 96, 24
SCALE = (60.0, 110.0)  # points: of every sparkline, so that two may be compared
BLOCKS = "▁▂▃▄▅▆▇█"


def spark(values: Sequence[tuple[str, float | None]], lang: str) -> Markup:
    """(period, points) as a small line with its figures as label (走势小图); empty without two."""
    if sum(not missing(value) for _, value in values) < 2:
        return Markup("")
    step = (WIDE - 8) / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for n, (_, value) in enumerate(values):
        if missing(value):
            runs.append([])
        else:
            runs[-1].append((round(4 + n * step, 1), _down(value)))
    lines = [run for run in runs if len(run) > 1]
    last = next(run[-1] for run in reversed(runs) if run)
    return t(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>',
        WIDE,
        HIGH,
        told(values, lang),
        each(lambda run: t('<polyline points="{}"/>', " ".join(f"{x},{y}" for x, y in run)), lines),
        *last,
    )


def told(values: Sequence[tuple[str, float | None]], lang: str) -> str:
    """The figures of a sparkline as text (走势的文字)."""
    pairs = [f"{period} {number(value, 'points', lang)}" for period, value in values]
    return word("show.comma", lang).join(pairs)


def bars(values: Sequence[tuple[str, float | None]]) -> str:
    """The same in letters, for mail (字符走势): mail programs drop drawings.

    >>> bars([("a", 60), ("b", None), ("c", 110)])
    '▁ █'
    """
    return "".join(" " if missing(value) else _letter(float(value or 0)) for _, value in values)


def _letter(value: float) -> str:
    low, high = SCALE
    inside = min(max(value, low), high)
    return BLOCKS[round((len(BLOCKS) - 1) * (inside - low) / (high - low))]


def _down(value: float | None) -> float:
    low, high = SCALE
    inside = min(max(float(value or 0), low), high)
    return round(HIGH - 3 - (HIGH - 6) * (inside - low) / (high - low), 1)
