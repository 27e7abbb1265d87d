"""YAML as somebody would read it aloud: `on` stays a word. For programs that check the kit's."""

from pathlib import Path
from typing import Any

import yaml


class Plain(yaml.SafeLoader):
    """YAML in which `on` stays a word."""


Plain.yaml_implicit_resolvers = {
    key: [(tag, exp) for tag, exp in pairs if tag != "tag:yaml.org,2002:bool"]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    """The content of a file; `true` and `false` stay words too."""
    return yaml.load(path.read_text(encoding="utf-8"), Plain)
