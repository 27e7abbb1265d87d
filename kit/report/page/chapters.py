"""Folded sections (折叠的小节): evidence stands under its own heading until it is opened."""

import re
from collections.abc import Iterable

from markupsafe import Markup

FOLD = re.compile(r'<(?:div|section) class="(?:\w+ )*fold\b')
HEAD = re.compile(r"<h2\b.*?</h2>", re.DOTALL)


def chapters(parts: Iterable[Markup]) -> list[Markup]:
    """The parts of a page, each section marked `fold` under its heading (折叠小节).

    A fold begins with the part that is marked and ends before the next part with a heading.
    """
    out: list[Markup] = []
    held: list[Markup] = []
    for part in parts:
        if HEAD.search(part):
            out += _closed(held)
            held = []
        if held or FOLD.search(part):
            held.append(part)
        else:
            out.append(part)
    return out + _closed(held)


def _closed(parts: list[Markup]) -> list[Markup]:
    if not parts:
        return []
    inner = Markup("\n").join(parts)
    found = HEAD.search(inner)
    head = Markup(found[0]) if found else Markup("")
    rest = Markup(inner.replace(head, "", 1))
    whole = '<details class="chapter"><summary>{}</summary>{}</details>'
    return [Markup(whole).format(head, rest)]
