"""Seeded faults in a scheme: either refused with file, line and remedy, or every page comes out."""

import copy
import random

import pandas as pd
import pytest
import yaml

from kit.data.load import load
from kit.errors import KitError
from kit.pages.scoring import groups, page
from kit.pages.scoring.in_words import approval
from kit.pages.scoring.method import method
from kit.pages.scoring.next_step import steps
from kit.pages.scoring.person import persons
from kit.pages.scoring.trace import traces
from kit.pages.scoring.view import view
from kit.pages.scoring.warnings import warnings
from kit.scoring.what_if import scorecards
from tests.scoring import hand
from tests.scoring.test_other_sources import OKR, OKR_RULE, SHARE, results
from tests.scoring.test_own import ITEMS, SCALES, answers, leads, measured, named
from tests.scoring.test_plus_minus import KINDS, OVER, RULE, rows

INDICATORS = {
    "leads": leads(300)["leads"] | {"rule": "share", "raters": {"self": 1}, "counted": True},
    "sales": {"rule": "share", "target": 500_000},
    "team_sales": {"name": named("团队", "team"), "of": "sales", "scope": "team", "rule": "share"},
    "budget_over": OVER,
    **ITEMS,
    **OKR,
}
PROFILES = {
    "month": {
        "results": {
            "weight": 0.7,
            "of": {"leads": 0.4, "sales": 0.2, "team_sales": 0.2, "okr": 0.2},
        },
        "conduct": {"weight": 0.3, "of": {"attitude": 0.5, "values": 0.5}},
    }
}
SAID = {
    "indicators": INDICATORS,
    "profiles": PROFILES,
    "profile_sets": {"junior": {"month": {"sales": 0.5, "leads": 0.5}}},
    "dimensions": {"results": named("业绩", "results"), "conduct": named("态度", "conduct")},
    "rules": SHARE | OKR_RULE | {"overspend": RULE},
    "scales": SCALES,
    "adjustments": KINDS,
    "adjustment_limits": {"plus": 10, "minus": -20},
    "rounding": {"points": 0.5, "total": 0.1},
    "total": {"least": 0, "most": 120},
    "coverage_floor": 0.2,
}


def company(folder):
    """A month in which every word of the scheme is used, and its files."""
    tables = hand.tables()
    tables["measured"] = measured({"period_id": "2025-04", "indicator": "leads", "actual": 270})
    tables["feedback"] = answers(
        ("attitude", "manager", "M1", "82"), ("values", "manager", "M1", "B"),
        ("leads", "self", "S1", "95"),
    )  # fmt: skip
    tables["key_results"] = results(("ROI", 2, 3, 2.6, 1, None))
    tables["adjustments"] = rows({"kind": "complaint"})
    tables["targets"] = pd.DataFrame(
        [{"period_id": "2025-04", "specialist_id": "S1", "indicator": "sales", "target": 5e5}]
    )

    def changed(said):
        for key in ("people", "core_floor"):
            said.pop(key, None)
        return said | SAID

    hand.loaded(folder, tables, scheme=changed)
    return yaml.safe_load((folder / "scheme.yml").read_text("utf-8").replace("on:", '"on":'))


def nodes(value, place=()):
    """Every place of a nested mapping or list."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in inner:
        yield (*place, key)
        if isinstance(child, dict | list):
            yield from nodes(child, (*place, key))


def mutated(scheme, rng):
    """The scheme with one key dropped, misspelt, retyped or swapped with another."""
    out = copy.deepcopy(scheme)
    places = [p for p in nodes(out) if p[0] in SAID]
    place = rng.choice(places)
    *above, key = place
    parent = out
    for part in above:
        parent = parent[part]
    kind = rng.choice(["drop", "misspell", "retype", "swap"])
    if kind == "misspell" and isinstance(parent, dict):
        parent[str(key)[:-1] + "q"] = parent.pop(key)
    elif kind == "retype":
        wrong = ["x", -1, 0, None, [], {}, 7.5, True, "leads", "sales", "share"]
        parent[key] = rng.choice(wrong)
    elif kind == "swap":
        other = rng.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
        parent[key], parent[other] = parent[other], parent[key]
    else:
        del parent[key]
    return out, (kind, place)


def pages(tables):
    """What HR's page of scores is made of."""
    scores = scorecards(tables)
    for lang in ("zh", "en"):
        v = view(scores, lang, "hr")
        made = [*page.first(v), groups.verdicts(v), page.heat(v), groups.totals(v), *persons(v)]
        made += [steps(v), warnings(v), method(v), *traces(v)]
        assert all(block is None or "nan" not in str(block.html).split() for block in made)
        assert approval(tables.scheme, lang)


@pytest.mark.parametrize("seed", range(4))
def test_a_mutated_scheme_is_refused_with_its_line_or_gives_every_page(tmp_path, seed):
    scheme = company(tmp_path)
    rng = random.Random(seed)
    passed = 0
    for _ in range(25):
        changed, what = mutated(scheme, rng)
        text = yaml.dump(changed, Dumper=hand.Written, allow_unicode=True, sort_keys=False)
        (tmp_path / "scheme.yml").write_text(text, encoding="utf-8")
        try:
            tables = load(tmp_path / "period.yml")
        except KitError as refused:
            for fault in refused.faults:
                zh, en = fault.told("zh"), fault.told("en")
                assert zh and en and zh != en, what
                assert fault.facts.get("file"), (what, en)
                assert fault.facts.get("line") or fault.facts.get("row"), (what, en)
            continue
        if passed < 3:  # a page costs a second; the seeds share them out
            passed += 1
            try:
                pages(tables)
            except Exception as error:
                raise AssertionError(f"{what} passed the check and failed: {error!r}") from error
