"""Names that tell nothing (匿名编号): keyed digests; the key stays on this machine, outside git."""

import functools
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from kit.data.store import cache
from kit.params import ROOT

KEY_FILE = ROOT / "params" / "opaque.local.yml"  # .gitignore names *.local.yml


def opaque(person: str) -> str:
    """A name for a person that tells nothing (匿名编号): twelve digits of an HMAC."""
    return hmac.new(key(), person.encode(), hashlib.sha256).hexdigest()[:12]


def code(person: str, digits: int) -> str:
    """What stands for a person in tables to share (代号): another digest than folders carry."""
    return f"P{opaque(f'code {person}')[:digits].upper()}"


def spoken(texts: Iterable[str]) -> re.Pattern[str]:
    """What finds names and ids in a free text: the longest first, an id only as a whole word.

    >>> spoken({"S1", "Lin", ""}).findall("S1, S10 and Lin")
    ['S1', 'Lin']
    """
    longest = sorted({*texts} - {""}, key=len, reverse=True)
    return re.compile("|".join(map(_whole, longest)) or "(?!)")


def _whole(text: str) -> str:
    alone = r"(?<![A-Za-z0-9_]){}(?![A-Za-z0-9_])" if text.isascii() else "{}"
    return alone.format(re.escape(text))


@functools.cache
def key() -> bytes:
    """The key of the opaque ids: from the environment, else from a file made on first use."""
    told = os.environ.get("KIT_OPAQUE_KEY")
    if told:
        return told.encode()
    if not KEY_FILE.exists():
        cache.HOME.mkdir(exist_ok=True)
        with cache.alone(cache.HOME / "opaque.lock"):  # two first runs agree on one key
            cache.kept(KEY_FILE, _made)
    return KEY_FILE.read_bytes()


def _made(file: Path) -> None:
    """A new key in a file that is its owner's alone to read (as `cache.kept` creates it)."""
    file.write_text(f"key: {secrets.token_hex(32)}\n", "utf-8", newline="\n")
