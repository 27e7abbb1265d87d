"""Pay by components in words (薪酬项说明), with an example of assumed figures, for its approval."""

from collections.abc import Iterable
from fractions import Fraction

from kit.pages.people.steps import found_by, line_name, name_of, plain, steps, yuan
from kit.people.components import worked
from kit.people.figures import Figure, Person, exactly
from kit.scheme import Scheme
from kit.scheme.components import Component, Factor, Posts, Whole
from kit.scheme.periods import kind_word
from kit.show.sentences import join, say
from kit.words import word

ASSUMED = {"money": 105000, "int": 21, "days": 5, "points": 85}  # actuals; targets are 100/105
BASE = 10000
TOTAL = 85


def pay(scheme: Scheme, lang: str) -> list[str]:
    """Every component and pool, and what follows over periods, line by line; none for none."""
    said = scheme.pay
    parts = [
        line for name, part in said.components.items() for line in _part(scheme, name, part, lang)
    ]
    pools = [_pool(scheme, name, lang) for name in said.pools]
    cap = [say("scheme.pay_cap", lang, cap=yuan(exactly(said.cap)))] if said.cap is not None else []
    head = ["", say("scheme.pay", lang)] if parts or pools else []
    judged = [say("people.how.judged", lang)] if scheme.grading == "judged" else []
    return [*judged, *head, *parts, *pools, *cap, *_later(scheme, lang)]


def _part(scheme: Scheme, name: str, part: Component, lang: str) -> list[str]:
    """One component: what is written, then the steps of an example."""
    facts = {"name": line_name(scheme, name, lang), "on": name_of(scheme, part.on, lang)}
    pairs = part.tiers or part.prizes
    kind = "rate" if part.rate is not None else "prizes" if part.prizes else "tiers"
    kind = "marginal" if part.marginal else kind
    told = say(
        f"scheme.pay_{kind}",
        lang,
        None,
        **facts,
        rate=plain(exactly(part.rate or 0)),
        marks=_marks(pairs, lang),
    )
    done = steps(scheme, worked(part, _person(scheme, part)), lang)
    each = [*_conditions(scheme, part, lang), say("scheme.pay_example", lang), *done]
    return [told, *(say("scheme.pay_step", lang, step=step) for step in each)]


def _conditions(scheme: Scheme, part: Component, lang: str) -> list[str]:
    """Gates, factors, what is taken off, ends and later corrections, as written (条件)."""
    gates = [
        say(
            "scheme.pay_gate",
            lang,
            name=name_of(scheme, gate.of, lang),
            on=word(f"people.on.{gate.on}", lang),
            bound=word(f"people.bound.{bound}", lang),
            line=plain(exactly(line)),
        )
        for gate in part.gate
        for bound, line in gate.bounds.items()
    ]
    factors = [_factor(scheme, factor, lang) for factor in part.times]
    less = [say("scheme.pay_less", lang, name=name_of(scheme, n, lang)) for n in part.less]
    ends = [say("scheme.pay_least", lang, money=yuan(exactly(part.least)))] if part.least else []
    if part.cap is not None:
        ends.append(say("scheme.pay_most", lang, money=yuan(exactly(part.cap))))
    later = [say("scheme.pay_resettle", lang, n=part.resettle)] if part.resettle else []
    by = [say("scheme.pay_by", lang, by=found_by(scheme, part.by, lang))] if part.by else []
    above = [] if part.above is None else [_above(scheme, part, lang)]
    return [*above, *by, *gates, *factors, *less, *ends, *later]


def _above(scheme: Scheme, part: Component, lang: str) -> str:
    """What counts: only what lies above a line, of a ratio times its denominator (超出部分)."""
    target = part.above == "target"
    line = word("scheme.pay_target", lang) if target else plain(exactly(float(part.above or 0)))
    ratio = bool(getattr(scheme.library.get(part.on), "under", ""))
    return say(f"scheme.pay_above{'_ratio' * ratio}", lang, line=line)


def _factor(scheme: Scheme, factor: Factor, lang: str) -> str:
    """One factor as written (系数): by itself, a curve, steps, or by the grade."""
    pairs = factor.curve or factor.steps
    marks = (
        _marks(pairs, lang)
        if pairs
        else join([f"{grade} → {plain(exactly(x))}" for grade, x in factor.map.items()], lang)
    )
    kind = (
        "curve" if factor.curve else "map" if factor.map else "steps" if factor.steps else "itself"
    )
    on = "" if factor.by in ("grade", "dept_coef") else word(f"people.on.{factor.on}", lang)
    return say(
        f"scheme.pay_factor_{kind}",
        lang,
        name=name_of(scheme, factor.by, lang),
        on=on,
        marks=marks,
    ).strip()


def _marks(pairs: Iterable[tuple[float, float]], lang: str) -> str:
    told = [f"{plain(exactly(edge))} → {plain(exactly(value))}" for edge, value in pairs]
    return join(told, lang)


def _person(scheme: Scheme, part: Component) -> Person:
    """Somebody with assumed figures: every target passed by 5 %, the highest grade."""
    figures = {
        "base": Figure(exactly(BASE)),
        "total": Figure(exactly(TOTAL), points=exactly(TOTAL)),
        "dept_coef": Figure(exactly(1)),
    }
    for name in part.uses:
        spec = scheme.library.get(name)
        if spec is None:
            continue
        beat = Fraction(20, 21) if spec.better == "down" else Fraction(21, 20)
        said = scheme.indicators[name].target if name in scheme.indicators else None
        usual = exactly(ASSUMED.get(spec.unit, 2 if spec.unit == "ratio" else 0.9))
        goal = exactly(said) if said else usual / beat
        actual = goal * beat
        under = exactly(100000) if spec.under else None
        figures[name] = Figure(
            actual, goal, under, exactly(100), lower=spec.better == "down", ratio=bool(spec.under)
        )
    return Person(figures, scheme.grades[0].grade)


def _pool(scheme: Scheme, name: str, lang: str) -> str:
    pool = scheme.pay.pools[name]
    if isinstance(pool.amount, Whole):
        on = name_of(scheme, pool.amount.on, lang)
        money = f"{on} × {plain(exactly(pool.amount.rate))}"
    else:
        money = yuan(exactly(pool.amount))
    if isinstance(pool.share_by, Posts):
        by = join([f"{post} {plain(exactly(x))}" for post, x in pool.share_by.post.items()], lang)
    elif pool.share_by in scheme.pay.components:
        by = line_name(scheme, pool.share_by, lang)
    else:
        by = word(f"people.basis_of.{pool.share_by}", lang)
    return say("scheme.pay_pool", lang, name=line_name(scheme, name, lang), money=money, by=by)


def _later(scheme: Scheme, lang: str) -> list[str]:
    """Consequences over periods, a line each (结果应用)."""
    return [
        say(
            "scheme.consequence_run" if rule.in_a_row else "scheme.consequence",
            lang,
            name=getattr(rule.name, lang),
            kind=kind_word(rule.of, lang),
            last=rule.last,
            grades=join(rule.grades, lang),
            least=rule.at_least,
        )
        for rule in scheme.consequences.values()
    ]
