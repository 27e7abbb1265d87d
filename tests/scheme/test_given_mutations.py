"""Seeded edits of the given schemes: each is refused in words, or points and pay can be computed.

Apart from test_mutations.py, which edits one scheme that uses every word and looks at its pages:
here every published scheme is edited, read, and its rules, weights, words and pay are worked out.
"""

import copy
import random
from pathlib import Path

import numpy as np
import pytest
import yaml

from kit.errors import KitError
from kit.pages.scoring.in_words import approval
from kit.params import read_scheme
from kit.people.components import worked
from kit.people.figures import Figure, Person, exactly
from kit.scoring.grid import completions, points
from tests.plain_yaml import read

GIVEN = sorted((Path(__file__).resolve().parent.parent / "cases" / "schemes").glob("scheme-*.yml"))
EDITS = 24  # of each of the 22 files: 528 in all
WRONG = ["x", "-1", -1, 0, 1, None, [], {}, 7.5, True, 1e9, [[1, 2]]]
WRONG += ["leads", "sales", "total", "month"]


def places(value, at=()):
    """Every place of a nested mapping or list."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in inner:
        yield (*at, key)
        if isinstance(child, dict | list):
            yield from places(child, (*at, key))


def edited(said, rng):
    """The scheme with one or two keys dropped, misspelt, set to something else, or swapped."""
    out = copy.deepcopy(said)
    what = []
    for _ in range(rng.choice([1, 1, 2])):
        place = rng.choice([p for p in places(out) if p[0] not in ("id", "version")])
        parent = out
        for key in place[:-1]:
            parent = parent[key]
        key, way = place[-1], rng.choice(["drop", "misspell", "set", "swap"])
        if way == "misspell" and isinstance(parent, dict):
            parent[f"{str(key)[:-1]}q"] = parent.pop(key)
        elif way == "set":
            parent[key] = rng.choice(WRONG)
        elif way == "swap":
            other = rng.choice([*(parent if isinstance(parent, dict) else range(len(parent)))])
            parent[key], parent[other] = parent[other], parent[key]
        else:
            del parent[key]
        what.append((way, place))
    return out, what


def refused_in_words(error):
    """Whether each fault tells its file and line, in both languages."""
    told = [
        (f.told("zh"), f.told("en"), f.facts.get("file"), f.facts.get("line")) for f in error.faults
    ]
    return all(map(all, told))


def computed(scheme, rng):
    """Weights, points of every rule, pay of a drawn person, and the scheme in words."""
    for kind in scheme.profiles:
        assert sum(scheme.weights(kind).values()) == pytest.approx(1)
    for name in (n for kind in scheme.profiles for n in scheme.weights(kind)):
        actual, target = np.array([0.0, 50.0, rng.uniform(0, 200)]), np.array([100.0] * 3)
        done = completions(scheme, [name], actual[:, None], target[:, None])[:, 0]
        assert not np.isinf(points(scheme, name, done, actual, target)).any()
    known = [*scheme.pay.uses, "base", "total", "dept_coef"]
    for lacking in (None, rng.choice(known)):
        drawn = {n: exactly(rng.choice([0, 1, 2.5, 80, 60000])) for n in known if n != lacking}
        of = {n: Figure(x, exactly(100), exactly(10), x, 1.0) for n, x in drawn.items()}
        person = Person(of, rng.choice([g.grade for g in scheme.grades]))
        for part in scheme.pay.components.values():
            found = worked(part, person)
            assert found.fen is not None or found.reason
    assert all(approval(scheme, lang) for lang in ("zh", "en"))


@pytest.mark.parametrize("file", GIVEN, ids=lambda file: file.stem)
def test_an_edit_of_a_given_scheme_is_refused_in_words_or_can_be_computed(tmp_path, file):
    said = read(file)
    rng = random.Random(file.stem)
    computed(read_scheme(file), rng)
    for _ in range(EDITS):
        changed = said
        while changed == said:
            changed, what = edited(said, rng)
        text = yaml.safe_dump(changed, allow_unicode=True, sort_keys=False)
        (tmp_path / file.name).write_text(text, encoding="utf-8")
        try:
            scheme = read_scheme(tmp_path / file.name)
        except KitError as error:
            assert refused_in_words(error), what
            continue
        try:
            computed(scheme, rng)
        except Exception as error:
            raise AssertionError(f"{what} was taken and failed: {error!r}") from error
