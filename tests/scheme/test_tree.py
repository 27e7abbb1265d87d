"""Dimensions as a tree: leaf weights by hand, and each sum that does not fit."""

import numpy as np
import pytest

from kit.scheme.tree import Node, faults, in_points, leaves
from kit.scoring.weights import used

WEIGHTED = {
    "results": Node(weight=0.70, of={"leads": 0.8, "highlights": 0.2}),
    "ability": Node(weight=0.15, of={"professional": 1}),
    "conduct": Node(weight=0.15, of={"attitude": 1}),
}
POINTS = {
    "results": Node(points=70, of={"leads": 56, "highlights": 14}),
    "ability": Node(points=30, of={"professional": 15, "attitude": 15}),
}


def weights(profile):
    return {leaf.name: leaf.weight for leaf in leaves(profile)}


def test_leaf_weights_are_products_down_the_tree():
    assert weights(WEIGHTED) == pytest.approx(
        {"leads": 0.56, "highlights": 0.14, "professional": 0.15, "attitude": 0.15}, abs=1e-15
    )


def test_points_of_a_form_are_hundredths_of_the_total():
    assert in_points(POINTS) and not in_points(WEIGHTED)
    assert weights(POINTS)["leads"] == 0.56 and sum(weights(POINTS).values()) == pytest.approx(1)


def test_the_worked_example_of_the_spec_gives_its_totals():
    """By hand: 0.56·104 + 0.14·80 + 0.15·75 + 0.15·85.9 = 93.575; highlights missing: 96.935."""
    found = leaves(WEIGHTED)
    share = np.array([[leaf.weight for leaf in found]] * 2)
    points = np.array([[104, 80, 75, 85.9], [104, np.nan, 75, 85.9]])
    weight, coverage = used(share, ~np.isnan(points), [leaf.path for leaf in found])
    total = np.nansum(weight * points, axis=1)
    assert total == pytest.approx([93.575, 96.935], abs=1e-12)
    assert coverage == pytest.approx([1, 0.86])


def test_a_node_without_any_figure_gives_its_weight_to_its_siblings_alone():
    """By hand: b and c under d (0.5), e under f (0.5); g with h inside d: c's weight goes to b."""
    paths = [("d",), ("d", "g"), ("d", "g"), ("f",)]
    share = np.array([[0.2, 0.2, 0.1, 0.5]])
    weight, _ = used(share, np.array([[True, False, False, True]]), paths)
    assert weight[0] == pytest.approx([0.5, 0, 0, 0.5])
    weight, _ = used(share, np.array([[True, True, False, True]]), paths)
    assert weight[0] == pytest.approx([0.2, 0.3, 0, 0.5])


@pytest.mark.parametrize(
    ("profile", "key", "facts"),
    [
        ({"a": 0.5, "b": 0.4}, "params.weights_sum", {"sum": "0.9"}),
        (
            {"d": Node(weight=0.9, of={"a": 1})},
            "params.tree_sum",
            {"sum": "0.9", "wanted": "1", "gap": "-0.1"},
        ),
        (
            {"d": Node(weight=1, of={"a": 0.5, "b": 0.6})},
            "params.tree_sum",
            {"sum": "1.1", "gap": "+0.1"},
        ),
        (
            {"d": Node(points=100, of={"a": 50, "b": 40})},
            "params.tree_sum",
            {"wanted": "100", "gap": "-10"},
        ),
        (
            {"d": Node(weight=0.5, of={"a": 1}), "e": Node(points=50, of={"b": 50})},
            "params.weight_or_points",
            {},
        ),
        (
            {"d": Node(weight=1, of={"a": 1}), "e": Node(weight=0, of={"a": 1})},
            "params.leaf_twice",
            {"name": "a"},
        ),
    ],
)
def test_sums_that_do_not_fit_are_named(profile, key, facts):
    found = faults("month", profile, ("profiles", "month"))
    assert key in [fault.key for fault in found]
    told = next(fault for fault in found if fault.key == key)
    assert {name: told.facts[name] for name in facts} == facts
