"""A name is found however often a writer escaped what another had escaped already."""

import html
import json
import urllib.parse

import pytest

from kit.report import forms

NAME = "欧'阳 & <Co>"
WAYS = {
    "html": [html.escape],
    "json": [lambda text: json.dumps(text)[1:-1]],
    "url": [urllib.parse.quote],
    "html in json in url": [html.escape, lambda text: json.dumps(text)[1:-1], urllib.parse.quote],
}


@pytest.mark.parametrize("layers", [1, 3, 5, 7])
@pytest.mark.parametrize("way", WAYS)
def test_escapes_within_escapes_are_undone_layer_by_layer(way, layers):
    text = NAME
    for layer in range(layers):
        text = WAYS[way][layer % len(WAYS[way])](text)
    assert NAME not in text
    assert any(NAME in reading for reading in forms.readings(f"a {text} z"))
    assert forms.may_hold(f"a {text} z", [forms.plain(NAME)])
