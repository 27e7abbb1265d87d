"""Set up and start: `python start.py report | test | test-all | lab | lint | bench | lock`.

Standard library only. Makes `.venv` when it is missing and installs what the lock file names,
with hashes; a second call installs nothing. `make <target>` calls this; Windows: `py start.py …`.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
USER, DEVELOPER = "requirements.lock", "requirements-dev.lock"
SPARK = "requirements-spark.lock"  # for tests on Spark alone; .ci/run installs it
POSTGRES = "requirements-postgres.lock"  # the same for tests on a database
PERIOD = "params/2025-06.yml"

NOTEBOOKS = "notebooks"
BESIDE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]  # a file stays on one worker
TESTS = [
    ["start.py", "lint"],
    ["-m", "pytest", *BESIDE, "kit", "tests"],
    ["-m", "pytest", *BESIDE, "--nbval-lax", NOTEBOOKS],
]
TARGETS: dict[str, tuple[str, list[list[str]]]] = {
    "report": (USER, [["-m", "kit", "run", PERIOD]]),
    "lab": (USER, [["-m", "kit", "lab"]]),
    "test": (DEVELOPER, TESTS),
    "test-all": (DEVELOPER, TESTS),
    "lint": (
        DEVELOPER,
        [
            ["-m", "ruff", "check", "."],
            ["-m", "ruff", "format", "--check", "."],
            ["-m", "mypy"],
            ["-m", "pytest", "tests/test_notebooks.py"],
        ],
    ),
    "bench": (DEVELOPER, [["-m", "tests.bench"]]),
    "lock": (
        DEVELOPER,
        [
            ["pyproject.toml", "--group", "build", "-o", USER],
            ["pyproject.toml", "--group", "build", "--extra", "dev", "-o", DEVELOPER, "-c", USER],
            ["--group", "spark", "-o", SPARK, "-c", USER],
            ["--group", "postgres", "-o", POSTGRES, "-c", USER],
        ],
    ),
}
UV = ["-m", "uv", "pip", "compile", "-q", "--universal", "--python-version", "3.11"]
COMPILE = [*UV, "--generate-hashes", "--no-emit-index-url"]


def environment() -> dict[str, str]:
    """The caller's variables, UTF-8 everywhere (cp936 consoles) and the project on the path."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": path}


def run(arguments: list[str]) -> int:
    """The exit code; a Ctrl-C reaches the child too, which is given the time to end in order."""
    child = subprocess.Popen([str(PYTHON), *arguments], cwd=ROOT, env=environment())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def installed(lock: str) -> bool:
    """Whether `.venv` holds this very lock file, or the developers' one that includes it."""
    stamps = [VENV / f".installed-{name}" for name in {lock, DEVELOPER}]
    return PYTHON.exists() and any(
        stamp.exists() and stamp.read_text(encoding="utf-8") == digest(stamp.name[11:])
        for stamp in stamps
    )


def digest(lock: str) -> str:
    """The lock files' digest; the user's lock is a part of the developers'."""
    files = [USER] if lock == USER else [USER, DEVELOPER]
    return hashlib.sha256(b"".join((ROOT / f).read_bytes() for f in files)).hexdigest()


def install(lock: str) -> int:
    """Create `.venv` if need be, then install the lock file and the kit itself; 0 when done."""
    print(f"安装 / installing: {lock} → .venv", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    code = run([*pip, "--require-hashes", "-r", lock])
    code = code or run([*pip, "--no-build-isolation", "-e", "."])
    if code == 0:
        (VENV / f".installed-{lock}").write_text(digest(lock), encoding="utf-8")
    return code


def main(arguments: list[str]) -> int:
    """Run a target, after making or mending the environment it needs."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an old Python may start
        print("需要 Python 3.11 或更新 / Python 3.11 or newer is needed", file=sys.stderr)
        return 2
    if len(arguments) < 1 or arguments[0] not in TARGETS:
        print(f"用法 / usage: python start.py {' | '.join(TARGETS)}", file=sys.stderr)
        return 2
    lock, commands = TARGETS[arguments[0]]
    if arguments[0] == "test-all":
        os.environ["KIT_ALL"] = "1"  # every page in every form
    code = 0 if installed(lock) else install(lock)
    for command in commands:
        full = [*COMPILE, *command] if arguments[0] == "lock" else [*command, *arguments[1:]]
        code = code or run(full)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
