"""What stands before a request says whom it is for; an ordinary request is for the latest version."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.addressing import Address, addresses, matching, read_address
from storage.domain import ModelVersion

WRITE = "Write the note for bed 7"


def whom(text: str) -> tuple[bool, bool, str]:
    address = read_address(text)
    return address.base, address.tuned, address.version


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", (False, True, "")),
        ("v2: ", (False, True, "v2")),
        ("v2:", (False, True, "v2")),
        ("V2 : ", (False, True, "v2")),
        ("v2 ", (False, True, "v2")),
        ("v2\n", (False, True, "v2")),
        ("story-notes-v12: ", (False, True, "story-notes-v12")),
        ("story-notes-v12 ", (False, True, "story-notes-v12")),
        ("base: ", (True, False, "")),
        ("Base: ", (True, False, "")),
        ("base ", (True, False, "")),
        ("base\n", (True, False, "")),
        ("both: ", (True, True, "")),
        ("both ", (True, True, "")),
        ("both v1: ", (True, True, "v1")),
        ("both story-notes-v1 ", (True, True, "story-notes-v1")),
    ],
)
def test_an_address_is_taken_off_the_request(before: str, expected: tuple[bool, bool, str]) -> None:
    assert whom(before + WRITE) == expected
    assert read_address(before + WRITE).request == WRITE
    assert not read_address(before + WRITE).passed_over


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("base the summary on these notes", "base"),
        ("Base the summary on these notes", "base"),
        ("both nurses were on shift, write the handover", "both"),
        ("Both nurses were on shift", "both"),
        ("Both Ana and Bo were on shift", "both"),
    ],
)
def test_a_request_that_begins_with_such_a_word_is_left_whole_and_the_person_is_told(text: str, word: str) -> None:
    assert read_address(text) == Address(request=text, passed_over=word)


@pytest.mark.parametrize(
    "text",
    [
        "baseline: write it",
        "based on the notes: write it",
        "v2.1 needs release notes",
        "v2's notes",
        "version 2: write it",
        "bothersome: yes",
        "Write it: v2: base: both:",
        "-v2: no name",
        "v1234567: no version has seven digits",
        "base-v: no number",
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert read_address(text) == Address(request=text)


@pytest.mark.parametrize("text", ["v2", "v2:", "base", "base:", "both", "both v1"])
def test_an_address_alone_has_an_empty_request(text: str) -> None:
    assert read_address(text).request == ""
    assert whom(text) != (False, True, "")


def test_in_a_script_without_capitals_a_bare_word_counts() -> None:
    assert read_address("base 写一份交接") == Address(base=True, tuned=False, request="写一份交接", sure=False)


@given(st.text())
def test_no_text_is_lost(text: str) -> None:
    request = read_address(text).request
    assert text.strip().endswith(request)
    assert len(text.strip()) - len(request) <= len("both a-v1:") or read_address(text) != Address(request=text.strip())


# Which version that is


def model(name: str, version: int) -> ModelVersion:
    made = datetime(2026, 11, 21, tzinfo=UTC)
    return ModelVersion(
        id=f"{name}{version}",
        project_id=name,
        run_id=f"run-{name}-{version}",
        name=name,
        version=version,
        metrics={},
        created_at=made,
    )


NOTES, STORIES = [model("notes", 1), model("notes", 2)], [model("user-stories", 1)]


def test_a_number_is_of_this_project_and_a_name_of_any() -> None:
    everywhere = [*NOTES, *STORIES]
    assert matching("v2", NOTES, everywhere) == [NOTES[1]]
    assert matching("v3", NOTES, everywhere) == []
    assert matching("user-stories-v1", NOTES, everywhere) == STORIES
    assert matching("stories-v1", NOTES, everywhere) == []
    assert matching("v1", everywhere, everywhere) == [NOTES[0], *STORIES], "in no project it may be several"


def test_a_version_is_called_by_its_number_where_that_is_enough() -> None:
    everywhere = [*NOTES, *STORIES]
    assert addresses(everywhere, NOTES) == ["v1", "v2", "user-stories-v1"]
    assert addresses(everywhere, everywhere) == ["notes-v1", "v2", "user-stories-v1"]
    for one, called in zip(everywhere, addresses(everywhere, NOTES), strict=True):
        assert matching(called, NOTES, everywhere) == [one], "what it is called finds it"
