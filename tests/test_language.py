"""First screens speak plainly: words that are banned there, and one name for one thing.

Held for the texts that open a page (cards, answers, titles, captions, heads) and for everything
that the agenda and the summary say; notes and error texts follow in their turn.
"""

import re

from kit.words import table

FIRST = re.compile(
    r"^(people\.(agenda|hint|todo|first_ask|worth|card|say|fold|h|t)\.|report\.(summary|book)\."
    r"|scoring\.(card|say|verdict|own|rank|grade|aim|pair)_|retrospective\.(move|t)_"
    r"|show\.(grade_lines|over_line|under_line)|page\.(status|key)\.)"
)
BANNED = {
    "zh": "分不出高下|与零分不清|扛得住|守住了|我们自己|说好的|与众不同|闭环|代价|应有水平|凑巧"
    "|随意|第 \\{|名次|收缩|Φ|p 值|有把握|不是评判|需要辅导：没有",
    "en": r"told apart|merit nor fault|tail wind|lottery|beyond chance|out of line|rank interval"
    r"|a row a person|stays in the denominator|no ground to",
}
ALLOWED = {"people.say.talks_unknown"}  # says that a record is missing


def banned(texts: dict[str, dict[str, str]]) -> list[str]:
    """Keys of first texts that hold a banned word, with the word."""
    found = []
    for key, words in texts.items():
        if FIRST.match(key) and key not in ALLOWED:
            for lang, pattern in BANNED.items():
                hit = re.search(pattern, words[lang], re.IGNORECASE)
                found += [f"{key} {lang}: {hit[0]}"] if hit else []
    return found


def test_no_first_text_holds_a_banned_word():
    assert banned(table()) == []


def test_a_banned_word_would_be_found():
    made = {"scoring.say_x": {"zh": "分不出高下", "en": "near the average"}}
    assert banned(made) == ["scoring.say_x zh: 分不出高下"]


def test_chinese_first_texts_have_no_half_width_colon():
    texts = {key: words["zh"] for key, words in table().items() if FIRST.match(key)}
    assert [key for key, text in texts.items() if re.search(r"[一-鿿]:", text)] == []
