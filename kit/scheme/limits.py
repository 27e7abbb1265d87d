"""How large and how deep a parameter file may be (参数文件的限度), before anything builds on it.

A few lines of aliases can stand for billions of nodes; they are refused while the file is scanned.
"""

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, Field

from kit.scheme.base import refuse

BYTES = 1_000_000
NODES = 10_000
DEPTH = 20
SCANNER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)

RESERVED = re.compile(  # names of folders that the kit or Windows keeps for itself
    r"(?i:shared|later|index|all|hr|manager|employee|failed|con|prn|aux|nul|(com|lpt)\d)"
)


def free(name: str) -> str:
    """The name, unless it is already that of a folder."""
    if RESERVED.fullmatch(name):
        raise refuse("params.reserved", found=name)
    return name


FolderName = Annotated[str, Field(pattern=r"^[\w-]{1,40}$"), AfterValidator(free)]


def excess(file: Path) -> tuple[str, int] | None:
    """What goes beyond the limits, as the key of its text, and the line; None if nothing does.

    A file that is no YAML is left to whoever reads it.
    """
    if file.stat().st_size > BYTES:
        return "params.too_large", 1
    nodes = 0
    depth = 0
    try:
        for event in yaml.parse(file.read_text(encoding="utf-8-sig"), Loader=SCANNER):
            nodes += isinstance(event, (yaml.ScalarEvent, *OPENING))
            depth += isinstance(event, OPENING) - isinstance(event, CLOSING)
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent):
                return "params.alias", line
            if nodes > NODES or depth > DEPTH:
                return "params.too_large", line
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return None
    return None
