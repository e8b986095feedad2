"""One placeholder for one value, in all fields; what is redacted has nothing left to ask, and stays as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.quality.personal import personal
from dataset.quality.redaction import redact
from dataset.quality.secrets import secrets
from tests.unit.dataset.quality.rows import CLEAN, Example


def redacted(row: Example) -> Example:
    instruction, input, output = redact(row)
    return Example(instruction=instruction, input=input, output=output)


def test_a_value_has_the_same_number_in_every_field_however_it_is_written() -> None:
    row = Example(
        instruction="Mail max@firma.de or Max@Firma.de", input="and eva@firma.de", output="Sent to max@firma.de."
    )

    assert redact(row) == ("Mail [EMAIL 1] or [EMAIL 1]", "and [EMAIL 2]", "Sent to [EMAIL 1].")


def test_the_only_one_of_its_kind_needs_no_number() -> None:
    row = Example(input="Call 030 901820, then 030/901820.", output="The password is hunter2x.")

    assert redact(row) == ("", "Call [PHONE], then [PHONE].", "The password is [SECRET].")


def test_later_values_are_numbered_after_the_placeholders_that_are_there() -> None:
    assert redact(Example(output="[EMAIL 2] and eva@firma.de"))[2] == "[EMAIL 2] and [EMAIL 3]"
    assert redact(Example(output="[EMAIL] and eva@firma.de"))[2] == "[EMAIL] and [EMAIL 2]"


def test_examples_stay() -> None:
    assert redact(Example(output="eva@example.com, (415) 555-0132"))[2] == "eva@example.com, (415) 555-0132"


def test_a_secret_that_overlaps_anything_else_is_a_secret() -> None:
    assert redact(Example(output="password: eva1@firma.de"))[2] == "password: [SECRET]"


@pytest.mark.parametrize("language", CLEAN)
def test_clean_rows_come_back_unchanged(language: str) -> None:
    assert redacted(CLEAN[language]) == CLEAN[language]


PIECES = st.sampled_from(
    [
        "eva@firma.de",
        "Max@Firma.de",
        "a@example.com",
        "030 901820",
        "+49 30 901820",
        "(415) 867-5309",
        "0171 2345678",
        "13812345678",
        "٠٥٠ ١٢٣ ٤٥٦٧",
        "DE89 3704 0044 0532 0130 00",
        "4111 1111 1111 1111",
        "93.184.216.34",
        "SSN 536-90-4399",
        "password: hunter2x",
        "https://u:S3cr3tpw@host.com",
        "AKIA" + "Z7QWERTYUIOP2345",
        "-----BEGIN PRIVATE KEY-----",
        "[EMAIL 1]",
        "[PHONE]",
        "Tel",
        "phone",
        "secret",
        "order",
        "电话",
        "هاتف",
        "12",
        "0",
        "x",
        "@",
        ":",
        "+",
        "-",
        "(",
        ")",
        "/",
        ".",
        ",",
        "\n",
        " ",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).flatmap(
    lambda pieces: st.sampled_from(["", " ", ", "]).map(lambda by: by.join(pieces))
)


@given(TEXTS, TEXTS, TEXTS)
@settings(max_examples=150)
def test_what_is_redacted_has_nothing_left_to_ask_and_redacting_it_again_changes_nothing(
    instruction: str, input: str, output: str
) -> None:
    once = redacted(Example(instruction=instruction, input=input, output=output))

    assert [found for found in [*secrets(once), *personal(once)] if found.weight == "ask"] == []
    assert redacted(once) == once
