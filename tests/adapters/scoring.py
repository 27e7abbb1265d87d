"""Golden kinds of scoring: arguments by name, NaN told as missing."""

from datetime import date

import numpy as np

from kit import formulas
from kit.scoring import kpi, market, rank, rules, weights
from kit.stats import intervals, shrink, workdays
from kit.stats.bands import band_faults


def value(x):
    """A missing number is None outside of tables."""
    return None if x is None or np.isnan(x) else float(x)


def named(function, *names):
    """The function with the inputs it names; the texts that only state a convention stay out."""
    return lambda i: function(**{name: i[name] for name in names})


def days(texts):
    return [date.fromisoformat(text) for text in texts]


def completion(i):
    rate = rules.rate(i["actual"], i["target"])
    return value(rules.completion(rate, i["full"], i["cap"], i["floor"], i.get("zero_below")))


def completion_lower(i):
    rate = rules.lower_rate(i["actual"], i["target"], i["method"])
    return value(rules.completion(rate, i["full"], i["cap"], i["floor"], i.get("zero_below")))


def goalpost(i):
    posts = (i["lo"], i["hi"])
    return value(rules.goalpost(i["x"], posts, i["scale"], i["direction"], i["truncate"]))


def bands(i):
    rate = i["rate"] if "rate" in i else rules.rate(i["actual"], i["target"])
    return value(rules.bands(rate, [(b["min"], b["score"]) for b in i["bands"]], i["below"]))


def deduct(i):
    steps = rules.steps(formulas.minus(i["target_rate"], i["rate"]), i["step"], i["partial"])
    return value(formulas.deduct(steps, i["points"], i["base"], i["max_deduction"]))


def add_deduct(i):
    steps = rules.steps(formulas.minus(i["actual"], i["target"]), i["step"], i["partial"])
    return value(rules.add_deduct(steps, i["points"], i["max_add"], i["max_deduct"]))


def target_range(i):
    inside = (i["lo"], i["hi"])
    zero = (i["zero_lo"], i["zero_hi"])
    return value(rules.target_range(i["x"], inside, zero, i["full"]))


def underspend(i):
    people = {name: row for name, row in i.items() if name != "gross_margin"}
    return kpi.underspend(people, i["gross_margin"])


def ratio_of_sums(i):
    return formulas.ratio_of_sums(i["numerator"], i["denominator"], i["level"])


def pairwise_holm(i):
    found = formulas.interval_pairwise_holm(i["score"], i["se"], i["level"])
    one = i.get("unit_index")
    return found if one is None else found[one : one + 1]


def did(i):
    treated = (i["treated_before"], i["treated_after"])
    return formulas.did(treated, (i["control_before"], i["control_after"]), i["scale"])


def rollup_year(i):
    parts = [i["monthly_mean"], i["quarterly_mean"], i["annual_review"]]
    return weights.rollup(parts, i["weights"])


KINDS = {
    "score.completion": completion,
    "score.completion_lower": completion_lower,
    "score.goalpost": goalpost,
    "score.bands": bands,
    "score.bands_validate": lambda i: band_faults(i["intervals"], i["domain"])._asdict(),
    "score.deduct": deduct,
    "score.add_deduct": add_deduct,
    "score.target_range": target_range,
    "score.anchors": lambda i: value(rules.anchors(i["x"], i["points"])),
    "weights.reweight_missing": named(
        formulas.reweight_missing, "weights", "missing", "min_coverage"
    ),
    "weights.effective": lambda i: formulas.effective(i["tree"]),
    "weights.blend_profiles": named(weights.blend_profiles, "profiles", "days"),
    "aggregate": lambda i: weights.aggregate(i["x"], i["w"], i["method"], i.get("missing")),
    "aggregate.composite": formulas.composite,
    "aggregate.variance_share": named(weights.variance_share, "w", "cov"),
    "rating.relation_weighted": named(formulas.relation_weighted, "ratings", "weights"),
    "rating.rater_adjust": lambda i: formulas.rater_adjust(i["observations"]),
    "rating.suppress_small_groups": named(
        formulas.suppress_small_groups, "counts", "min_raters", "exempt"
    ),
    "shrink.beta_binomial": named(shrink.beta_binomial, "k", "n", "alpha", "beta"),
    "shrink.normal_eb": lambda i: shrink.normal_eb(i["y"], i["var"]),
    "interval.wilson": lambda i: [float(x) for x in intervals.wilson(i["k"], i["n"], i["level"])],
    "interval.ratio_of_sums": ratio_of_sums,
    "interval.ratio_reliable": lambda i: {
        "bounded": bool(
            intervals.ratio_reliable(i["denominator_mean"], i["denominator_se"], i["level"])
        )
    },
    "rank.interval_pairwise_holm": pairwise_holm,
    "sensitivity.flip_weight": named(rank.flip_weight, "a", "b", "vary"),
    "sensitivity.rank_acceptability": lambda i: {
        "a_first": formulas.rank_acceptability(i["a"], i["b"])
    },
    "sensitivity.leave_one_metric_out": named(rank.leave_one_metric_out, "scores", "weights"),
    "market.seasonal_normalise": lambda i: formulas.seasonal_normalise(i["raw"]),
    "market.adjust_target": lambda i: value(
        market.adjust_target(
            i["target"], i["assumed_growth"], i["observed_growth"], i["pass_through"]
        )
    ),
    "market.did": did,
    "market.standardised_rate": lambda i: formulas.standardised_rate(i["strata"]),
    "kpi.underspend": underspend,
    "kpi.cac": lambda i: kpi.ratio(i["cost"], i["new_customers"]),
    "kpi.plan": lambda i: kpi.plan(i["planned"], i["done"], i["done_on_time"]),
    "kpi.prorate_target": lambda i: formulas.prorate_target(
        i["target"], i["days_in_period"], i["days_assigned"]
    ),
    "rollup.ratio": named(formulas.rollup_ratio, "numerator", "denominator"),
    "rollup.score": lambda i: weights.rollup(i["months"], i["weights"]),
    "rollup.year": rollup_year,
    "timeliness.workdays": lambda i: workdays.between(
        date.fromisoformat(i["start"]),
        date.fromisoformat(i["end"]),
        days(i["holidays"]),
        days(i["makeup_workdays"]),
    ),
    "timeliness.within": named(workdays.within, "lags", "limit"),
}
