"""Other period files of the same company (同一公司的周期文件), beside a period's own."""

from pathlib import Path
from typing import Any

import yaml

from kit.params import Span
from kit.scheme.text import Loader


def periods_beside(own: Path, kind: str) -> dict[str, tuple[Span, Path]]:
    """Period files of a kind beside a period's own, on the same data (同类周期文件), by id."""
    found: dict[str, tuple[Span, Path]] = {}
    for path in sorted(own.parent.glob("*.yml")):
        said = _bare(path)
        if path != own and said.get("type") == kind and said.get("data") == _bare(own).get("data"):
            span = Span(id=str(said["id"]), start=said["start"], end=said["end"])
            found[span.id] = (span, path)
    return found


def _bare(path: Path) -> dict[str, Any]:
    """A parameter file as it stands; nothing for what is no period file."""
    try:
        said = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=Loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError):
        return {}
    return said if isinstance(said, dict) and {"id", "start", "end"} <= said.keys() else {}
