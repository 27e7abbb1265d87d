"""What was computed once is computed once, whoever asks at the same time."""

import subprocess
import sys
import time

from kit.data import cache

ASK = """import sys, time
from pathlib import Path
from kit.data import cache
cache.HOME = Path(sys.argv[1])
def slow():
    (cache.HOME / "calls").open("a").write("x")
    time.sleep(1)
    return 42
print(cache.once("answer", slow))"""


def test_two_processes_that_want_one_result_compute_it_once(tmp_path):
    both = [subprocess.Popen([sys.executable, "-c", ASK, tmp_path], stdout=subprocess.PIPE)
            for _ in range(2)]  # fmt: skip
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
