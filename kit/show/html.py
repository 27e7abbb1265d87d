"""HTML from pieces, every text escaped (转义), and the frames around tables and figures."""

from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup


def t(template: str, *values: object) -> Markup:
    """`template` (ours) with its `{}` filled by escaped texts; Markup goes in as it is (模板).

    >>> t("<p>{}</p>", "a < b")
    Markup('<p>a &lt; b</p>')
    """
    return Markup(template).format(*values)


def each(make: Callable[[Any], Markup], items: Iterable[Any]) -> Markup:
    """`make` of each item, one after the other (逐项)."""
    return Markup("").join(make(item) for item in items)


def paragraph(sentence: str) -> Markup:
    """One paragraph (段落)."""
    return t("<p>{}</p>", sentence)


def notes(lines: Iterable[str]) -> Markup:
    """Small notes under a table or figure (注); nothing for none."""
    inner = each(lambda line: t("<li>{}</li>", line), lines)
    return t('<ul class="notes">{}</ul>', inner) if inner else Markup("")


def folded(summary: str, inner: Markup) -> Markup:
    """`inner` under one line that opens it (折叠)."""
    return t("<details><summary>{}</summary>{}</details>", summary, inner)


def scroll(inner: Markup, more: str = "", label: str = "") -> Markup:
    """`inner` in a frame that scrolls by itself and by keyboard (滚动框); a table names itself."""
    named = t(' role="region" aria-label="{}"', label) if label else ""
    return t('<div class="scroll{}" tabindex="0"{}>{}</div>', more, named, inner)
