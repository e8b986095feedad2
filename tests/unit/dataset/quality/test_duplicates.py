"""Exact duplicates are told by hash; near ones by what a reader would take for the same row, in any language."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.quality.duplicates import THRESHOLD, are_near, content_hash, near_duplicates, similarity


@dataclass(frozen=True)
class Example:
    id: str
    instruction: str
    input: str
    output: str


def test_the_same_content_in_another_spelling_of_unicode_or_line_ends_is_the_same() -> None:
    one = content_hash("Schreibe", "u\u0308ber Züge\r\nund Busse  ", "fertig\n")
    other = content_hash(" Schreibe ", "über Züge\nund Busse", "fertig")

    assert one == other
    assert len(one) == 64


@pytest.mark.parametrize(
    "other",
    [
        ("Write", "a bus", "done"),
        ("write", "a train", "done"),
        ("Write", "a  train", "done"),
        ("Write a train", "", "done"),
        ("Write", "a train\ndone", ""),
    ],
)
def test_other_content_case_or_field_is_another_row(other: tuple[str, str, str]) -> None:
    assert content_hash("Write", "a train", "done") != content_hash(*other)


def test_half_a_character_can_be_hashed() -> None:
    assert content_hash("\ud800", "", "x") != content_hash("\ud801", "", "x")


NEAR = {
    "english, one word": (
        "The team moved the launch to Thursday because the payment tests were not finished in time.",
        "The team moved the launch to Friday because the payment tests were not finished in time.",
    ),
    "english, punctuation and case": (
        "Please send me the signed contract before noon, otherwise we lose the slot.",
        "please send me the signed contract - before noon; otherwise we lose the slot",
    ),
    "german, an added word": (
        "Die Lieferung verspätet sich um drei Tage, weil das Lager in Hamburg umgebaut wird.",
        "Die Lieferung verspätet sich leider um drei Tage, weil das Lager in Hamburg umgebaut wird.",
    ),
    "chinese, one word": (
        "因为支付测试没有按时完成，团队把发布时间推迟到了下周四，客户已经收到通知。",
        "因为支付测试没有按时完成，团队把发布时间推迟到了下周五，客户已经收到通知。",
    ),
    "arabic, an added word": (
        "أجل الفريق موعد الإطلاق إلى يوم الخميس لأن اختبارات الدفع لم تكتمل في الوقت المحدد",
        "أجل الفريق موعد الإطلاق إلى يوم الخميس القادم لأن اختبارات الدفع لم تكتمل في الوقت المحدد",
    ),
}
DIFFERENT = {
    "english, one topic": (
        "The team moved the launch to Thursday because the payment tests were not finished in time.",
        "The launch of the payment page slipped by two days, since the team found a fault on Thursday.",
    ),
    "german, one opening": (
        "Die Lieferung verspätet sich um drei Tage, weil das Lager in Hamburg umgebaut wird.",
        "Die Lieferung kommt pünktlich an, und der Fahrer ruft eine Stunde vorher an.",
    ),
    "chinese, one topic": (
        "因为支付测试没有按时完成，团队把发布时间推迟到了下周四，客户已经收到通知。",
        "支付页面的测试发现了一个严重错误，工程师今晚修复，发布时间不变。",
    ),
    "arabic, one opening": (
        "أجل الفريق موعد الإطلاق إلى يوم الخميس لأن اختبارات الدفع لم تكتمل في الوقت المحدد",
        "أجل الفريق اجتماع المراجعة بسبب مرض مدير المشروع وسيعقد صباح الأحد",
    ),
    "one word answers": ("positive", "negative"),
    "sums": ("convert 12 km", "convert 13 km"),
}


@pytest.mark.parametrize("name", NEAR)
def test_texts_that_read_the_same_lie_above_the_threshold(name: str) -> None:
    assert similarity(*NEAR[name]) >= THRESHOLD


@pytest.mark.parametrize("name", DIFFERENT)
def test_texts_that_say_something_else_lie_well_below_it(name: str) -> None:
    assert similarity(*DIFFERENT[name]) < THRESHOLD - 0.1


@pytest.mark.parametrize("name", NEAR)
def test_a_near_row_is_flagged_with_the_earlier_one(name: str) -> None:
    one, other = NEAR[name]
    rows = [
        Example("a", "Shorten", one, one),
        Example("b", "Shorten", "something else", "x"),
        Example("c", "Shorten", other, other),
    ]

    assert near_duplicates(rows) == {"c": "a"}


HANDOVER = "Write the handover note as Situation, Background, Assessment and Recommendation."


def test_short_rows_of_a_strict_format_are_not_near_merely_for_their_template() -> None:
    rows = [
        Example(
            "pain",
            HANDOVER,
            "hip replacement yesterday, pain 7 of 10, last dose 02:00",
            "Situation: Pain is 7 of 10.\nBackground: Hip replaced yesterday.\n"
            "Assessment: The dose of 02:00 has worn off.\nRecommendation: Give the next dose now.",
        ),
        Example(
            "fall",
            HANDOVER,
            "found beside the bed at 04:30, no wound, takes a blood thinner",
            "Situation: Found beside the bed at 04:30.\nBackground: Takes a blood thinner.\n"
            "Assessment: No wound; bleeding inside is possible.\nRecommendation: Ask for a scan this morning.",
        ),
        Example(
            "sugar",
            HANDOVER,
            "diabetic, sugar 3.1 before breakfast, drank juice, now 5.4",
            "Situation: Sugar was 3.1 before breakfast.\nBackground: Diabetic on insulin.\n"
            "Assessment: Juice helped; it is 5.4 now.\nRecommendation: Measure again at 11:00.",
        ),
    ]

    assert near_duplicates(rows) == {}


def test_one_question_with_two_answers_is_not_near_nor_one_answer_to_two_questions() -> None:
    rows = [
        Example("a", "Is this a complaint?", "The parcel came late and nobody answered my calls.", "yes"),
        Example("b", "Is this a complaint?", "Thank you for the quick help with my parcel today!", "yes"),
        Example("c", "Which language is this?", "The parcel came late and nobody answered my calls.", "English"),
    ]

    assert near_duplicates(rows) == {}


def test_without_an_input_the_instruction_must_be_near() -> None:
    answer = "Try turning it off and on again; if that does not help, call us."
    rows = [
        Example("a", "My printer does not print", "", answer),
        Example("b", "The washing machine leaks", "", answer),
        Example("c", "My printer does not print!", "", answer),
    ]

    assert near_duplicates(rows) == {"c": "a"}


def test_a_group_is_named_by_its_first_and_order_decides_who_that_is() -> None:
    one, other = NEAR["english, one word"]
    rows = [Example(name, "Shorten", text, text) for name, text in zip("abc", [one, other, one.lower()], strict=True)]

    assert near_duplicates(rows) == {"b": "a", "c": "a"}
    assert near_duplicates(rows[::-1]) == {"b": "c", "a": "c"}


def test_six_unique_of_twenty_four_are_seen_as_six() -> None:
    topics = ["tea and cake", "rusty bicycles", "night trains", "garden walls", "lost umbrellas", "sour apples"]
    rows = [
        Example(
            f"{topic}{copy}", "Write a line", topic, f"Nobody in the village ever spoke of {topic} again{'!' * copy}"
        )
        for copy in range(4)
        for topic in topics
    ]

    assert len(rows) - len(near_duplicates(rows)) == 6


def test_many_copies_of_one_row_are_all_found() -> None:
    rows = [
        Example(str(n), "Write a story", "about a dog", f"The dog went home and slept for {n} hours")
        for n in range(3000)
    ]

    assert len(near_duplicates(rows)) > 2900


def test_where_there_is_only_punctuation_it_counts() -> None:
    assert similarity("???", "!!!") == 0.0
    assert similarity("🙂", "🙁") == 0.0


def test_nothing_and_next_to_nothing_can_be_compared() -> None:
    assert near_duplicates([]) == {}
    assert near_duplicates([Example("a", "", "", ""), Example("b", "x", "", "y")]) == {}
    assert similarity("", "") == 1.0


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)), max_size=12))
def test_a_flagged_row_names_an_earlier_one_that_is_near_and_not_flagged(texts: list[tuple[str, str, str]]) -> None:
    rows = [Example(str(number), *three) for number, three in enumerate(texts)]

    for later, earlier in near_duplicates(rows).items():
        assert int(earlier) < int(later)
        assert are_near(rows[int(earlier)], rows[int(later)])
        assert earlier not in near_duplicates(rows)
