"""The key of the opaque ids: made once, whoever asks for it first."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor

from kit.data.store import cache, opaque


def test_all_who_ask_for_the_key_at_once_get_the_one_that_is_kept(tmp_path, monkeypatch):
    """Two runs on a new machine: another key would give a person a second folder."""
    made = iter("abcd")

    def slowly(size):
        time.sleep(0.2)
        return next(made)

    monkeypatch.delenv("KIT_OPAQUE_KEY", raising=False)
    monkeypatch.setattr(cache, "HOME", tmp_path / "cache")
    monkeypatch.setattr(opaque, "KEY_FILE", tmp_path / "opaque.local.yml")
    monkeypatch.setattr(secrets, "token_hex", slowly)
    with ThreadPoolExecutor(4) as pool:
        keys = {asked.result() for asked in [pool.submit(opaque.key.__wrapped__) for _ in "1234"]}
    assert keys == {(tmp_path / "opaque.local.yml").read_bytes()} == {b"key: a\n"}
