"""Blocks put together (区块组合): a heading, several as one, one under a new id."""

from collections.abc import Iterable

from markupsafe import Markup

from kit.show.blocks import Block
from kit.show.html import each, t


def heading(text: str) -> Block:
    """A heading inside a section (小标题)."""
    return Block("heading", t("<h3>{}</h3>", text), {"text": text})


def stack(blocks: Iterable[Block]) -> Block:
    """Blocks under one another as one (合并区块)."""
    inner = list(blocks)
    data = [{"kind": block.kind, "id": block.id, "data": block.data} for block in inner]
    return Block("stack", t("{}", each(lambda block: block.html, inner)), {"blocks": data})


def renamed(block: Block, suffix: str) -> Block:
    """The same block under another id (改编号), where a page shows it more than once."""
    if not block.id:
        return block
    new = f"{block.id}-{suffix}"
    html = block.html
    for mark in ("", "#"):  # Markup, or the quotes themselves would be escaped
        html = html.replace(f'"{mark}{block.id}"', Markup(f'"{mark}{new}"'))
    return Block(block.kind, html, block.data, new)
