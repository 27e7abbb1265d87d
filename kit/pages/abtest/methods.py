"""What would other methods have said? (其他方法)."""

from kit.abtest import portfolio
from kit.abtest.verdict import Verdict
from kit.pages.abtest.view import View, p_text
from kit.show.format import number


def experts(v: View, verdict: Verdict) -> list[str]:
    """Looks, the gap before, and what other methods would have said."""
    case = verdict.case
    said = list[str]()
    if case is None:
        return said
    if case.looks:
        crossed = [
            date
            for date, z, edge in zip(case.looks.dates, case.looks.z, case.looks.edges, strict=False)
            if abs(z) >= edge
        ]
        said.append(
            v.say("looks.crossed", date=number(crossed[0], "date", v.lang))
            if crossed
            else v.say("looks.inside", done=case.looks.done, planned=case.looks.planned)
        )
    net = case.beside.net
    level = case.lead.test.control
    checks = case.beside.checks
    if net and net.p_value is not None and level > 0:
        said.append(
            v.say(
                "net",
                change=number(net.effect / level, "+percent", v.lang),
                p=p_text(net.p_value, v.lang),
            )
        )
    plain = case.lead.plain
    if plain and plain.p_value is not None and level > 0:
        said.append(
            v.say(
                "cuped",
                change=number(plain.rel_effect, "+percent", v.lang),
                p=p_text(plain.p_value, v.lang),
                before=p_text(case.lead.imbalance_p, v.lang),
            )
        )
    if checks and checks.pooled_p is not None:
        said.append(
            v.say(
                "checks",
                pooled=p_text(checks.pooled_p, v.lang),
                phi=number(checks.dispersion, "ratio", v.lang),
                quasi=p_text(checks.quasi_p, v.lang),
            )
        )
    if checks and checks.jackknife_error and level > 0:
        said.append(
            v.say(
                "jackknife",
                error=number(checks.jackknife_error / level, "percent2", v.lang),
                ours=number((case.lead.test.se or 0) / level, "percent2", v.lang),
            )
        )
    chance = case.beside.posterior
    if chance and verdict.decision not in portfolio.NO_EFFECT:
        said.append(
            v.say(
                "posterior",
                loss=number(100 * chance.expected_loss_if_choose_treatment, "coef", v.lang),
                chance=number(chance.prob_treatment_better, "chance", v.lang),
            )
        )
    if checks and checks.wilcoxon_p is not None:
        said.append(v.say("wilcoxon", p=p_text(checks.wilcoxon_p, v.lang)))
    return said
