"""Speed of scoring: `python -m tests.bench.scoring_speed`.

200 specialists × 12 indicators × 90 days × 2,000 draws: values, points, errors, draws, Holm ranks
from daily arrays. Budget 5 s CPU and 1 GB; then each size doubled, to show that it grows linearly.
"""

import resource
import time

import numpy as np

from kit.scoring.card import ranks
from tests.scoring import months

TWELVE = {  # indicators on the same five chains, so that twelve are scored
    "order_count": 16_200 / 180 / 0.7,
    "clicks": 2000 / 0.7,
    "spend": 4000 / 0.7,
    "new_customers": 40,
    "cpc": 1.4,
    "cpa": 31.0,
    "impressions": 66_000 / 0.7,
}


def once(people: int, days: int, draws: int) -> float:
    """CPU seconds of one month of `people` on `days` days."""
    daily = months.facts(np.random.default_rng(1), people, days, 0.3, 0.1, 1.0)
    start = time.process_time()
    *_, doubt = months.month(daily, draws)
    ranks(doubt, np.ones(people, bool), 0.95)
    return time.process_time() - start


def main() -> None:
    scheme = months.PERIOD.scheme
    more = dict.fromkeys(TWELVE, scheme.indicators["ctr"])
    profile = dict.fromkeys([*months.NAMES, *TWELVE], 1 / 12)
    changed = {"indicators": scheme.indicators | more, "profiles": {"month": profile}}
    months.PERIOD = months.PERIOD.model_copy(update={"scheme": scheme.model_copy(update=changed)})
    months.NAMES = [*months.NAMES, *TWELVE]
    months.TARGETS = months.TARGETS | TWELVE
    once(20, 30, 1000)
    base = (200, 90, 2000)
    for label, size in {
        "base": base,
        "people x2": (400, 90, 2000),
        "days x2": (200, 180, 2000),
        "draws x2": (200, 90, 4000),
    }.items():
        print(f"{label:10s} {size}: {once(*size):.2f} s CPU")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
