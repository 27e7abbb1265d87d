"""Brand words apart from the others (品牌词)."""

import pandas as pd

from kit.scheme import Scheme


def is_brand(scheme: Scheme, listed: pd.DataFrame) -> pd.Series:
    """Entries of keywords that hold a brand word (品牌词): people look for the shop anyway."""
    terms = [term.casefold() for term in scheme.integrity.brand_terms]
    word = listed["dimension"].isin(["keyword", "quarter"])
    named = listed["name"].astype(str).str.casefold()
    return word & named.map(lambda name: any(term in name for term in terms)).astype(bool)
