"""Hostile texts end in words: bombs, reserved names, secrets, direction controls; the umask."""

import stat
import subprocess
import sys
import time

import pytest

from kit.errors import KitError
from kit.params import ROOT, read_period
from kit.report.provenance import printable, redacted
from tests.report.conftest import period

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(20)
)
LARGE = {
    "aliases": (BOMB, "params.alias"),
    "bytes": ("a: " + "x" * 1_000_001, "params.too_large"),
    "nodes": ("a: [" + "1, " * 20_000 + "1]", "params.too_large"),
    "depth": ("a: " + "[" * 400 + "]" * 400, "params.too_large"),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_file_beyond_the_limits_is_refused_at_once(tmp_path, what):
    text, key = LARGE[what]
    file = tmp_path / "p.yml"
    file.write_text(text, encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(KitError) as refused:
        read_period(file)
    assert refused.value.faults[0].key == key
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "id",
    ["shared", "Later", "index", "ALL", "hr", "manager", "employee", "CON", "lpt1", "..", "x" * 41],
)
def test_a_reserved_id_is_refused_with_its_line(house, id):
    file = period(house, "2025-06", 30)
    text = (house / "params" / "2025-06.yml").read_text("utf-8")
    (house / "params" / "2025-06.yml").write_text(text.replace("id: 2025-06", f"id: {id}", 1))
    with pytest.raises(KitError) as refused:
        read_period(file)
    facts = refused.value.faults[0].facts
    assert (facts["place"], facts["line"]) == ("id", 1)


@pytest.mark.parametrize("id", ["2025-06", "shared-2025", "hr2025", "618-2025", "六月", "x" * 40])
def test_an_ordinary_id_is_taken(house, id):
    file = period(house, "2025-06", 30)
    text = (house / "params" / "2025-06.yml").read_text("utf-8")
    told = text.replace("id: 2025-06", f"id: {id}", 1)
    (house / "params" / "2025-06.yml").write_text(told, encoding="utf-8")
    assert read_period(file).id == id


SECRETS = [
    "postgres://me:pass99word@host/db",
    "postgres://me:pass99word/x@host/db",
    "postgres://me:pass99word@x@host/db",
    "postgres://me:pass99word:1@host/db",
    "postgres://:pass99word@host/db",
    "mysql+pymysql://me:pass99word?a@host",
    "Server=h;Uid=me;Pwd=pass99word;Port=1",
    "host=h password=pass99word",
    "https://h/x?token=pass99word&a=1",
    "https://h/x?api_key=pass99word",
    '{"secret": "pass99word"}',
    "access_key: pass99word",
    "密码：pass99word",
    "DB_PASSWORD='pass99word'",
]


@pytest.mark.parametrize("text", SECRETS)
def test_no_secret_is_printed(text):
    assert "pass99word" not in redacted(text)


@pytest.mark.parametrize("address", SECRETS[:5])
def test_an_address_with_a_password_is_refused_as_a_parameter(house, address):
    file = period(house, "2025-06", 30)
    path = house / "params" / "2025-06.yml"
    path.write_text(path.read_text("utf-8") + f"market_phase: '{address}'\n", encoding="utf-8")
    with pytest.raises(KitError) as refused:
        read_period(file)
    assert refused.value.faults[0].key == "params.secret"
    assert "pass99word" not in str(refused.value)


def test_ordinary_texts_stay_as_they_are_and_direction_controls_are_marked():
    text = "见 https://example.com/a:b；a@b.com，1:2@3，令牌数 5"
    assert printable(text) == text
    assert printable("王\u202e堃\u2066x") == "王⟦U+202E⟧堃⟦U+2066⟧x"


@pytest.mark.parametrize(
    ("umask", "page", "listed"), [(0o077, 0o600, 0o600), (0o022, 0o644, 0o600)]
)
def test_files_get_no_more_than_the_umask_allows_and_those_of_hr_less(
    tmp_path, umask, page, listed
):
    code = f"""import os; os.umask({umask})
from pathlib import Path
from kit.report import export
home = Path({str(tmp_path)!r}) / "r"
export.write(home / "manager" / "a.html", "x")
export.narrow(home / "hr", export.PRIVATE)
export.write(home / "hr" / "b.html", "x", export.mode_of("hr"))
export.write(home / "hr" / "people.csv", "x", export.OWN)
(home / "z.zip").write_bytes(export.bundle(home, {{}}))
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    bits = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "r").rglob("*")}
    assert bits["a.html"] == page and bits["people.csv"] == listed
    assert bits["b.html"] & 0o007 == 0 and bits["hr"] & 0o007 == 0
    assert bits["b.html"] == 0o640 & ~umask
