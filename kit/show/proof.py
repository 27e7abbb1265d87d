"""What proves rather than decides (依据): folded under its own caption, on every page alike."""

from markupsafe import Markup

from kit.show.html import folded

PROOF = {  # ids of tables and figures
    *("accounts", "inventory", "definitions", "calendar"),
    *("tests-numbers", "tests-practice", "tests-schedule", "tests-trust", "power"),
    *("balance", "next", "sweep", "market", "stages", "weeks", "trend", "months", "review"),
    *("incidents", "skills", "mix", "gates-noted"),
    *("method", "behaviour", "cliffs", "shifts", "what_if", "calibration", "screens", "raters"),
    *("by_channel", "prices", "buyers", "cohorts", "hotspots", "campaign", "parts-category"),
}


def tucked(id: str, title: str, html: Markup) -> Markup:
    """`html` under the line that says what it is, if it is a proof (折叠的依据)."""
    return folded(title, html) if id in PROOF or id.partition("-")[0] in PROOF else html
