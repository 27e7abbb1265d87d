"""Settings of a cluster that keeps its own values: no Spark is needed to refuse them."""

import pytest

from kit.data.store.spark import SETTINGS, settle
from kit.errors import DataError
from kit.words import LANGS


class Held:
    """A session of a cluster that keeps its own values."""

    def __init__(self, **held: str) -> None:
        self.conf = self
        self.held = SETTINGS | held

    def set(self, name: str, value: str) -> None:
        raise PermissionError(name)

    def get(self, name: str, default: str) -> str:
        return self.held.get(name, default)


def test_a_setting_that_a_cluster_keeps_otherwise_is_refused_in_words():
    settle(Held(), PermissionError)
    name = "spark.sql.files.ignoreCorruptFiles"
    with pytest.raises(DataError) as caught:
        settle(Held(**{name: "true"}), PermissionError)
    [fault] = caught.value.faults
    assert fault.facts == {"name": name, "wanted": "false", "found": "true"}
    assert all(name in fault.told(lang) for lang in LANGS)
