"""Formulas of own indicators (自定义公式): read by a small parser of their own, never evaluated.

formula := side | side "/" side · side := term | "(" sum ")" · sum := term {("+" | "-") term} ·
term := [decimal "*"] name. A sum beside a "/" stands in brackets, so that nobody misreads it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

LONGEST = 200  # characters of a formula
MOST_TERMS = 12
TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w.]*)|(?P<sign>[-+*/()]))")
SIGNS = str.maketrans({"×": "*", "÷": "/", "−": "-", "–": "-"})

Term = tuple[float, str]


class FormulaSyntaxError(ValueError):
    """A formula that cannot be read: character (counted from 1), token there, key of the text."""

    def __init__(self, column: int, token: str, key: str = "params.formula") -> None:
        super().__init__(f"{column}: {token}")
        self.column = column
        self.token = token
        self.key = key


@dataclass(frozen=True)
class Token:
    """One word of a formula: kind number, name, sign or end; where it begins, from 1."""

    kind: str
    text: str
    column: int


@dataclass(frozen=True)
class Formula:
    """Sums over and under the line (分子、分母) as text; `under` is "" where nothing is divided."""

    top: str
    under: str
    scale: float
    names: tuple[Token, ...]


def parse(text: str) -> Formula:
    """The formula of an indicator (公式); FormulaSyntaxError where it cannot be read.

    >>> parse("(revenue - refund_amount) / spend").top
    'revenue - refund_amount'
    >>> parse("1000 * spend / impressions").scale
    1000.0
    """
    if len(text) > LONGEST:
        raise FormulaSyntaxError(LONGEST + 1, text[LONGEST : LONGEST + 12], "params.formula_long")
    tokens = _tokens(unicodedata.normalize("NFKC", text).translate(SIGNS))
    top, place = _side(tokens, 0)
    under: list[Token] = []
    if tokens[place].text == "/":
        _bracketed(tokens, 0, place)
        begin = place + 1
        under, place = _side(tokens, begin)
        _bracketed(tokens, begin, place)
    if tokens[place].kind != "end":
        raise FormulaSyntaxError(tokens[place].column, tokens[place].text)
    names = tuple(t for t in (*top, *under) if t.kind == "name")
    if len(names) > MOST_TERMS:
        extra = names[MOST_TERMS]
        raise FormulaSyntaxError(extra.column, extra.text, "params.formula_long")
    parts = [" ".join(t.text for t in side) for side in (top, under)]
    single = bool(parts[1]) and len(top) == 3 and top[0].kind == "number"
    scale = float(top[0].text) if single else 1.0
    return Formula(top[2].text if single else parts[0], parts[1], scale, names)


@cache
def terms(side: str) -> tuple[Term, ...]:
    """The terms of one side of a formula (各项): factor with its sign, and name.

    >>> terms("0.32 * revenue - spend")
    ((0.32, 'revenue'), (-1.0, 'spend'))
    """
    found: list[Term] = []
    factor = 1.0
    for token in _tokens(side):
        if token.text in ("+", "-"):
            factor = -1.0 if token.text == "-" else 1.0
        elif token.kind == "number":
            factor *= float(token.text)
        elif token.kind == "name":
            found.append((factor, token.text))
    return tuple(found)


def _tokens(text: str) -> list[Token]:
    tokens = []
    place = 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            column = place + len(text[place:]) - len(text[place:].lstrip()) + 1
            raise FormulaSyntaxError(column, text[column - 1])
        kind = str(match.lastgroup)
        tokens.append(Token(kind, match[kind], match.start(kind) + 1))
        place = match.end()
    return [*tokens, Token("end", "", len(text) + 1)]


def _side(tokens: list[Token], place: int) -> tuple[list[Token], int]:
    """One side from `place` on, brackets left out, and the place after it."""
    if tokens[place].text != "(":
        return _sum(tokens, place)
    inner, place = _sum(tokens, place + 1)
    return inner, _expect(tokens, place, ")")


def _sum(tokens: list[Token], place: int) -> tuple[list[Token], int]:
    found, place = _term(tokens, place)
    while tokens[place].text in ("+", "-"):
        more, after = _term(tokens, place + 1)
        found = [*found, tokens[place], *more]
        place = after
    return found, place


def _term(tokens: list[Token], place: int) -> tuple[list[Token], int]:
    begin = place
    if tokens[place].kind == "number":
        place = _expect(tokens, place + 1, "*")
    if tokens[place].kind != "name":
        raise FormulaSyntaxError(tokens[place].column, tokens[place].text)
    return tokens[begin : place + 1], place + 1


def _expect(tokens: list[Token], place: int, sign: str) -> int:
    if tokens[place].text != sign:
        raise FormulaSyntaxError(tokens[place].column, tokens[place].text)
    return place + 1


def _bracketed(tokens: list[Token], begin: int, end: int) -> None:
    """Refuse a sum without brackets beside a division line: readers would divide its last term."""
    loose = next((t for t in tokens[begin:end] if t.text in ("+", "-")), None)
    if loose and tokens[begin].text != "(":
        raise FormulaSyntaxError(loose.column, loose.text, "params.formula_brackets")
