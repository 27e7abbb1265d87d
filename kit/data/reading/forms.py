"""Questionnaires (问卷): a line a rater with a column a question → a row a rating."""

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from kit.data.reading.cells import Text, grid
from kit.data.reading.units import plain
from kit.data.schema import contract
from kit.errors import DataError


def long(text: Text, mapping: Path) -> Text:
    """A questionnaire export, a line a rater, as `feedback`: a row a rating (宽表转长表).

    mapping : YAML with the questions of period_id (or its value), specialist_id, rater_id,
              relation, comment, submitted_on; items: {question: item}; relations and answers:
              {word of the form: word or number of the contract}
    """
    said = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    rater = plain(said["rater_id"])
    top = next((n for n, line in enumerate(text.lines) if rater in map(plain, line)), -1)
    if top < 0:
        raise DataError("data.no_question", questions=[said["rater_id"]], found=text.lines[0])
    heads = [plain(cell) for cell in text.lines[top]]
    lost = [q for q in [*said["items"], said["specialist_id"]] if plain(q) not in heads]
    if lost:
        raise DataError("data.no_question", questions=lost, found=text.lines[top])
    body = text.below(top + 1, len(heads)).cells.to_pandas().astype("str")
    body.columns = pd.Index(heads)
    rows = _ratings(body, said)
    rows = rows[rows["rating"].str.strip().ne("")].sort_index(kind="stable")
    columns = list(contract()["feedback"].columns)
    return grid([columns, *rows[columns].values.tolist()])


def _ratings(body: pd.DataFrame, said: dict[str, Any]) -> pd.DataFrame:
    """A row a rater and question, all under the contract's columns, each index as in `body`."""
    fixed = {
        name: body[plain(said[name])]
        if plain(said.get(name, "?")) in body
        else pd.Series(said.get(name, ""), index=body.index)
        for name in contract()["feedback"].columns
    }
    fixed["relation"] = fixed["relation"].replace(said.get("relations", {}))
    answers = said.get("answers", {})
    parts = [
        pd.DataFrame({**fixed, "item": item, "rating": body[plain(question)].replace(answers)})
        for question, item in said["items"].items()
    ]
    return pd.concat(parts).astype(str)
