"""`make bench`: every bench in turn, or those named: `python -m tests.bench trust --full`.

Numbers after a name are its arguments: `python -m tests.bench mutants 200`, which alone is not
run unless it is named.

Each prints ratios against a baseline of the same run. A ratio fails nothing, but one with a budget
that its bench ends by; a bench of trust or of faults ends with 1 where a claim does not hold, and
so do all benches together.
"""

import subprocess
import sys
from pathlib import Path

ARGUMENTS = {"data_bench": ["1e6", "5"], "absent": ["20"]}


def main(wanted: list[str]) -> int:
    """Run the benches one after another, each in a process of its own; the worst exit code."""
    flags = [name for name in wanted if name.startswith("--")]
    wanted = [name for name in wanted if name not in flags]
    known = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))
    numbers = [name for name in wanted if name.isdigit()]
    wanted = [name for name in wanted if not name.isdigit()]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    codes = []
    for name in wanted or [name for name in known if name != "mutants"]:
        print(f"── {name}", flush=True)
        given = [*(numbers or ARGUMENTS.get(name, [])), *flags]
        command = [sys.executable, "-m", f"tests.bench.{name}", *given]
        codes.append(subprocess.run(command).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
