"""`kit check` of the sample, warm, beside another revision: `… check_speed [REVISION] [rounds, 5]`.

Prints CPU seconds of the command here, and with a revision of git there too, medians of rounds in
turns after one that fills the caches, and their ratio (≤ 1.5 of 4707ead). What that revision needs
and this one does not (4707ead: chinesecalendar) stands on PYTHONPATH.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kit.params import ROOT

PERIOD = "params/2025-06.yml"


def checked(home: Path) -> float:
    """CPU seconds of one check by the kit in `home`, its own processes with it."""
    beyond = os.environ.get("PYTHONPATH", "")
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(home), beyond]))}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "kit", "check", PERIOD]
    subprocess.run(command, cwd=home, env=env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(homes: list[Path], rounds: int) -> list[float]:
    """Of each home, warm, in turns."""
    for home in homes:
        checked(home)
    taken = [[checked(home) for home in homes] for _ in range(rounds)]
    return [statistics.median(each) for each in zip(*taken, strict=True)]


def main(arguments: list[str]) -> int:
    """Print the seconds, and the ratio to a revision where one is named."""
    rounds = int(arguments[1]) if len(arguments) > 1 else 5
    if not arguments:
        print(f"kit check, warm: {medians([ROOT], rounds)[0]:.2f} s CPU")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        tree = ["git", "worktree", "add", "-q", "--detach", str(base), arguments[0]]
        subprocess.run(tree, cwd=ROOT, check=True)
        try:
            there, here = medians([base, ROOT], rounds)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(base)], cwd=ROOT)
    print(f"kit check, warm: {there:.2f} → {here:.2f} s CPU, {here / there:.2f} × (≤ 1.5)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
