"""The guide's bad patterns are noted where they are plain, and good answers of five languages are left in peace."""

from datetime import date

import pytest

from dataset.quality.wording import wording
from tests.unit.dataset.quality.rows import CLEAN, Example

TODAY = date(2026, 11, 21)


def codes(row: Example, *outdated: str) -> list[str]:
    return [finding.code for finding in wording(row, TODAY, outdated)]


def marks(text: str) -> list[str]:
    return [str(f.numbers["mark"]) for f in wording(Example(output=text), TODAY) if f.code == "placeholder"]


@pytest.mark.parametrize("language", CLEAN)
def test_clean_rows_have_nothing_to_note(language: str) -> None:
    assert wording(CLEAN[language], TODAY) == []


@pytest.mark.parametrize(
    "mark",
    [
        *("[Your name]", "[Feature]", "[COMPANY NAME]", "[Ihr Name]", "[姓名]", "[اسم العميل]"),
        *("{{name}}", "TBD", "XXX", "Lorem ipsum", "<your email>"),
    ],
)
def test_marks_of_a_template_are_shown(mark: str) -> None:
    assert marks(f"Hello, the launch of {mark} is on Friday.") == [mark]


def test_the_guides_own_example_is_seen_through() -> None:
    text = "Subject: Update on [Feature] Launch Timeline\n\nThanks for your patience,\n[Your name]"

    assert marks(text) == ["[Feature]", "[Your name]"]


@pytest.mark.parametrize(
    "text",
    [
        "Write to [EMAIL] or [PHONE 2], the key is [SECRET].",
        "See [The plan](https://acme.com) and [Notes][1], as in [1] and [Smith 2020].",
        "- [x] done\n- [ ] open\n- [X] done too",
        '["Feature", "Name"] and x[Key] and list[Node]',
        "Use `[Your name]` or `{{ name }}`.\n```\nHello {{name}} [Name] XXX\n```",
        "[Verse 1]\nOh yes\n[Applause]\n[Situation]\nPain.",
        "[INFO] started, [ERROR] failed [sic]",
        "Size XXXL in <b>bold</b> and <name>Eva</name>; what???",
        "答案见【附录】和[图一]。",
    ],
)
def test_brackets_of_finished_texts_are_no_templates(text: str) -> None:
    assert marks(text) == []


GENERIC = {
    "english": (
        "Write the update for the login page",
        "It is important to follow best practices and work with everyone so that the team can ensure success and move on.",
    ),
    "german": (
        "Antworte auf die Beschwerde über den kaputten Stuhl",
        "Es ist wichtig, dass alle Beteiligten so schnell wie möglich handeln, damit wir gemeinsam mehr erreichen werden.",
    ),
    "chinese": (
        "写一份登录页面的说明",
        "总而言之，我们要不断提升服务，持续改进流程，为用户带来更好的体验，这一点非常重要。",
    ),
}


@pytest.mark.parametrize("language", GENERIC)
def test_stock_phrases_without_anything_of_the_request_are_generic(language: str) -> None:
    request, answer = GENERIC[language]

    assert codes(Example(instruction=request, output=answer)) == ["generic"]


@pytest.mark.parametrize(
    "answer",
    [
        "It is important to follow best practices on the login page, so that the team can ensure success and move on.",
        "It is important to follow best practices and reach 40 percent, so that the team can ensure success and move on.",
        "It is important to follow best practices, says Anna, so that the team can ensure success and move on at last.",
        "It is important to be on time and to say so when it gets late, since people wait at the door in the rain.",
    ],
)
def test_a_detail_a_number_or_a_name_makes_it_specific(answer: str) -> None:
    assert codes(Example(instruction="Write the update for the login page", output=answer)) == []


LONG_REQUEST = (
    "The patient was found beside the bed before breakfast without a wound but takes a blood thinner every evening; "
    "the daughter asks whether a scan is planned this morning."
)


def test_a_short_answer_that_shares_no_word_with_a_long_request_is_not_specific() -> None:
    answer = "Thank you for your kind message, we will soon come back to you."

    assert codes(Example(instruction="Answer.", input=LONG_REQUEST, output=answer)) == ["not_specific"]


@pytest.mark.parametrize(
    "answer",
    ["complaint", "The scan is planned, and we will tell you at once.", "Danke, wir melden uns bald bei Ihnen zurück."],
)
def test_labels_answers_to_the_point_and_translations_are_specific(answer: str) -> None:
    assert codes(Example(instruction="Answer.", input=LONG_REQUEST, output=answer)) == []


@pytest.mark.parametrize(
    "dated",
    [
        "Q2 2019",
        "FY 2021",
        "the 2020 roadmap",
        "March 2019",
        "12. März 2019",
        "2019-05",
        "2019年",
        "مارس 2019",
        "Ziele für 2020",
    ],
)
def test_a_plan_dated_more_than_three_years_back_is_outdated(dated: str) -> None:
    (found,) = wording(Example(output=f"Plan for {dated}, by Anna"), TODAY)

    assert (found.code, str(found.numbers["year"]) in dated) == ("outdated", True)


@pytest.mark.parametrize(
    "text", ["Q2 2023 and March 2026", "founded in 2001", "the 1918 budget", "room 2019", "2019 people", "Q2 20190"]
)
def test_recent_dates_and_years_that_date_no_plan_are_not(text: str) -> None:
    assert codes(Example(output=text)) == []


def test_a_year_that_the_request_speaks_of_is_not_outdated() -> None:
    assert codes(Example(input="What happened in 2019?", output="The launch was in March 2019.")) == []


def test_terms_given_as_outdated_are_found_as_whole_words() -> None:
    row = Example(output="We use Waterfall; 请用微博登录; نستخدم تويتر")

    assert codes(row, "waterfall", "微博", "تويتر", "water", "") == ["outdated"] * 3


def test_an_output_that_only_repeats_the_input() -> None:
    assert codes(Example(input="The parcel came late.", output=" the parcel came LATE ")) == ["copied_input"]
    assert codes(Example(input="早上好，请问包裹到了吗", output="早上好，请问包裹到了吗")) == ["copied_input"]
    assert codes(Example(input="yes", output="yes")) == []
