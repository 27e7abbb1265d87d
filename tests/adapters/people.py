"""Golden kinds of kit.people: argument names and plain records, no computation."""

from kit.people import fairness, incentive

KINDS = {
    "bonus.step": lambda i: incentive.step(i["score"], i["steps"]),
    "bonus.interpolate": lambda i: incentive.interpolate(i["score"], i["points"]),
    "bonus.amount": lambda i: incentive.amount(
        i["base"], i["share"], i["dept_coef"], i["person_coef"]
    ),
    "bonus.threshold_risk": lambda i: {
        "p_other_side": incentive.threshold_risk(i["score"], i["se"], i["threshold"])
    },
    "bonus.pool": lambda i: incentive.pool(i["base"], i["coef"], i["pool"]),
    "distribution.quota": lambda i: fairness.quota(i["n"], i["shares"]),
    "distribution.boundary": lambda i: fairness.boundary(
        i["score"], i["se"], i["quota_top"], level=i["level"]
    ),
    "fairness.impact_ratio": lambda i: fairness.impact_ratio(i["groups"]),
}
