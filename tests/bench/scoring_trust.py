"""Trust of scores: `python -m tests.bench scoring_trust` (8 minutes).

Coverage of the composite's 95 % interval (claimed: 93 to 97 %) and equal pairs told apart (at most
5 %), over memory of days, noise, shared shocks, volume and length; 16,000 people, 8,000 pairs each:
simulation errors 0.2 and 0.25 points, two of which are allowed; exit status 1 beyond them.
"""

import itertools
import sys

from tests.scoring import months
from tests.scoring.test_trust import trust


def holds(covered: float, apart: float) -> bool:
    """Whether both stay within what is claimed, give or take two simulation errors."""
    return 0.93 - 0.004 <= covered <= 0.97 + 0.004 and apart <= 0.05 + 0.005


def main() -> int:
    """Print every setting; 1 if one passes its limit."""
    kept = []
    print("memory noise shared clicks/day days  covered  apart")
    phases, lift = months.promotion(30)
    calm = itertools.product((0, 0.3, 0.5), (0.05, 0.1, 0.25), (0, 1), (2000,), (30,))
    few = itertools.product((0, 0.3, 0.5), (0.1,), (0,), (400, 100), (30,))
    long = itertools.product((0, 0.3, 0.5), (0.1,), (1,), (2000,), (28, 91))
    burst = itertools.product((0, 0.3, 0.5), (0.05, 0.1, 0.25), (1,), (2000,), (30,))
    for *setting, n in [*calm, *few, *long]:
        covered, apart = trust(*setting, n=n, people=16000)
        print(*(f"{x:>6}" for x in (*setting, n)), f"  {covered:.1%}   {apart:.1%}", flush=True)
        kept.append(holds(covered, apart))
    for *setting, n in burst:
        covered, apart = trust(*setting, n=n, people=16000, phases=phases, lift=lift)
        print(*(f"{x:>6}" for x in (*setting, n)), f"  {covered:.1%}   {apart:.1%} 618", flush=True)
        kept.append(holds(covered, apart))
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
