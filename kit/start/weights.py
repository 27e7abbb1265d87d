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
from kit.scheme.library import MEASURES, built_in
from kit.show.sentences import join
from kit.words import LANGS, word

FOLDER = Path(__file__).parent / "templates"
DEFAULT = "single_shop"
SUPPORTING = ("ctr",)  # auxiliary indicators (辅助); the others are core
PERIODS = ("month", "quarter", "year", "campaign")


@dataclass(frozen=True)
class Weights:
    """Weights that sum to 1, the template they come from, and its indicators not measured.

    whole : the template's whole form is taken; `unmeasured` is then what people enter or rate
    """

    shares: dict[str, Decimal]
    template: str
    unmeasured: tuple[str, ...]
    whole: bool = False


@cache
def templates() -> dict[str, Scheme]:
    """The templates by id (方案模板): whole schemes, of no company and not approved."""
    return {file.stem: read_scheme(file) for file in sorted(FOLDER.glob("*.yml"))}


def leaves(template: str) -> dict[str, Decimal]:
    """Indicators of a template that ad exports alone measure, with their share of the form."""
    weights = templates()[template].weights("month").items()
    return {n: Decimal(str(w)) for n, w in weights if n in built_in() and from_ads(n)}


def from_ads(name: str) -> bool:
    """Whether an indicator of the library needs ad exports alone."""
    indicator = built_in()[name]
    return bool(indicator.terms) and set(indicator.terms) <= set(MEASURES["ads"])


def whole(sums: Mapping[str, float], template: str) -> Weights | None:
    """The template's whole form, where the files measure enough of it for totals; else None."""
    if template not in templates():
        raise KitError("start.no_template", found=template, known=list(templates()))
    scheme = templates()[template]
    known = [name for name in leaves(template) if measured(name, sums)]
    shares = {n: Decimal(str(w)) for n, w in scheme.weights("month").items()}
    if float(sum(shares[name] for name in known)) < scheme.coverage_floor:
        return None
    return Weights(shares, template, tuple(n for n in shares if n not in known), whole=True)


def choose(sums: Mapping[str, float], template: str = DEFAULT) -> Weights:
    """Weights of the template's indicators that these sums of measures give, scaled to 1.

    >>> sums = {"revenue": 5.0, "spend": 2.0, "clicks": 9.0, "impressions": 99.0, "orders": 0.0}
    >>> {name: float(share) for name, share in choose(sums).shares.items()}
    {'sales': 0.4616, 'roi': 0.3846, 'ctr': 0.1538}
    """
    if template not in templates():
        raise KitError("start.no_template", found=template, known=list(templates()))
    wanted = leaves(template)
    kept = {n: w for n, w in wanted.items() if measured(n, sums)}
    if not kept:
        raise KitError("start.nothing_measured", wanted=list(wanted))
    total = sum(kept.values())
    grain = Decimal("0.0001")
    shares = {n: (w / total).quantize(grain, ROUND_DOWN) for n, w in kept.items()}
    shares[next(iter(shares))] += 1 - sum(shares.values())
    return Weights(shares, template, tuple(n for n in wanted if n not in kept))


def measured(name: str, sums: Mapping[str, float]) -> bool:
    """Whether the sums give the indicator a value."""
    indicator = built_in()[name]
    parts = [indicator.top, indicator.under] if indicator.under else [indicator.top]
    return all(sums.get(part, 0) > 0 for part in parts)


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
    return word("start.weights_without", lang, said=said, names=lost) if lost else said


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
