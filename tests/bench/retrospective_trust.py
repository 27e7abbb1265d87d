"""Trust of the review: `python -m tests.bench.retrospective_trust [MONTHS]`, figures with errors.

null     : months in which nothing changed (shared day shocks, Poisson counts): share with a claim
coverage : 80 % intervals of the elasticity and of the marginal return of four known curves, 40
           weeks of spend varying by a quarter, day-to-day noise of 8 %
"""

import sys

import numpy as np
import pandas as pd

from kit.params import read_scheme
from kit.retrospective.budget import Curves, marginal
from kit.retrospective.response import EIGHTY, fits
from kit.retrospective.review import review
from kit.retrospective.story import boxes, story
from tests.retrospective.desk import Desk, span, steady

MAY = span("2025-05-01", "2025-05-31", "2025-05")
JUNE = span("2025-06-01", "2025-06-30", "2025-06")
TRUE = {"search": 0.85, "social": 0.5, "content": 0.95, "other": 0.7}
LEVEL = 2e4
WEEKS = 40


def quiet_month(seed: int) -> dict[str, bool]:
    """Which kinds of claim the review of a month without change makes."""
    frames = steady(seed=seed)
    rng = np.random.default_rng(seed)
    ads = frames["ads"]
    for column in ("impressions", "spend"):
        ads[column] *= np.exp(0.15 * rng.standard_normal(len(ads)))
    ads["add_to_carts"] = rng.poisson(ads["clicks"] * 0.1) * 1.0
    ads["revenue"] = ads["orders"] * 150 * np.exp(0.2 * rng.standard_normal(len(ads)))
    found = review(Desk(frames, JUNE, MAY))
    said = [claim.key.removeprefix("retrospective.") for claim in story(found, {})]
    claims = {
        "own": said[1].startswith(("own_up", "own_down")),
        "step": said[2] != "no_driver",
        "segment": len(found.findings) > 0,
        "box": bool(boxes(found)),
    }
    return claims | {"any": any(claims.values())}


def covered(seed: int) -> dict[str, bool]:
    """Whether the 80 % intervals of known curves hold the truth."""
    rng = np.random.default_rng(seed)
    rows = []
    for channel, b in TRUE.items():
        x = LEVEL * np.exp(0.25 * rng.standard_normal(WEEKS))
        y = 4 * LEVEL * (x / LEVEL) ** b * np.exp(0.08 * rng.standard_normal(WEEKS))
        rows.append(pd.DataFrame({"channel": channel, "week": np.arange(WEEKS), "x": x, "y": y}))
    held = {}
    rules = read_scheme("params/scheme-2025.yml").retrospective
    for channel, fit in fits(pd.concat(rows), rules, seed).items():
        ends = np.quantile(marginal(Curves(np.array(fit.form), fit.a, fit.b), LEVEL), EIGHTY)
        held[f"b of {channel}"] = fit.low - 0.005 <= TRUE[channel] <= fit.high + 0.005
        held[f"margin of {channel}"] = ends[0] <= 4 * TRUE[channel] <= ends[2]
    return held


def main(months: int) -> int:
    for work in (quiet_month, covered):
        table = pd.DataFrame([work(1000 + i) for i in range(months)]).mean()
        for name, share in table.items():
            print(f"{name:18} {share:6.1%} ± {1.96 * np.sqrt(share * (1 - share) / months):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
