"""What is said besides the verdict: all of it on the page by section, the most urgent of it in the message."""

from dataclasses import replace

from agent.evaluation.facts import Judged, Judgement
from agent.evaluation.faults import answer_faults
from agent.evaluation.pinned import Said, pinned_result
from agent.evaluation.requests import Lesson
from agent.evaluation.sets import sets_of
from agent.reports.comparison_page import page
from agent.reports.comparison_replies import comparison_replies
from agent.reports.notes import MOST_IN_MESSAGE, SECTIONS, Note, for_message
from agent.reports.telling import notes
from dataset.leakage import Leakage
from storage.domain import AgreedFormat
from tests.fakes.answers import answers, chatter, ticket
from tests.fakes.comparisons import comparison
from tests.unit.agent.evaluation.test_pinned import pin


def test_the_message_takes_the_most_urgent_in_the_order_of_the_page() -> None:
    told = [Note(section="answers", text=f"note {at}", urgent=at) for at in range(10)]
    assert for_message(told) == [f"note {at}" for at in range(3, 10)]
    assert for_message(told[:1]) == [], "what is not urgent stands on the page alone"


def test_notes_come_by_section_and_all_of_them_stand_on_the_page() -> None:
    one = comparison(answers(chatter, ticket, 6))
    told = notes(one)
    places = [SECTIONS.index(note.section) for note in told]
    assert places == sorted(places)
    text = page(one)
    assert all(f"\n- {note.text}\n" in text for note in told)
    assert text.index("## About the verdict") < text.index("## Who scored") < text.index("## What to collect next")


def test_no_words_of_people_or_models_stand_in_any_note() -> None:
    """Not the sections of a format, nor the rules of a pin, nor a judge's reason: whoever takes them back could not take
    them out of a sentence of ours."""
    form = AgreedFormat(sections=("Zebra one:", "Zebra two:"), agreed=True)
    given = [
        replace(one, request=f"Zebra {one.request}", tuned=f"zebra {at}", expected=form, leaked=at == 30)
        for at, one in enumerate(answers(chatter, chatter, 31))
    ]
    scores = tuple(
        Judgement(prompt_id=one.id, criterion="accuracy", base=2, tuned=4, flipped=True, reason="Zebra!")
        for one in given
    )
    judged = Judged(judge="clever", trusted=True, criteria=("accuracy",), judgements=scores, probes=9, passed=8)
    pins = [pin("pin_1", must=("Zebra",)), pin("pin_2", must_not=("zebra",)), pin("pin_3", reference="Zebra")]
    said = {one.id: Said(text="A zebra.") for one in pins}
    lessons = [
        Lesson(
            id=f"{at}",
            part="train",
            category="",
            instruction="Zebra",
            input="",
            output=f"Zebra one: {at}\nZebra two: {at}",
        )
        for at in range(30)
    ]
    made = comparison(given, judged=judged)
    whole = replace(
        made,
        faults=answer_faults(given, lessons, made.measures),
        pinned=pinned_result(pins, "v2", {"base": said, "v1": said, "v2": said}),
        sets=sets_of((), given, Leakage(closest=(), same_input=()), {}),
    )
    told = notes(whole)
    assert any("section 2 of the format is missing" in note.text for note in told)
    assert {note.section for note in told} >= {"answers", "pins", "scores", "sets"}
    assert not [note.text for note in told if "zebra" in note.text.casefold()]


def test_a_message_has_no_more_bullets_than_a_phone_shows() -> None:
    said, *_ = comparison_replies(comparison(answers(chatter, ticket, 6)), "", "comparison.md")
    assert 0 < said.text.count("\n- ") <= MOST_IN_MESSAGE  # type: ignore[union-attr]  # the verdict is a Say
