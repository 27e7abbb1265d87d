"""Pay by components in words (薪酬项说明), with an example of assumed figures, for its approval."""

from collections.abc import Iterable
from fractions import Fraction

from kit.pages.people.steps import line_name, name_of, plain, steps, yuan
from kit.people.components import worked
from kit.people.figures import Figure, Person, exactly
from kit.scheme import Scheme
from kit.scheme.components import Component, Posts, Whole
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
    return [told, *(say("scheme.pay_step", lang, step=step) for step in done)]


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
        actual = exactly(ASSUMED.get(spec.unit, 2 if spec.unit == "ratio" else 0.9))
        goal = actual * Fraction(20, 21) if spec.better != "down" else actual * Fraction(21, 20)
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
