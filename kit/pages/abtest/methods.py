"""What would other methods have said? (其他方法)."""

from kit.abtest.decisions import NO_EFFECT
from kit.abtest.verdict import Case, Verdict
from kit.pages.abtest.view import View, p_text
from kit.show.format import number


def experts(v: View, verdict: Verdict) -> list[str]:
    """Looks, the gap before, and what other methods would have said."""
    case = verdict.case
    if case is None:
        return []
    judged = verdict.decision not in NO_EFFECT
    return [
        *_looks(v, case),
        *_before(v, case),
        *_checks(v, case),
        *(_posterior(v, case) if judged else []),
        *_ranks(v, case),
    ]


def _looks(v: View, case: Case) -> list[str]:
    """Whether a planned look crossed its boundary, and when first (期中查看)."""
    if not case.looks:
        return []
    steps = zip(case.looks.dates, case.looks.z, case.looks.edges, strict=False)
    crossed = [date for date, z, edge in steps if abs(z) >= edge]
    if crossed:
        return [v.say("looks.crossed", date=number(crossed[0], "date", v.lang))]
    return [v.say("looks.inside", done=case.looks.done, planned=case.looks.planned)]


def _before(v: View, case: Case) -> list[str]:
    """The effect net of the gap before, and the one without the days before (前期差异)."""
    level = case.lead.test.control
    net = case.beside.net
    plain = case.lead.plain
    sentences = []
    if net and net.p_value is not None and level > 0:
        change = number(net.effect / level, "+percent", v.lang)
        sentences.append(v.say("net", change=change, p=p_text(net.p_value, v.lang)))
    if plain and plain.p_value is not None and level > 0:
        change = number(plain.rel_effect, "+percent", v.lang)
        before = p_text(case.lead.imbalance_p, v.lang)
        p = p_text(plain.p_value, v.lang)
        sentences.append(v.say("cuped", change=change, p=p, before=before))
    return sentences


def _checks(v: View, case: Case) -> list[str]:
    """The pooled and the quasi-binomial test, and the jackknife error (方法对照)."""
    level = case.lead.test.control
    checks = case.beside.checks
    sentences = []
    if checks and checks.pooled_p is not None:
        pooled, quasi = (p_text(p, v.lang) for p in (checks.pooled_p, checks.quasi_p))
        phi = number(checks.dispersion, "ratio", v.lang)
        sentences.append(v.say("checks", pooled=pooled, phi=phi, quasi=quasi))
    if checks and checks.jackknife_error and level > 0:
        error = number(checks.jackknife_error / level, "percent2", v.lang)
        ours = number((case.lead.test.se or 0) / level, "percent2", v.lang)
        sentences.append(v.say("jackknife", error=error, ours=ours))
    return sentences


def _posterior(v: View, case: Case) -> list[str]:
    """Chance and expected loss of choosing the treatment (后验概率)."""
    chance = case.beside.posterior
    if not chance:
        return []
    loss = number(100 * chance.expected_loss_if_choose_treatment, "coef", v.lang)
    return [
        v.say("posterior", loss=loss, chance=number(chance.prob_treatment_better, "chance", v.lang))
    ]


def _ranks(v: View, case: Case) -> list[str]:
    """Wilcoxon's test of the same days (秩检验)."""
    checks = case.beside.checks
    if not checks or checks.wilcoxon_p is None:
        return []
    return [v.say("wilcoxon", p=p_text(checks.wilcoxon_p, v.lang))]
