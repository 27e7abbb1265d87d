"""What was computed once is computed once, whoever asks at the same time."""

import os
import pickle
import subprocess
import sys
import time

import pytest

from kit.data import load as loading
from kit.data.store import cache
from tests.data.company import folder

ASK = """import sys, time
from pathlib import Path
from kit.data.store import cache
cache.HOME = Path(sys.argv[1])
def slow():
    (cache.HOME / "calls").open("a").write("x")
    time.sleep(1)
    return 42
print(cache.once("answer", slow))"""


def test_two_processes_that_want_one_result_compute_it_once(tmp_path):
    both = [
        subprocess.Popen([sys.executable, "-c", ASK, tmp_path], stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [p.communicate(timeout=60)[0] for p in both] == [b"42\n", b"42\n"]
    assert (tmp_path / "calls").read_text(encoding="utf-8") == "x"
    assert [p.name for p in (tmp_path / "results").iterdir()] == ["answer.pickle"]


def test_a_killed_computation_does_not_keep_the_next_one_waiting(tmp_path, monkeypatch):
    one = subprocess.Popen([sys.executable, "-c", ASK, tmp_path])
    while not (tmp_path / "calls").exists():
        time.sleep(0.05)
    one.kill()
    one.wait()
    monkeypatch.setattr(cache, "HOME", tmp_path)
    assert cache.once("answer", lambda: 43) == 43


def test_a_long_step_says_in_jupyterlab_alone_what_it_does(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cache, "HOME", tmp_path)
    cache.once("panel-ab12", lambda: 1)
    assert capsys.readouterr().out == ""
    monkeypatch.setenv("KIT_PROGRESS", "1")
    assert [cache.once("grid-cd34", lambda: 2) for _ in range(2)] == [2, 2]
    assert capsys.readouterr().out == "… grid 0.0 s\n"


def test_a_file_saved_while_it_is_read_is_refused_and_not_kept(tmp_path, monkeypatch):
    period = folder(tmp_path)
    whole = loading.read_table

    def meanwhile(source):
        found = whole(source)
        if source.table == "ads":
            with source.files[0].open("a", encoding="utf-8") as file:
                file.write("2025-06-17,1,P1,毛毯,1000,10,6,1,30,2025-07-20\n")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(loading, "read_table", meanwhile)
        refused = {i.rule for i in loading.check(period) if i.severity == "refuse"}
    assert "changed_meanwhile" in refused
    assert loading.load(period).counts["ads"] == 6, "five rows and the one that was added"


class Trap:
    """What a pickle of somebody else can do when it is read."""

    def __reduce__(self):
        return exec, ("from pathlib import Path; Path(__import__('os').environ['TRAP']).touch()",)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no bits of others")
def test_a_result_that_others_may_write_to_is_never_read(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "HOME", tmp_path)
    monkeypatch.setenv("TRAP", str(tmp_path / "sprung"))
    assert cache.once("answer", lambda: 42) == 42
    kept = tmp_path / "results" / "answer.pickle"
    kept.write_bytes(pickle.dumps(Trap()))
    kept.chmod(0o666)
    assert cache.once("answer", lambda: 43) == 43
    assert not (tmp_path / "sprung").exists()
    kept.write_bytes(pickle.dumps(Trap()))
    kept.parent.chmod(0o777)
    assert cache.once("answer", lambda: 44) == 44
    assert not (tmp_path / "sprung").exists()
