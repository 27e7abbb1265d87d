import re

from kit.show.sentences import join, say, some
from kit.words import table


def test_words_agree_with_none_one_and_many():
    assert [say("show.status_warn", "en", n=n) for n in (0, 1, 2, 1200)] == [
        "no data warnings",
        "1 data warning",
        "2 data warnings",
        "1,200 data warnings",
    ]
    assert [say("show.status_warn", "zh", n=n) for n in (0, 1)] == ["0 条数据提醒", "1 条数据提醒"]


def test_rows_of_names_are_joined_as_the_language_does():
    assert [join(list("ABC")[:n], "en") for n in range(4)] == ["", "A", "A and B", "A, B and C"]
    assert [join(list("甲乙丙")[:n], "zh") for n in range(4)] == ["", "甲", "甲和乙", "甲、乙和丙"]
    assert some(list("ABCDE"), "en", 2) == "A, B and 3 more"
    assert some(list("甲乙丙丁"), "zh", 2) == "甲、乙，另有 2 个"


def test_no_template_counts_a_thing_without_its_forms():
    """English templates that put a bare count before a plural are wrong at one."""
    wrong = {
        key: row["en"]
        for key, row in table().items()
        if key.startswith(("show.", "page."))
        if re.search(r"(?<!\|)\{(n|all)\} [a-z-]+s\b", row["en"])
    }
    assert not wrong
