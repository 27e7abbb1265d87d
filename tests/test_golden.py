"""The golden cases of the kinds that are built; `built.txt` may only grow."""

from pathlib import Path

import pytest

from tests.golden import cases, difference, judge, kinds, main, unfit

CASES = Path(__file__).parent / "cases"
BUILT = set((CASES / "built.txt").read_text(encoding="utf-8").split())
ALL = list(cases(sorted(CASES.glob("*_cases.json"))))


DEMANDED = [pytest.param(c, id=f"{c['kind']}-{c['id']}") for c in ALL if c["kind"] in BUILT]


@pytest.mark.parametrize("case", DEMANDED)
def test_golden_case_of_a_built_kind_passes(case):
    assert judge(case, kinds()) is None


def test_built_kinds_are_known_and_have_cases():
    assert set(kinds()) >= BUILT
    assert {c["kind"] for c in ALL} >= BUILT


@pytest.mark.shared
def test_our_copy_of_the_cases_is_the_shared_one():
    shared = CASES.parent.parent.parent / "shared" / "cases"
    for file in shared.glob("*_cases.json"):
        assert file.read_bytes() == (CASES / file.name).read_bytes()


@pytest.mark.parametrize(
    ("got", "want", "tolerance", "passes"),
    [
        (5, 5.0, 0, True),
        (True, 1, 0, False),
        (1, True, 0, False),
        (None, None, 0, True),
        (0.0, None, 0, False),
        ([1, 2], [1, 2, 3], 0, False),
        ({"a": 1, "b": 2}, {"a": 1}, 0, True),
        ({"a": 1.05}, {"a": 1}, {"a": 0.1}, True),
        ({"a": 1.05}, {"a": 1}, {"*": 0.01}, False),
        ({"a": [1.05]}, {"a": [1]}, {"a": 0.1}, True),
        ("x", "x", 0, True),
        ("5", 5, 0, False),
    ],
)
def test_the_judge_keeps_the_rule_of_the_cases(got, want, tolerance, passes):
    assert (difference(got, want, tolerance, "", top=True) is None) == passes


@pytest.mark.parametrize("output", [float("nan"), {"x": [float("inf")]}, {"x": "nan"}])
def test_the_judge_refuses_nan_and_infinity_anywhere(output):
    assert unfit(output)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1, 2]", "holds no list"),
        ("{oops", "cannot be read"),
        ('{"cases": [5]}', "is no case"),
        ('{"cases": [{"id": "a", "kind": "no.such", "input": {}, "expected": 1}]}', "not known"),
        ('{"cases": [{"id": "a", "kind": "kpi.cac"}]}', "needs a `kind`"),
        ('{"cases": [{"kind": "kpi.cac", "input": {}}]}', "says nothing `expected`"),
        ('{"cases": [{"kind": "kpi.cac", "input": {"cost": 1}, "expected": 1}]}', "KeyError"),
    ],
)
def test_a_file_of_another_shape_fails_with_a_message(tmp_path, capsys, text, said):
    file = tmp_path / "odd.json"
    file.write_text(text)
    assert main([str(file), str(CASES / "review_cases.json")]) == 1
    *told, last = capsys.readouterr().out.splitlines()
    assert len(told) == 1 and said in told[0] and "Traceback" not in told[0]
    assert last == "19 passed, 1 failed"


def test_a_refusal_result_with_its_reason_is_a_refusal():
    one = {"control_values": [1], "treatment_values": [2], "alpha": 0.05}
    case = {"kind": "abtest.welch_t_test", "input": one, "expected": {"error": True}}
    assert judge(case, kinds()) is None
    whole = case | {"input": one | {"control_values": [1, 3], "treatment_values": [2, 5]}}
    assert "expected a refusal" in judge(whole, kinds())
