"""YAML as people write it (参数文件的文字): numbers keep their digits, impossible days their text.

YAML reads 010 as eight, 18:00 as 1080 and fails at the 31st of June. Here a number is what stands
in the file, and whatever is neither number nor day stays text, which the checks then name by line.
"""

import datetime as dt
import re

import yaml


class Whole(int):
    """A whole number that remembers how it was written (整数原样): a text field keeps 007."""

    written: str

    def __new__(cls, written: str) -> "Whole":
        """From its digits, read as decimal: 010 is ten."""
        made = super().__new__(cls, written)
        made.written = written
        return made

    def __str__(self) -> str:
        """As it stands in the file."""
        return self.written


class Real(float):
    """A number with decimals that remembers how it was written (小数原样): version 2025.10."""

    written: str

    def __new__(cls, written: str) -> "Real":
        """From its digits."""
        made = super().__new__(cls, written)
        made.written = written
        return made

    def __str__(self) -> str:
        """As it stands in the file."""
        return self.written


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Safe YAML with true and false as the only booleans, and decimal numbers alone."""


OWN = {
    "tag:yaml.org,2002:bool": re.compile(r"^(?:true|false)$"),
    "tag:yaml.org,2002:int": re.compile(r"^[-+]?[0-9]+$"),
    "tag:yaml.org,2002:float": re.compile(
        r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"
    ),
}
LEFT_OUT = {*OWN, "tag:yaml.org,2002:value"}  # a lone = is text too
Loader.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if tag not in LEFT_OUT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern in OWN.items():
    Loader.add_implicit_resolver(
        _tag, _pattern, list("tf" if _tag.endswith("bool") else "-+.0123456789")
    )


def _day(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> object:
    """A day or a time; the text itself where there is no such day (不存在的日期)."""
    try:
        return yaml.constructor.SafeConstructor.construct_yaml_timestamp(loader, node)
    except ValueError:
        return node.value


Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: Whole(node.value))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: Real(node.value))
Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def is_impossible_day(text: object) -> bool:
    """Whether a text is written as a day that no calendar has.

    >>> is_impossible_day("2025-06-31"), is_impossible_day("2025-06-30"), is_impossible_day("soon")
    (True, False, False)
    """
    found = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", str(text).strip())
    if not found:
        return False
    try:
        dt.date(*map(int, found.groups()))
    except ValueError:
        return True
    return False
