"""Formulas of own indicators: what is read, and the character at which the rest is refused."""

import pytest

from kit.scheme.formula import FormulaSyntaxError, parse, terms


@pytest.mark.parametrize(
    ("text", "top", "under", "scale"),
    [
        ("spend", "spend", "", 1),
        ("spend / clicks", "spend", "clicks", 1),
        ("(revenue - refund_amount) / spend", "revenue - refund_amount", "spend", 1),
        ("1000 * revenue / impressions", "revenue", "impressions", 1000),
        ("0.32 * revenue - spend - other_fees", "0.32 * revenue - spend - other_fees", "", 1),
        ("（revenue − spend）÷ clicks", "revenue - spend", "clicks", 1),
    ],
)
def test_a_formula_is_read_as_two_sums(text, top, under, scale):
    found = parse(text)
    assert (found.top, found.under, found.scale) == (top, under, scale)


@pytest.mark.parametrize(
    ("text", "column", "token", "key"),
    [
        ("spend ** clicks", 7, "*", "params.formula"),
        ("spend * 2", 7, "*", "params.formula"),
        ("-spend", 1, "-", "params.formula"),
        ("spend / clicks / orders", 16, "/", "params.formula"),
        ("((spend))", 2, "(", "params.formula"),
        ("(spend", 7, "", "params.formula"),
        ("2", 2, "", "params.formula"),
        ("spend % clicks", 7, "%", "params.formula"),
        ("__import__('os')", 12, "'", "params.formula"),
        ("revenue - spend / clicks", 9, "-", "params.formula_brackets"),
        ("spend / clicks + orders", 16, "+", "params.formula_brackets"),
        (" + ".join(f"m{n}" for n in range(13)), 63, "m12", "params.formula_long"),
        ("a" * 201, 201, "a", "params.formula_long"),
        ("", 1, "", "params.formula"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_character(text, column, token, key):
    with pytest.raises(FormulaSyntaxError) as refused:
        parse(text)
    assert (refused.value.column, refused.value.token, refused.value.key) == (column, token, key)


def test_terms_carry_their_sign_and_factor():
    assert terms("0.5 * a - 2 * b + c") == ((0.5, "a"), (-2.0, "b"), (1.0, "c"))
