"""The summary as a PDF (PDF 摘要), by typst if the extra is installed; it can never break a run.

`python -m kit.report.pdf` is the process that sets it: what hangs or fails there ends there.
"""

import io
import json
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kit.params import ROOT

SECONDS = 20
LIBRARIES = ("typst", "pikepdf")  # of the extra `pdf`
TEMPLATE = Path(__file__).parent / "page" / "summary.typ"


def wanted(asked: bool | None) -> bool:
    """Whether to make a PDF (是否要 PDF): as the period says, else if the libraries are there."""
    return all(map(find_spec, LIBRARIES)) if asked is None else asked


def made(told: dict[str, Any]) -> tuple[bytes | None, str]:
    """The PDF of a summary, or none and why (生成 PDF): missing, failed, or too slow."""
    if not all(map(find_spec, LIBRARIES)):
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


def packed(pdf: bytes) -> bytes:
    """The same document in fewer bytes (压缩): typst writes an object a table cell, each plain."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = pikepdf.ObjectStreamMode.generate
        document.save(out, object_stream_mode=streams, deterministic_id=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
