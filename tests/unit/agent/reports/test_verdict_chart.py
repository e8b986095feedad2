"""The picture of a comparison: big enough to read on a phone, on one scale, and told in words."""

import struct

import pytest

from agent.reports.verdict_chart import alt, dots, draw_verdict
from tests.fakes.answers import answers, chatter, mumbling, ticket
from tests.fakes.comparisons import FEW_LOSSES, comparison


def size(png: bytes | None) -> tuple[int, int]:
    assert png is not None
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_it_is_as_wide_as_a_phone_reads_and_as_high_as_its_rows() -> None:
    few = size(draw_verdict(comparison(answers(chatter, ticket, known=False))))
    more = size(draw_verdict(comparison(answers(chatter, ticket), losses=FEW_LOSSES)))
    assert few[0] == more[0] == 900
    assert few[1] < more[1] < 1500


def test_all_criteria_are_put_on_one_scale_where_more_is_better() -> None:
    gains = {dot.measure.code: dot for dot in dots(comparison(answers(chatter, ticket), losses=FEW_LOSSES))}
    assert gains["format"].gain.mean == pytest.approx(100)
    assert 0 < gains["loss"].gain.mean < 100, "a lower loss is a gain, as a share of the base model's"
    assert gains["loss"].few
    assert not gains["format"].few
    assert "length" not in gains, "what is for information only has no better side"


def test_it_is_told_in_words() -> None:
    said = alt(comparison(answers(chatter, ticket, known=False)))
    assert said.startswith("Dot chart with 95 % intervals")
    assert "keeps your format, +100 (+7" in said


def test_a_lower_loss_is_called_so_where_more_is_better() -> None:
    said = alt(comparison(answers(chatter, ticket), losses=FEW_LOSSES))
    assert "lower test loss (as percent of the loss of the base model), +" in said
    assert "lower is better" not in said


def test_without_an_interval_there_is_no_picture() -> None:
    assert draw_verdict(comparison([])) is None
    assert draw_verdict(comparison(answers(chatter, ticket, 1))) is None


def test_an_interval_of_two_requests_does_not_burst_the_picture() -> None:
    assert size(draw_verdict(comparison(answers(chatter, lambda at: ticket(at) if at else mumbling(at), 2))))[0] == 900
