"""Pay slips (薪酬单) below hr/slips/: one page a person by opaque id; HR hands them out."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kit.report import export
from kit.report.provenance import printable
from kit.words import has

FOLDER = "slips"


def write(
    home: Path, blocks: Iterable[Mapping[str, Any]], *, stage: str, langs: Sequence[str]
) -> None:
    """Write the slips that a page carries below HR's folder; those of nobody any more go."""
    from kit.report.page.render import slip, status_line

    blocks = list(blocks)
    carried = [block["data"]["slips"] for block in blocks if "slips" in block["data"]]
    if not carried or home.name != "hr":
        return
    folder = home / FOLDER
    export.narrow(folder, export.PRIVATE)
    heads = [block["data"] for block in blocks if block.get("kind") == "header"]
    known = has(f"page.status.{stage}")
    about = heads[0] if heads else {}
    banners = [status_line(stage, about, lang) for lang in langs] if known else []
    made = {f"{one['id']}.html": one for found in carried for one in found}
    for name, one in made.items():
        page = slip(one["title"], one["html"], lang=langs[0], stage=stage, banners=banners)
        export.write(folder / name, printable(page), export.PRIVATE)
    for path in folder.glob("*.html"):
        if path.name not in made:
            path.unlink()
