"""Strong words need a measured rate: each text that is sure of something stands in the register."""

import json
import re
from pathlib import Path

import yaml

from kit.words import table

ROOT = Path(__file__).resolve().parent.parent
REGISTER = ROOT / "tests" / "bench" / "claims.yml"
RATES = ROOT / "tests" / "bench" / "trust.json"
STRONG = {
    "zh": re.compile("可靠|确定|一定|显著|超出偶然"),
    "en": re.compile(
        r"\b(reliably|certain|certainly|beyond chance|clearly|significant|significantly|sure"
        r"|surely)\b",
        re.IGNORECASE,
    ),
}
STATES = {"shown", "partly", "not_shown", "none"}


def strong(texts: dict[str, dict[str, str]]) -> set[str]:
    """Keys of texts that are sure of something, in either language."""
    return {
        key
        for key, text in texts.items()
        if any(STRONG[lang].search(text[lang]) for lang in STRONG)
    }


def register() -> list[dict]:
    return yaml.safe_load(REGISTER.read_text(encoding="utf-8"))


def test_every_strong_text_has_an_entry_in_the_register():
    known = {key for claim in register() for key in claim["words"]}
    assert sorted(strong(table()) - known) == []


def test_the_register_names_texts_that_exist_each_once():
    keys = [key for claim in register() for key in claim["words"]]
    assert [key for key in keys if key not in table()] == []
    assert len(keys) == len(set(keys))


def measured(claim: dict, rows: list[dict]) -> str:
    """What may be said of a claim by the rows of its fault; one that missed takes it back."""
    mine = {row["state"] for row in rows if row["fault"] == str(claim.get("fault"))}
    if not mine or "missed" in mine:
        return "not_shown"
    return "shown" if mine == {"met"} else "partly"


def test_each_claim_says_what_was_measured_neither_more_nor_less():
    rows = json.loads(RATES.read_text(encoding="utf-8"))["rows"]
    assert {claim["state"] for claim in register()} <= STATES
    claims = [claim for claim in register() if claim["state"] != "none"]
    said = {claim["id"]: claim["state"] for claim in claims}
    assert said == {claim["id"]: measured(claim, rows) for claim in claims}
    assert not [c["id"] for c in register() if c["state"] == "none" and "fault" in c]


def test_a_missed_row_takes_a_claim_back_and_an_unproven_one_part_of_it():
    row = {"fault": "2", "state": "met"}
    assert measured({"fault": 2}, [row]) == "shown"
    assert measured({"fault": 2}, [row, row | {"state": "not shown"}]) == "partly"
    assert measured({"fault": 2}, [row, row | {"state": "missed"}]) == "not_shown"
    assert measured({"fault": 3}, [row]) == "not_shown"


def test_a_new_strong_text_without_an_entry_would_be_found():
    made = {"x.new": {"zh": "显著更好", "en": "better"}, "x.calm": {"zh": "更好", "en": "unsure"}}
    assert strong(made) == {"x.new"}
