"""Golden kinds `abtest.*`: naming of arguments and of results, no computation."""

import math
from dataclasses import asdict

from kit import formulas
from kit.abtest import daily, design, looks, many, money, net, sums, users
from kit.errors import KitError
from kit.stats import multiple


def counts(arm):
    return users.Counts(arm["successes"], arm["n"])


def arm(given):
    return formulas.arm_given(given["n"], given["mean"], given.get("sd"))


def common(case, *names):
    names = names or ("alpha", "better")
    return {name: case[name] for name in names if name in case}


def flat(test):
    return asdict(test) | {"ci": [test.ci_low, test.ci_high]}


def sides(low, high):
    return None if low is None else [low, high]


def two_proportions(case):
    t = users.two_proportions(counts(case["control"]), counts(case["treatment"]), **common(case))
    return asdict(t) | {
        "control_rate": t.control,
        "treatment_rate": t.treatment,
        "z": t.statistic,
        "ci_newcombe": sides(t.ci_low, t.ci_high),
        "ci_wald": sides(t.wald_low, t.wald_high),
        "rel_ci_log": sides(t.rel_low, t.rel_high),
    }


def newcombe(case):
    arms = counts(case["control"]), counts(case["treatment"])
    effect = users.two_proportions(*arms).effect
    return {"effect": effect, "ci_newcombe": list(users.newcombe(*arms, **common(case, "alpha")))}


def fisher(case):
    return {"p_value": users.fisher(case["table"], **common(case, "alternative"))}


def welch(case):
    if "control_values" in case:
        arms = users.arm_of(case["control_values"]), users.arm_of(case["treatment_values"])
    else:
        arms = arm(case["control"]), arm(case["treatment"])
    t = users.welch(*arms, **common(case))
    return flat(t) | {"t": t.statistic}


def paired(case):
    arms = daily.days_of(case["control_by_day"]), daily.days_of(case["treatment_by_day"])
    t = daily.paired_days(*arms, **common(case))
    return flat(t) | {"t": t.statistic}


def both_days(given):
    return tuple(
        daily.days_of(given[k]["top"], given[k]["under"]) for k in ("control", "treatment")
    )


def pooled_days(case):
    return flat(net.pooled_days(*both_days(case), case["memory"], **common(case)))


def shrunk_net(case):
    known = net.Past(case["memory"], case["lasting"], 100, 100)
    before = both_days(case["before"]) if case["before"] else None
    return flat(net.shrunk_net(before, both_days(case), known, **common(case)))


def six_sums(given):
    total = [given["num_sum"], given["den_sum"]]
    product = given.get("num_den_sum")
    cross = [[given.get("num_sq_sum"), product], [product, given.get("den_sq_sum")]]
    return formulas.sums_given(given["n"], ("num", "den"), total, cross)


def ratio_delta(case):
    arms = six_sums(case["control"]), six_sums(case["treatment"])
    t = sums.ratio_delta(*arms, "num", "den", **common(case))
    return flat(t) | {"control_ratio": t.control, "treatment_ratio": t.treatment}


def by_day(given):
    return daily.days_of(given["numerator_by_day"], given["denominator_by_day"])


def ratio_days(case):
    t = daily.paired_days(by_day(case["control"]), by_day(case["treatment"]), **common(case))
    status = {"status": t.decision} if t.decision == "no_test" else {}
    return flat(t) | {"control_ratio": t.control, "treatment_ratio": t.treatment} | status


def cuped(case):
    arms = [sums.sums_of(case[name]) for name in ("control", "treatment")]
    t = sums.cuped(*arms, ("y", None), ("pre", None), **common(case))
    plain = {"unadjusted_p_value": t.plain.p_value}
    return flat(t.adjusted) | plain | {"theta": t.theta, "variance_ratio": t.variance_ratio}


def srm(case):
    chi2, p = users.sample_ratio(case["observed"], case["expected_weights"])
    return {"chi2": chi2, "p_value": p, "srm": users.uneven(p, case["alpha"])}


def multiple_comparisons(case):
    found = {}
    methods = {"holm": multiple.holm, "bh": multiple.bh, "bonferroni": formulas.bonferroni}
    for name, method in methods.items():
        p = method(case["p_values"])
        found[f"{name}_adjusted"] = [None if math.isnan(x) else x for x in p.tolist()]
        found[f"{name}_reject"] = formulas.rejected(p, case["alpha"])
    return found


def sample_size_proportions(case):
    rest = common(case, "power", "alpha", "two_sided")
    given = case["baseline"], case["mde_absolute"]
    return {
        f"n_per_arm_{v}_variance": design.units_proportions(*given, variance=v, **rest)
        for v in ("null", "pooled")
    }


def sample_size_mean(case):
    n = design.units_mean(case["delta"], case["sd"], **common(case, "power", "alpha", "two_sided"))
    return {"n_per_arm": n, "n_per_arm_ceiling": design.whole(n)}


def power_mean(case):
    given = case["delta"], case["sd"], case["n_per_arm"]
    return {"power": design.power_mean(*given, **common(case, "alpha", "two_sided"))}


def mde_mean(case):
    rest = common(case, "power", "alpha", "two_sided")
    return {"mde_absolute": formulas.mde_mean(case["n_per_arm"], case["sd"], **rest)}


def power_proportions(case):
    given = case["p_control"], case["p_treatment"], case["n_per_arm"]
    return {"power": design.power_proportions(*given, **common(case, "alpha", "two_sided"))}


def sequential_boundaries(case):
    rest = common(case, "spending", "alpha")
    return {"z_boundaries": list(looks.boundaries(case["information_fractions"], **rest))}


def sequential_decision(case):
    given = case["information_fractions"], case["z_observed"]
    rest = common(case, "spending", "alpha")
    return formulas.decide_at_look(*given, done=case["looks_done"], **rest)


def confidence_sequence(case):
    arms = counts(case["control"]), counts(case["treatment"])
    t = looks.confidence_sequence(*arms, **common(case, "n_star", "alpha", "better"))
    return asdict(t) | {"ci": [t.ci_low, t.ci_high]}


def non_inferiority(case):
    test = users.two_proportions(counts(case["control"]), counts(case["treatment"]))
    t = many.non_inferior(
        test.effect,
        test.se,
        case["margin_absolute"],
        better=case.get("better", "higher"),
        alpha=case["alpha_one_sided"],
    )
    return asdict(t) | {"z": t.statistic, "ci_lower": t.ci_low}


def equivalence(case):
    test = users.welch(arm(case["control"]), arm(case["treatment"]))
    margin = case["margin_absolute"]
    return many.equivalent(test.effect, test.se, margin, alpha=case["alpha"], df=test.df)


def bayes(case):
    arms = counts(case["control"]), counts(case["treatment"])
    return money.beta_binomial(*arms, tuple(case["prior"]))


def overdispersed(case):
    arms = [
        daily.days_of(case[name]["clicks_by_day"], case[name]["impressions_by_day"])
        for name in ("control", "treatment")
    ]
    t = daily.overdispersed(*arms, **common(case))
    return asdict(t) | {"quasibinomial_p_value_t": t.p_value}


def stratified(case):
    rows = [(counts(s["control"]), counts(s["treatment"])) for s in case["strata"]]
    t = many.strata(rows, **common(case, "continuity_correction"))
    return asdict(t) | {"cmh_chi2": t.chi2, "cmh_p_value": t.p_value}


def multi_arm(case):
    return formulas.any_difference([counts(a) for a in case["arms"]])


def dunnett(case):
    return formulas.dunnett(case["control_values"], case["treatments"], **common(case, "alpha"))


def winner(case):
    arms = {a["name"]: counts(a) for a in case["arms"]}
    t = formulas.best_arm(arms.pop(case["control"], users.Counts(0, 0)), arms, **common(case))
    return {
        "p_values": list(t.p_values.values()),
        "holm_adjusted": list(t.adjusted.values()),
        "winner": t.winner,
    }


def decision_value(case):
    test = users.welch(arm(case["control"]), arm(case["treatment"]), **common(case, "alpha"))
    t = money.decision_value(test, **common(case, "gross_margin", "audience", "extra_cost"))
    return asdict(t) | {
        "incremental_profit": t.profit,
        "ci": [t.ci_low, t.ci_high],
        "prob_profitable_normal": t.prob_profitable,
    }


def degenerate_two_proportions(case):
    try:
        return {"status": two_proportions(case)["decision"]}
    except KitError as refusal:
        return {"status": "invalid_input", "reason": str(refusal)}


def verdict_with_srm(case):
    arms = case["control"], case["treatment"]
    _, srm_p = users.sample_ratio([a["assigned"] for a in arms], case["expected_weights"])
    t = users.two_proportions(counts(arms[0]), counts(arms[1]), **common(case))
    return asdict(formulas.guarded(t, srm_p, case["srm_alpha"])) | {"srm_p_value": srm_p}


KINDS = {
    f"abtest.{kind}": function
    for kind, function in {
        "two_proportions": two_proportions,
        "newcombe_ci": newcombe,
        "fisher_exact": fisher,
        "welch_t_test": welch,
        "paired_days_t_test": paired,
        "pooled_days": pooled_days,
        "shrunk_net": shrunk_net,
        "ratio_delta": ratio_delta,
        "ratio_paired_days": ratio_days,
        "cuped_mean": cuped,
        "srm": srm,
        "multiple_comparisons": multiple_comparisons,
        "sample_size_proportions": sample_size_proportions,
        "sample_size_mean": sample_size_mean,
        "power_mean": power_mean,
        "mde_mean": mde_mean,
        "power_proportions": power_proportions,
        "group_sequential_boundaries": sequential_boundaries,
        "group_sequential_decision": sequential_decision,
        "asymptotic_confidence_sequence": confidence_sequence,
        "non_inferiority_proportions": non_inferiority,
        "equivalence_mean": equivalence,
        "bayes_beta_binomial": bayes,
        "overdispersed_daily_rates": overdispersed,
        "stratified_rates": stratified,
        "multi_arm_proportions": multi_arm,
        "multi_arm_vs_control_dunnett": dunnett,
        "winner_multi_arm": winner,
        "decision_value": decision_value,
        "degenerate_two_proportions": degenerate_two_proportions,
        "degenerate_daily": ratio_days,
        "verdict_with_srm": verdict_with_srm,
    }.items()
}
