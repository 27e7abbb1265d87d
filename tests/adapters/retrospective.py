"""Golden kinds `review.*`: names of arguments only, no computation."""

from kit.retrospective.anomaly import anomalies
from kit.retrospective.bridge import decompose, decompose_levels, market_part
from kit.retrospective.budget import allocate
from kit.retrospective.mix import mix_rate, ratio_aggregate


def _parts(parts: dict, first: float, last: float, asked: list | None = None) -> dict:
    """`asked` names the factors in chain order; in a shortened chain they keep the kit's names."""
    if asked and len(asked) == len(parts):
        parts = dict(zip(asked, parts.values(), strict=True))
    return {"contributions": {n: parts.get(n) for n in asked or parts}, "total": last - first}


def _levels(twin: bool):
    def run(i: dict) -> dict:
        parts = decompose_levels(i["period0"], i["period1"], twin=twin)
        ends = (i["period0"]["revenue"], i["period1"]["revenue"])
        return _parts(parts, *ends, i.get("factors"))

    return run


def _factors(twin: bool):
    def run(i: dict) -> dict:
        parts = decompose(i["f0"], i["f1"], twin=twin)
        return {"contributions": parts, "total": sum(parts.values())}

    return run


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
    "review.budget": lambda i: allocate(
        i["channels"], i["budget"], mroi_floor=i.get("mroi_floor")
    ),
    "review.anomaly": lambda i: anomalies(
        i["weekday"], i["values"], threshold=i["threshold"], exclude=i.get("exclude")
    ),
    "review.ratio_aggregate": lambda i: ratio_aggregate(i["rows"], i["num"], i["den"]),
}
