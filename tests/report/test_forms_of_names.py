"""Names in all the forms in which files carry them: what finds them, and what is passed over."""

import html
import json
import re
import unicodedata
import urllib.parse

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.report import forms, traces
from kit.report.sieve import likely
from tests.report.test_forget import NAMES, spelled


def layers(text):
    """A text escaped in every way that files know, by the standard library."""
    return [
        html.escape(text),
        "".join(f"&#{ord(c)};" for c in text),
        "".join(f"&#x{ord(c):X};" for c in text),
        json.dumps(text)[1:-1],
        urllib.parse.quote(text),
        urllib.parse.quote(text, safe="").lower(),
        text.replace(" ", "+"),
    ]


@pytest.mark.parametrize("name", [*NAMES, "S02", "Ｌｉ Ming", "a1b2c3d4e5f6"])
def test_the_quick_look_lets_every_form_of_a_name_through(name):
    """Every escape of every escape of every form, wide, in either case: what the proof finds."""
    looked_for = traces.wanted([name], [])
    forms_ = {f"x {each} y" for form in spelled(name) for each in (form, *layers(form))}
    once = [each for form in (name, name.upper()) for each in layers(form)]
    forms_ |= {twice for each in once for twice in layers(each)}
    texts = [form for form in sorted(forms_) if traces.stands_in(form, looked_for)]
    assert len(texts) >= 40
    may = likely([text.encode() for text in texts], looked_for.names)
    assert [text for text, found in zip(texts, may, strict=True) if not found] == []
    others = ["max-width: 100%; a&amp;b", "王堃 &lt;period&gt; 与 Maxwell", "AAAA%"]
    names = traces.wanted(["李倩", "S02", "P1A2B3"], []).names
    assert likely([text.encode() for text in others], names) == [False] * 3


ODD = "ßẞſİıKŸǰŉﬁﬀΐϓςσΣᾳ᾿ͅé\u0301\u0307\u0323öǖ½①⒈㎡㏅㍙㋀…｡ﾊﾟがか\u3099"


ODD += "한국이ᄒ\u1161\u11abㅎㅏﾱ뫫\uac00ꯍ㐀﨎羅灷𠮷𐐀𝐀𝟙🄰ꭰᏸ\u00a8\u2002\x0b\x1c\x85\ufffd\U000e0100"


PLAIN = "abcdefklousABCDEFIKLOSUn0123456789李倩" + ODD


LOOSE = "&%#;\\＆％＃；＼ｕ\u200b\u00ad\u3000 +\"'（"


WAYS = {
    "json": lambda char: json.dumps(char)[1:-1],
    "units": lambda char: re.sub("....", r"\\u\g<0>", char.encode("utf-16-be").hex()),
    "decimal": lambda char: f"&#{ord(char)};",
    "hex": lambda char: f"&#x{ord(char):X};",
    "url": lambda char: urllib.parse.quote(char, safe=""),
    "bytes": lambda char: re.sub("..", r"%\g<0>", char.encode().hex()),
    "upper": str.upper,
    "lower": str.lower,
    "wide": lambda char: chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char,
    "apart": lambda char: unicodedata.normalize("NFKD", char),
    "together": lambda char: unicodedata.normalize("NFKC", char),
    "slashed": lambda char: "\\" + char,
}


@st.composite
def written(draw):
    """A name, and a text in which it may stand: each character in up to three layers."""
    name = draw(st.text(st.sampled_from(PLAIN), min_size=1, max_size=4))
    text = ""
    for char in name:
        for kind in draw(st.lists(st.sampled_from(sorted(WAYS)), max_size=3)):
            char = "".join(WAYS[kind](each) for each in char)
        text += char + draw(st.text(st.sampled_from(LOOSE), max_size=1))
    around = st.text(st.sampled_from(PLAIN + LOOSE), max_size=3)
    return name, draw(around) + text + draw(around) + draw(st.sampled_from(["", "Ａ", " Ａ"]))


@settings(max_examples=3000, deadline=None)
@given(written())
def test_the_quick_look_never_says_no_where_the_search_finds_a_name(case):
    """Where the careful search finds a name, the quick look must have let the text through."""
    name, text = case
    looked_for = traces.wanted([name], [])
    if traces.stands_in(text, looked_for):
        assert likely([text.encode()], looked_for.names) == [True], (name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Voß", "<td>Voß</td>"),
        ("Voß", "VOSS"),
        ("İlker", "İlker &amp; co"),
        ("뫫뫫", json.dumps("뫫뫫")),
        ("뫫뫫", "%EB%AB%AB%EB%AB%AB"),
        ("𠮷田", json.dumps("𠮷田")),
        ("1月", "＼ｕ３２ｃ０"),
        ("Öz", unicodedata.normalize("NFD", "Öz")),
        ("한국", unicodedata.normalize("NFD", "한국")),
    ],
)
def test_a_name_that_changes_its_letters_in_other_cases_is_found_by_both_looks(name, text):
    looked_for = traces.wanted([name], [])
    assert traces.stands_in(text, looked_for)
    assert likely([text.encode()], looked_for.names) == [True]
    removed = forms.pattern([name]).search(text)
    assert removed or text == "＼ｕ３２ｃ０"  # named as what remains, since the search finds it
