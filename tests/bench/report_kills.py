"""Bench of survival: a hundred runs whose kernels are killed at random moments."""

import os
import subprocess
import sys

if __name__ == "__main__":
    test = "tests/report/test_faults.py::test_kernels_killed_at_random_moments_never_leave_a_lie"
    environment = {**os.environ, "KIT_KILLS": "100"}
    sys.exit(
        subprocess.run([sys.executable, "-m", "pytest", "-s", test], env=environment).returncode
    )
