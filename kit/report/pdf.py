"""The summary as a PDF (PDF 摘要), by typst if it is installed; it can never break a run.

`python -m kit.report.pdf` is the process that sets it: what hangs or fails there ends there.
"""

import json
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kit.params import ROOT
from kit.report.pack import packed

SECONDS = 20
TEMPLATE = Path(__file__).parent / "page" / "summary.typ"


def wanted(asked: bool | None) -> bool:
    """Whether to make a PDF (是否要 PDF): as the period says, else if the library is there."""
    return find_spec("typst") is not None if asked is None else asked


def made(told: dict[str, Any]) -> tuple[bytes | None, str]:
    """The PDF of a summary, or none and why (生成 PDF): missing, failed, or too slow."""
    if find_spec("typst") is None:
        return None, "missing"
    try:
        done = subprocess.run(
            [sys.executable, "-m", __spec__.name],
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None, "slow"
    except OSError:
        return None, "failed"
    good = done.returncode == 0 and done.stdout.startswith(b"%PDF")
    return (done.stdout, "") if good else (None, "failed")


def main() -> None:
    """Read the summary's data, write the PDF to the standard output."""
    import typst

    told = json.load(sys.stdin)
    fonts = str(files("kit") / "show" / "fonts")
    given = {"data": json.dumps(told)}
    pdf = typst.compile(str(TEMPLATE), font_paths=[fonts], sys_inputs=given, format="pdf")
    sys.stdout.buffer.write(packed(pdf))


if __name__ == "__main__":
    main()
