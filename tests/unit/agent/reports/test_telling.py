"""What is said besides the verdict: all of it on the page by section, the most urgent of it in the message."""

from agent.reports.comparison_page import page
from agent.reports.comparison_replies import comparison_replies
from agent.reports.notes import MOST_IN_MESSAGE, SECTIONS, Note, for_message
from agent.reports.telling import notes
from tests.fakes.answers import answers, chatter, ticket
from tests.fakes.comparisons import comparison


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


def test_a_message_has_no_more_bullets_than_a_phone_shows() -> None:
    said, *_ = comparison_replies(comparison(answers(chatter, ticket, 6)), "", "comparison.md")
    assert 0 < said.text.count("\n- ") <= MOST_IN_MESSAGE  # type: ignore[union-attr]  # the verdict is a Say
