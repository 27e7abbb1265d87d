"""Set-up: one declaration of dependencies, locks that follow it, a second call that rests."""

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import yaml

import start

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==(\S+)", text, re.M))


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w-]+", r)[0].lower().replace("_", "-") for r in requirements}


def test_the_lock_files_hold_every_declared_dependency():
    assert names(PROJECT["dependencies"]) <= set(locked("requirements.lock"))
    assert names(PROJECT["optional-dependencies"]["dev"]) <= set(locked("requirements-dev.lock"))


def test_every_declared_dependency_is_imported_or_started_by_the_kit():
    """A name in the code: an import, or JupyterLab, which runs beside the kit."""
    modules = {"pillow": "PIL", "python-calamine": "python_calamine", "pyyaml": "yaml"}
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "kit").rglob("*.py"))
    beside = {"jupyterlab": '"-m", "jupyterlab"'}
    idle = [
        name
        for name in names(PROJECT["dependencies"])
        if not re.search(rf"(?:import|from) {modules.get(name, name)}\b", code)
        and beside.get(name, "\0") not in code
    ]
    assert idle == []
    assert all(PROJECT["optional-dependencies"].values())


def test_what_builds_the_kit_is_locked_and_nobodys_dependency():
    """`--no-build-isolation` downloads no builder, so that the lock has to hold it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    builders = names(project["build-system"]["requires"])
    assert builders == names(project["dependency-groups"]["build"])
    assert builders <= {n.replace("_", "-") for n in locked("requirements.lock")}
    assert not builders & names(PROJECT["dependencies"])


def test_the_two_lock_files_agree():
    user = locked("requirements.lock")
    developer = locked("requirements-dev.lock")
    assert user.items() <= developer.items()


def test_every_locked_version_has_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text and "--index" not in text and "/opt" not in text
        blocks = re.split(r"\n(?=[\w.-]+(?:\[\w+\])?==)", text)[1:]
        assert blocks and all("--hash=sha256:" in block for block in blocks)


def test_conda_users_get_the_same_python_and_the_same_lock():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert f"python{PROJECT['requires-python']}" in conda["dependencies"]
    assert conda["name"] == PROJECT["name"]
    [pip] = [d["pip"] for d in conda["dependencies"] if isinstance(d, dict)]
    assert pip == ["--require-hashes", "-r requirements.lock"]


def test_a_second_call_installs_nothing(monkeypatch, tmp_path):
    """The stamp of the lock decides: written after an install, wrong after the lock changes."""
    python = tmp_path / "python"
    python.write_text("", encoding="utf-8")
    monkeypatch.setattr(start, "VENV", tmp_path)
    monkeypatch.setattr(start, "PYTHON", python)
    calls = []
    monkeypatch.setattr(start, "run", lambda arguments: calls.append(arguments) or 0)
    assert start.main(["report"]) == 0
    first = [c for c in calls if "pip" in c]
    assert len(first) == 2 and any("--require-hashes" in c for c in first)
    calls.clear()
    assert start.main(["report"]) == 0
    assert [c for c in calls if "pip" in c] == [] and calls == [["-m", "kit", "run", start.PERIOD]]
    (tmp_path / ".installed-requirements.lock").write_text("of an older lock", encoding="utf-8")
    assert not start.installed(start.USER)


def test_the_developers_installation_serves_the_users_command(monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.write_text("", encoding="utf-8")
    monkeypatch.setattr(start, "VENV", tmp_path)
    monkeypatch.setattr(start, "PYTHON", python)
    stamp = tmp_path / ".installed-requirements-dev.lock"
    stamp.write_text(start.digest(start.DEVELOPER), encoding="utf-8")
    assert start.installed(start.USER) and start.installed(start.DEVELOPER)


def test_children_read_and_print_utf8_whatever_the_console(monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp936")
    environment = start.environment()
    assert environment["PYTHONUTF8"] == "1" and environment["PYTHONIOENCODING"] == "utf-8"


def test_an_unknown_target_is_told_the_known_ones(capsys):
    assert start.main(["reprot"]) == 2
    assert "report" in capsys.readouterr().err


def test_make_and_start_know_the_same_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.search(r"^\.PHONY: (.*)$", text, re.M)[1].split()) == set(start.TARGETS)


CHILD = """import pathlib, time
try:
    pathlib.Path("begun").touch(); time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1); print("ended in order"); raise SystemExit(1)"""


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal's group")
def test_a_ctrl_c_lets_the_command_end_in_order_and_shows_no_traceback(tmp_path):
    code = (
        "import pathlib, signal, sys, start; start.ROOT = pathlib.Path.cwd()\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "start.PYTHON = sys.executable; sys.exit(start.run(['-c', sys.argv[1]]))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, CHILD],
        cwd=tmp_path,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not (tmp_path / "begun").exists() and child.poll() is None:
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGINT)
    told, wrong = child.communicate(timeout=120)
    assert (child.returncode, told, wrong) == (1, "ended in order\n", "")
