"""Headers in their comparable form, and the unit that closes one (表头与单位)."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

CURRENCIES = (
    "aed aud bdt bgn brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr ils inr jpy krw kwd "
    "kzt lkr mxn myr ngn nok nzd pen php pkr pln qar rmb ron rub sar sek sgd thb try twd uah usd "
    "vnd zar"
).split()
SCALES = {
    **{"": 1.0, "元": 1.0, "角": 0.1, "分": 0.01, "cent": 0.01, "cents": 0.01, "fen": 0.01},
    **{"千": 1e3, "千元": 1e3, "k": 1e3, "thousand": 1e3, "百": 100.0, "百元": 100.0},
    **{"万": 1e4, "万元": 1e4, "w": 1e4, "百万": 1e6, "million": 1e6, "亿": 1e8, "亿元": 1e8},
    **{"micro": 1e-6, "micros": 1e-6, "厘": 0.001},
}
COUNTED = "人次|次|人|位|件|单|笔|个|天|秒|行|条"  # after a count: 200次
SIGNS = {
    "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"),
    "$": ("USD", "HKD", "AUD", "CAD", "SGD", "NZD", "TWD", "MXN", "CLP", "COP"),
    "€": ("EUR",),
    "£": ("GBP", "EGP"),
    "₩": ("KRW",),
    "₽": ("RUB",),
    "₹": ("INR",),
    "฿": ("THB",),
    "元": ("CNY",),
    "人民币": ("CNY",),
    "rmb": ("CNY",),
    "us$": ("USD",),
    "hk$": ("HKD",),
    "a$": ("AUD",),
    "c$": ("CAD",),
    "s$": ("SGD",),
    "nt$": ("TWD",),
    "r$": ("BRL",),
    "zł": ("PLN",),
    "kr": ("SEK", "NOK", "DKK"),
    "美元": ("USD",),
    "欧元": ("EUR",),
    "英镑": ("GBP",),
    "港币": ("HKD",),
    "港元": ("HKD",),
    "日元": ("JPY",),
    **{code: (code.upper(),) for code in CURRENCIES if code != "rmb"},
}
_NAMES = [*SIGNS, *(name for name in SCALES if name)]
_WORDS = "|".join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))
UNIT = re.compile(
    rf"[(\[](%|(?P<scale>{'|'.join(sorted((s for s in SCALES if s), key=len, reverse=True))})?"
    rf"(?P<what>{COUNTED}|{_WORDS})?(?P<per>/(?:{COUNTED}))?)[)\]]$"
)


class Unit(NamedTuple):
    """What closes a header: percent, the factor to its base unit, and currencies it can mean."""

    percent: bool = False
    scale: float = 1.0
    currencies: tuple[str, ...] = ()
    text: str = ""


def bare(header: str) -> str:
    """A header in NFKC, without spaces, in lower case."""
    text = unicodedata.normalize("NFKC", header.replace("\ufeff", ""))
    return re.sub(r"\s+", "", text).lower()


@lru_cache(1 << 16)
def plain(header: str) -> str:
    """A header for comparing: NFKC, no spaces, lower case, no closing unit.

    >>> plain("\\ufeff消耗（元） "), plain("点击率(%)"), plain("浏览量(PV)"), plain("Lineitem SKU")
    ('消耗', '点击率', '浏览量(pv)', 'lineitemsku')
    >>> plain("Amount spent (USD)"), plain("Clicks (all)"), plain("花费(万元)")
    ('amountspent', 'clicks(all)', '花费')
    """
    text = bare(header)
    found = UNIT.search(text)
    return text[: found.start()] if found and found[1] else text


def unit_of(header: str) -> Unit:
    """The unit that closes a header.

    >>> unit_of("花费(万元)").scale, unit_of("Cost (EUR)").currencies, unit_of("点击率(%)").percent
    (10000.0, ('EUR',), True)
    """
    found = UNIT.search(bare(header))
    return unit(found[1]) if found and found[1] else Unit()


def unit(text: str) -> Unit:
    """A unit by its own text, such as 万元, fen, USD or %."""
    found = UNIT.search(f"({bare(text)})")
    if not found or not found[1]:
        return Unit()
    if found[1] == "%":
        return Unit(percent=True, text="%")
    what = found["what"] or ""
    scale = SCALES.get(found["scale"] or "", 1.0) * SCALES.get(what, 1.0)
    currencies = SIGNS.get(what, ())
    if found["scale"] in ("元", "角", "分", "万元", "千元", "百元", "亿元", "fen"):
        currencies = currencies or ("CNY",)
    return Unit(scale=scale, currencies=currencies, text=found[1])
