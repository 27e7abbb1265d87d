"""Names that tell nothing (匿名编号): keyed digests; the key stays on this machine, outside git."""

import hashlib
import hmac
import os
import secrets
from functools import cache

from kit.params import ROOT

KEY_FILE = ROOT / "params" / "opaque.local.yml"  # .gitignore names *.local.yml


def opaque(person: str) -> str:
    """A name for a person that tells nothing (匿名编号): twelve digits of an HMAC."""
    return hmac.new(key(), person.encode(), hashlib.sha256).hexdigest()[:12]


@cache
def key() -> bytes:
    """The key of the opaque ids: from the environment, else from a file made on first use."""
    told = os.environ.get("KIT_OPAQUE_KEY")
    if told:
        return told.encode()
    if not KEY_FILE.exists():
        with os.fdopen(os.open(KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"key: {secrets.token_hex(32)}\n")
    return KEY_FILE.read_bytes()
