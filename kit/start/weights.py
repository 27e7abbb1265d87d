"""Weights of a new scheme (权重): a template's whole form, or what of it the files measure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path
from string import Template

from kit.errors import KitError
from kit.params import Span, read_scheme
from kit.scheme import Scheme
from kit.scheme.library import MEASURES, Indicator, built_in
from kit.scheme.periods import USUAL
from kit.show.sentences import join
from kit.words import LANGS, word

FOLDER = Path(__file__).parent / "templates"
DEFAULT = "single_shop"
SUPPORTING = ("ctr",)  # auxiliary indicators (辅助); the others are core
PERIODS = (*USUAL, "campaign")


@dataclass(frozen=True)
class Weights:
    """Weights that sum to 1, the template they come from, and its indicators not measured.

    whole : the template's whole form is taken; `unmeasured` is then what people enter or rate
    own : measured, but by a formula that the template's whole form alone has; left out
    """

    shares: dict[str, Decimal]
    template: str
    unmeasured: tuple[str, ...]
    whole: bool = False
    own: tuple[str, ...] = ()


@cache
def templates() -> dict[str, Scheme]:
    """The templates by id (方案模板): whole schemes, of no company and not approved."""
    return {file.stem: read_scheme(file) for file in sorted(FOLDER.glob("*.yml"))}


def leaves(template: str) -> dict[str, Decimal]:
    """Indicators of a template that ad exports alone measure, with their share of the form."""
    scheme = templates()[template]
    weights = scheme.weights("month").items()
    return {n: Decimal(str(w)) for n, w in weights if from_ads(scheme.library[n])}


def from_ads(indicator: Indicator) -> bool:
    """Whether an indicator needs ad exports alone, its formula the kit's or the template's own."""
    return bool(indicator.terms) and set(indicator.terms) <= set(MEASURES["ads"])


def whole(sums: Mapping[str, float], template: str) -> Weights | None:
    """The template's whole form, where the files measure enough of it for totals; else None."""
    if template not in templates():
        raise KitError("start.no_template", found=template, known=list(templates()))
    scheme = templates()[template]
    known = _measured(sums, template)
    shares = {n: Decimal(str(w)) for n, w in scheme.weights("month").items()}
    if float(sum(shares[name] for name in known)) < scheme.coverage_floor:
        return None
    return Weights(shares, template, tuple(n for n in shares if n not in known), whole=True)


def choose(sums: Mapping[str, float], template: str = DEFAULT) -> Weights:
    """Weights of the kit's indicators in the template that these sums give, scaled to 1.

    >>> sums = {"revenue": 5.0, "spend": 2.0, "clicks": 9.0, "impressions": 99.0, "orders": 0.0}
    >>> {name: float(share) for name, share in choose(sums).shares.items()}
    {'sales': 0.4616, 'roi': 0.3846, 'ctr': 0.1538}
    """
    if template not in templates():
        raise KitError("start.no_template", found=template, known=list(templates()))
    wanted = leaves(template)
    known = _measured(sums, template)
    kept = {n: wanted[n] for n in known if n in built_in()}
    if not kept:
        raise KitError("start.nothing_measured", wanted=[n for n in wanted if n in built_in()])
    total = sum(kept.values())
    grain = Decimal("0.0001")
    shares = {n: (w / total).quantize(grain, ROUND_DOWN) for n, w in kept.items()}
    shares[next(iter(shares))] += 1 - sum(shares.values())
    lost = tuple(n for n in wanted if n not in known)
    return Weights(shares, template, lost, own=tuple(n for n in known if n not in kept))


def _measured(sums: Mapping[str, float], template: str) -> list[str]:
    """Indicators of a template to which the sums give a value."""
    library = templates()[template].library
    return [name for name in leaves(template) if measured(library[name], sums)]


def measured(indicator: Indicator, sums: Mapping[str, float]) -> bool:
    """Whether the sums give the indicator a value."""
    return all(sums.get(term, 0) > 0 for term in indicator.terms)


def note(weights: Weights, lang: str) -> str:
    """Where the weights come from, for the page."""
    scheme = templates()[weights.template]
    listed = [f"{scheme.label(n, lang)} {float(w):.2%}" for n, w in weights.shares.items()]
    facts = {"name": word(f"start.template.{weights.template}", lang), "id": weights.template}
    facts |= {"weights": join(listed, lang)}
    lost = join([scheme.label(n, lang) for n in weights.unmeasured], lang)
    if weights.whole:
        return word("start.weights_whole", lang, **facts, names=lost)
    said = word("start.weights", lang, **facts)
    said = word("start.weights_without", lang, said=said, names=lost) if lost else said
    own = join([scheme.label(n, lang) for n in weights.own], lang)
    return (
        word("start.weights_own", lang, said=said, names=own, id=weights.template) if own else said
    )


def whole_text(weights: Weights, span: Span) -> str:
    """The template's file as the scheme of a company: its own id, version and note."""
    text = (FOLDER / f"{weights.template}.yml").read_text(encoding="utf-8")
    told = {lang: note(weights, lang).replace('"', "'") for lang in LANGS}
    own = {
        "id": f"scheme-{span.start.year}",
        "version": f'"{span.start.year}.1"',
        "note": f'{{zh: "{told["zh"]}", en: "{told["en"]}"}}',
    }
    for key, value in own.items():
        line = f"{key}: {value}".replace("\\", "\\\\")  # re.sub reads backslashes
        text = re.sub(rf"(?m)^{key}:.*$", line, text, count=1)
    return text


def scheme_text(weights: Weights, span: Span) -> str:
    """The scheme file: nothing of the sample company in it but the shape of its rules."""
    shares = ", ".join(f"{n}: {w.normalize():f}" for n, w in weights.shares.items())
    rows = [
        f"  {n}: {{branch: hard, group: {'core' if n not in SUPPORTING else 'auxiliary'}, "
        "rule: standard}"
        for n in weights.shares
    ]
    told = {lang: note(weights, lang).replace('"', "'") for lang in LANGS}
    return Template((FOLDER / "scheme.txt").read_text(encoding="utf-8")).substitute(
        id=f"scheme-{span.start.year}",
        year=span.start.year,
        indicators="\n".join(rows),
        profiles="\n".join(f"  {kind}: {{{shares}}}" for kind in PERIODS),
        **told,
    )
