"""Parameter files: every fault told once, with file and line, in both languages, before any run."""

import datetime as dt

import pytest

from kit.errors import ParamsError
from kit.params import ROOT, read_period, read_scheme, span_of

SCHEME = (ROOT / "params" / "scheme-2025.yml").read_text(encoding="utf-8")
PERIOD = (ROOT / "params" / "2025-06.yml").read_text(encoding="utf-8")


@pytest.fixture
def files(tmp_path):
    """Write a period and its scheme, each with some text replaced; give the period's path."""

    def write(period=(), scheme=()):
        for name, text, changes in (
            ("2025-06.yml", PERIOD, period),
            ("scheme-2025.yml", SCHEME, scheme),
        ):
            for old, new in changes:
                assert old in text, f"{old!r} is not in {name}"
                text = text.replace(old, new, 1)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / "2025-06.yml"

    return write


def faults(path, read=read_period):
    with pytest.raises(ParamsError) as caught:
        read(path)
    return [(f.key.removeprefix("params."), f.facts) for f in caught.value.faults]


def line_of(text, part):
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_shipped_files_are_read():
    period = read_period("params/2025-06.yml")
    assert (period.start, period.end) == (dt.date(2025, 6, 1), dt.date(2025, 6, 30))
    assert period.scheme.rules["standard"].on == "completion"
    assert sum(period.scheme.profiles["month"].values()) == pytest.approx(1)


def test_an_unknown_key_is_named_with_its_line_and_the_closest_name(files):
    path = files(period=[("languages:", "langauges:")])
    [(key, facts)] = faults(path)
    assert key == "unknown_key" and facts["near"] == ["languages"]
    assert facts["line"] == line_of(PERIOD, "languages:")


def test_an_unknown_key_deep_in_the_scheme_is_named(files):
    [(key, facts)] = faults(files(scheme=[("pass_through:", "pass_trough:")]))
    assert key == "unknown_key" and facts["near"] == ["pass_through"]
    assert facts["file"].endswith("scheme-2025.yml")
    assert facts["line"] == line_of(SCHEME, "pass_through:")


def test_all_faults_of_both_files_come_at_once(files):
    path = files(
        period=[("start: 2025-06-01", "start: 2025-07-01"), ("seed: 20250630", "seed: many")],
        scheme=[("sales: 0.18", "sales: 0.19"), ("C, min: 70", "C, min: 99")],
    )
    found = {key for key, _ in faults(path)}
    assert {"weights_sum", "grades_order", "wrong_value"} <= found


def test_weights_that_miss_one_are_refused_with_their_sum(files):
    [(key, facts)] = faults(files(scheme=[("sales: 0.18", "sales: 0.19")]))
    assert (key, facts["sum"], facts["profile"]) == ("weights_sum", "1.01", "month")
    assert facts["line"] == line_of(SCHEME, "  month: {sales")


def test_missing_key_wrong_type_and_reversed_dates(files):
    assert faults(files(period=[("type: month", "# type")]))[0][0] == "missing_key"
    assert faults(files(period=[("start: 2025-06-01", "start: soon")]))[0][0] == "wrong_value"
    [(key, facts)] = faults(files(period=[("end: 2025-06-30", "end: 2025-05-30")]))
    assert key == "dates_reversed" and "2025-05-30" in facts["found"]
    assert facts["line"] == line_of(PERIOD, "end:")


@pytest.mark.parametrize("rate", ["0", "-7.1", ".nan", ".inf"])
def test_a_rate_of_a_currency_is_a_finite_number_above_nothing(files, rate):
    found = faults(
        files(period=[("start: 2025-06-01", f"rates: {{USD: {rate}}}\nstart: 2025-06-01")])
    )
    assert [fault[0] for fault in found] == ["wrong_value"]


def test_a_day_of_the_data_outside_the_period_is_told_with_its_line(files):
    """E23: the line of `as_of`, which the first line is not."""
    [(key, facts)] = faults(
        files(period=[("end: 2025-06-30", "end: 2025-06-30\nas_of: 2025-08-01")])
    )
    assert (key, facts["line"]) == ("as_of_outside", line_of(PERIOD, "end:") + 1)


def test_bands_with_a_gap_or_an_overlap_are_refused(files):
    bands = "process: {kind: bands, bands: [[0, 0.8, 0], [0.9, null, 10]]}"
    old = "process: {kind: anchors, on: completion, points: [[0.6, 0], [0.85, 60], [1, 100]]}"
    [(key, facts)] = faults(files(scheme=[(old, bands)]))
    assert key == "bands" and facts["gaps"] == "[[0.8, 0.9]]"


def test_anchors_must_be_monotone_and_rules_must_exist(files):
    path = files(scheme=[("[0.85, 60], [1, 100], [1.2, 120]]", "[0.85, 60], [1, 50]]")])
    [(key, _)] = faults(path)
    assert key == "anchors_not_monotone"
    [(key, facts)] = faults(
        files(
            scheme=[
                (
                    "sales: {branch: hard, group: core, rule: standard}",
                    "sales: {branch: hard, group: core, rule: standart}",
                )
            ]
        )
    )
    assert key == "no_such_name" and facts["name"] == "standart"


@pytest.mark.parametrize(
    "line", ["db_password: hunter2", "data: postgres://u:p@db/x", "api_key: k"]
)
def test_secrets_cannot_be_parameters_and_are_not_repeated(files, line):
    path = files(period=[("data: sample ", f"{line} #")])
    with pytest.raises(ParamsError) as caught:
        read_period(path)
    assert "params.secret" in {f.key for f in caught.value.faults}
    assert "hunter2" not in str(caught.value) and "u:p@" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line"), [("id: [2025", 2), ("just words", 1), ("", 1), ("\x00", 1)]
)
def test_a_file_that_is_not_yaml_is_refused_with_its_line(tmp_path, text, line):
    path = tmp_path / "p.yml"
    path.write_text(text, encoding="utf-8")
    [(key, facts)] = faults(path)
    assert key == "not_yaml" and facts["line"] in (1, line)


def test_yaml_may_not_build_objects(tmp_path):
    path = tmp_path / "p.yml"
    path.write_text("id: !!python/object/apply:os.system ['true']", encoding="utf-8")
    assert faults(path)[0][0] == "not_yaml"


def test_a_key_that_stands_twice_is_refused(files):
    [(key, facts)] = faults(files(period=[("currency: CNY", "currency: CNY\nseed: 1")]))
    assert key == "twice" and facts["place"] == "seed"


def test_a_missing_file_is_told_with_its_neighbours(files):
    path = files()
    [(key, facts)] = faults(path.with_name("2025-6.yml"))
    assert key == "no_file" and "2025-06.yml" in facts["near"]


def test_every_fault_is_told_in_both_languages(files):
    with pytest.raises(ParamsError) as caught:
        read_period(files(period=[("seed: 20250630", "seed: many")]))
    zh, en = caught.value.told("zh")[0], caught.value.told("en")[0]
    assert "整数" in zh and "whole number" in en and "seed" in zh and "seed" in en


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_period_ids_name_their_days(name, start, end):
    span = span_of(name)
    assert (str(span.start), str(span.end)) == (start, end)


@pytest.mark.parametrize("name", ["2025-13", "2025-Q5", "618", "2025-6"])
def test_what_is_no_period_id_is_none(name):
    assert span_of(name) is None


def test_compare_to_takes_a_promotion_or_dates(files):
    assert (
        str(
            read_period(files(period=[("compare_to: 2025-05", "compare_to: 618-2024")])).compare.end
        )
        == "2024-06-20"
    )
    spelled = "compare_to: {start: 2025-05-01, end: 2025-05-30}"
    period = read_period(files(period=[("compare_to: 2025-05", spelled)]))
    assert str(period.compare.end) == "2025-05-30"
    [(key, _)] = faults(files(period=[("compare_to: 2025-05", "compare_to: Mai")]))
    assert key == "no_period"


def test_the_digest_follows_the_content_not_the_layout(files, tmp_path):
    files(scheme=[("# ── 计分规则", "# another comment")])
    same = read_scheme(tmp_path / "scheme-2025.yml").digest
    assert same == read_scheme("params/scheme-2025.yml").digest
    files(scheme=[("pass_through: 0.5", "pass_through: 0.6")])
    assert read_scheme(tmp_path / "scheme-2025.yml").digest != same


def test_a_draft_scheme_changes_only_what_it_names_and_its_faults_are_told(tmp_path):
    (tmp_path / "scheme-2025.yml").write_text(SCHEME, encoding="utf-8")
    (tmp_path / "p.yml").write_text(PERIOD + "what_if: draft.yml\n", encoding="utf-8")
    draft = tmp_path / "draft.yml"
    draft.write_text("bonus: {share: 0.4}\n", encoding="utf-8")
    period = read_period(tmp_path / "p.yml")
    assert (period.scheme.bonus.share, period.what_if.bonus.share) == (0.3, 0.4)
    assert period.what_if.bonus.curve == period.scheme.bonus.curve
    draft.write_text("bonus: {shares: 0.4}\n", encoding="utf-8")
    with pytest.raises(ParamsError) as refused:
        read_period(tmp_path / "p.yml")
    facts = refused.value.faults[0].facts
    assert facts["file"].endswith("draft.yml") and facts["near"] == ["share"]
