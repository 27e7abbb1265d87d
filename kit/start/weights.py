"""Weights of a new scheme (权重): of a template's indicators those that the files measure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path
from string import Template

import yaml

from kit.errors import KitError
from kit.params import Span
from kit.scheme.library import built_in
from kit.show.sentences import join
from kit.words import LANGS, word

FOLDER = Path(__file__).parent / "templates"
DEFAULT = "single_shop"
SUPPORTING = ("ctr",)  # auxiliary indicators (辅助); the others are core
PERIODS = ("month", "quarter", "year", "campaign")


@dataclass(frozen=True)
class Weights:
    """Weights that sum to 1, the template they come from, and its indicators not measured."""

    shares: dict[str, Decimal]
    template: str
    unmeasured: tuple[str, ...]


@cache
def templates() -> dict[str, dict[str, dict[str, float]]]:
    """Templates by id: name in both languages, and leaves with their share of the whole form."""
    files = sorted(FOLDER.glob("*.yml"))
    return {f.stem: yaml.safe_load(f.read_text(encoding="utf-8")) for f in files}


def choose(sums: Mapping[str, float], template: str = DEFAULT) -> Weights:
    """Weights of the template's indicators that these sums of measures give, scaled to 1.

    >>> sums = {"revenue": 5.0, "spend": 2.0, "clicks": 9.0, "impressions": 99.0, "orders": 0.0}
    >>> {name: float(share) for name, share in choose(sums).shares.items()}
    {'sales': 0.4616, 'roi': 0.3846, 'ctr': 0.1538}
    """
    if template not in templates():
        raise KitError("start.no_template", found=template, known=list(templates()))
    leaves = {n: Decimal(str(w)) for n, w in templates()[template]["leaves"].items()}
    kept = {n: w for n, w in leaves.items() if measured(n, sums)}
    if not kept:
        raise KitError("start.nothing_measured", wanted=list(leaves))
    whole = sum(kept.values())
    grain = Decimal("0.0001")
    shares = {n: (w / whole).quantize(grain, ROUND_DOWN) for n, w in kept.items()}
    shares[next(iter(shares))] += 1 - sum(shares.values())
    return Weights(shares, template, tuple(n for n in leaves if n not in kept))


def measured(name: str, sums: Mapping[str, float]) -> bool:
    """Whether the sums give the indicator a value."""
    indicator = built_in()[name]
    parts = [indicator.top, indicator.under] if indicator.under else [indicator.top]
    return all(sums.get(part, 0) > 0 for part in parts)


def note(weights: Weights, lang: str) -> str:
    """Where the weights come from, for the page."""
    listed = [f"{word(f'indicator.{n}', lang)} {float(w):.2%}" for n, w in weights.shares.items()]
    said = word(
        "start.weights",
        lang,
        name=templates()[weights.template]["name"][lang],
        id=weights.template,
        weights=join(listed, lang),
    )
    if not weights.unmeasured:
        return said
    lost = join([word(f"indicator.{n}", lang) for n in weights.unmeasured], lang)
    return word("start.weights_without", lang, said=said, names=lost)


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
