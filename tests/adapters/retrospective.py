"""Golden kinds `review.*`: names of arguments only, no computation."""

from kit.formulas import (
    allocate,
    anomalies,
    decompose,
    decompose_levels,
    market_part,
    mix_rate,
    ratio_aggregate,
)


def _levels(twin: bool):
    def run(i: dict) -> dict:
        found = decompose_levels(i["period0"], i["period1"], twin=twin)
        parts = found.contributions
        asked = i.get("factors") or list(found.contributions)
        if len(asked) == len(parts):  # the six names, in chain order; a shortened chain has its own
            parts = dict(zip(asked, parts.values(), strict=True))
        return {"contributions": {n: parts.get(n) for n in asked}, "total": found.total}

    return run


def _factors(twin: bool):
    return lambda i: decompose(i["f0"], i["f1"], twin=twin)


KINDS = {
    "review.lmdi": _levels(False),
    "review.shapley": _levels(True),
    "review.lmdi_factors": _factors(False),
    "review.shapley_factors": _factors(True),
    "review.mix_rate": lambda i: mix_rate(i["segments"]),
    "review.market_adjust": lambda i: market_part(i["y0"], i["y1"], i["m0"], i["m1"]),
    "review.seasonal_adjust": lambda i: market_part(
        i["y0"], i["y1"], i["last_year0"], i["last_year1"]
    ),
    "review.budget": lambda i: allocate(i["channels"], i["budget"], mroi_floor=i.get("mroi_floor")),
    "review.anomaly": lambda i: anomalies(
        i["weekday"], i["values"], threshold=i["threshold"], exclude=i.get("exclude")
    ),
    "review.ratio_aggregate": lambda i: ratio_aggregate(i["rows"], i["num"], i["den"]),
}
