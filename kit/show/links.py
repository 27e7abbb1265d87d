"""Where other pages of the same reader are (页面链接)."""

from kit.data.store.opaque import opaque

ANCHOR = "how"  # where a sheet shows how each score came about


def sheet(who: str) -> str:
    """The page of one person among the pages of whoever leads the person (个人页)."""
    return f"5_people-{opaque(who)}.html"
