"""HTML from pieces, every text escaped (转义), and the frames around tables and figures."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup, escape

# a figure with its unit in Chinese, which may break a line between any two characters
FIGURE = re.compile(r"[+−]?(?<![\d.,])\d[\d,.]*(?:[万亿]元?|个百分点| (?:元|分钟|分|天|小时))")


def t(template: str, *values: object) -> Markup:
    """`template` (ours) with its `{}` filled by escaped texts; Markup goes in as it is (模板).

    >>> t("<p>{}</p>", "a < b")
    Markup('<p>a &lt; b</p>')
    """
    return Markup(template).format(*values)


def each(make: Callable[[Any], Markup], items: Iterable[Any]) -> Markup:
    """`make` of each item, one after the other (逐项)."""
    return Markup("").join(make(item) for item in items)


def unbroken(sentence: str) -> Markup:
    """A sentence whose figures stay on one line with their units (数字不与单位分行).

    >>> unbroken("花费 1,067 元")
    Markup('花费 <span class="whole">1,067 元</span>')
    """
    return Markup(FIGURE.sub(r'<span class="whole">\g<0></span>', str(escape(sentence))))


def paragraph(sentence: str) -> Markup:
    """One paragraph (段落)."""
    return t("<p>{}</p>", unbroken(sentence))


def notes(lines: Iterable[str]) -> Markup:
    """Small notes under a table or figure (注); nothing for none."""
    inner = each(lambda line: t("<li>{}</li>", unbroken(line)), lines)
    return t('<ul class="notes">{}</ul>', inner) if inner else Markup("")


def folded(summary: str, inner: Markup) -> Markup:
    """`inner` under one line that opens it (折叠)."""
    return t("<details><summary>{}</summary>{}</details>", summary, inner)


def scroll(inner: Markup, more: str = "", label: str = "") -> Markup:
    """`inner` in a frame that scrolls by itself and by keyboard (滚动框); a table names itself."""
    named = t(' role="region" aria-label="{}"', label) if label else ""
    return t('<div class="scroll{}" tabindex="0"{}>{}</div>', more, named, inner)
