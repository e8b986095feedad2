"""The picture of a comparison: big enough to read on a phone, on one scale, and told in words."""

import struct
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from agent.evaluation.facts import Judged, Judgement
from agent.reports.comparison import Comparison, Names
from agent.reports.verdict_chart import _draw, alt, dots, draw_verdict, row_label, shown
from storage.domain import Criterion
from tests.fakes.answers import answers, chatter, mumbling, ticket
from tests.fakes.comparisons import FEW_LOSSES, comparison
from tests.fakes.judges import unmoved_by_length


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
    assert "length" not in gains, "what is for information only has no better side"


def test_it_is_told_in_words() -> None:
    said = alt(comparison(answers(chatter, ticket, known=False)))
    assert said.startswith("Dot chart with 95 % intervals")
    assert "keeps your format, +100 (+7" in said


def test_a_lower_loss_is_called_so_where_more_is_better() -> None:
    said = alt(comparison(answers(chatter, ticket), losses=FEW_LOSSES))
    assert "lower test loss (as percent of the loss of the base model), +" in said
    assert "lower is better" not in said


def test_the_ends_of_a_narrow_interval_stand_out_from_its_dot() -> None:
    (row, *_) = dots(comparison(answers(chatter, ticket)))
    axes = Figure().add_subplot()
    _draw(axes, 0, row.gain)
    (ends,) = [line for line in axes.lines if line.get_marker() == "|"]
    (dot,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert ends.get_markersize() > dot.get_markersize()
    assert list(np.asarray(ends.get_xdata())) == [row.gain.low, row.gain.high]


def test_what_rests_on_few_requests_is_hollow_and_dashed() -> None:
    gains = {dot.measure.code: dot.gain for dot in dots(comparison(answers(chatter, ticket), losses=FEW_LOSSES))}
    for code, hollow in (("loss", True), ("format", False)):
        axes = Figure().add_subplot()
        _draw(axes, 0, gains[code])
        (dot,) = [line for line in axes.lines if line.get_marker() == "o"]
        assert (dot.get_markerfacecolor() == "white") is hollow
        assert (axes.lines[0].get_linestyle() == "--") is hollow


def test_what_shows_the_same_is_drawn_once() -> None:
    first, again, other = (draw_verdict(comparison(answers(chatter, says))) for says in (ticket, ticket, mumbling))
    assert first is again
    assert first != other


def test_without_an_interval_there_is_no_picture() -> None:
    assert draw_verdict(comparison([])) is None
    assert draw_verdict(comparison(answers(chatter, ticket, 1))) is None


def test_an_interval_of_two_requests_does_not_burst_the_picture() -> None:
    assert size(draw_verdict(comparison(answers(chatter, lambda at: ticket(at) if at else mumbling(at), 2))))[0] == 900


def with_criteria(labels: Sequence[str]) -> Comparison:
    """A judge has scored every answer by each of them."""
    own = [
        Criterion(name=f"own_{at}", label=label, asks="Is it?", poor="No.", good="Quite.", excellent="Yes.")
        for at, label in enumerate(labels)
    ]
    scores = [
        Judgement(prompt_id=f"near_{at:02}", criterion=one.name, base=2 + at % 2, tuned=4, flipped=False)
        for one in own
        for at in range(24)
    ]
    names = tuple(one.name for one in own)
    judged = Judged(
        judge="clever", trusted=True, criteria=names, judgements=tuple(scores), padded=unmoved_by_length(*names)
    )
    return replace(comparison(answers(mumbling, ticket), judged=judged), rubric=tuple(own))


def test_of_many_criteria_ten_are_drawn_and_the_rest_is_left_to_the_table() -> None:
    one = with_criteria([f"names the product area {at}" for at in range(14)])
    drawn = shown(one)
    assert len(drawn) == 10
    assert "format" in {dot.measure.code for dot in drawn}, "among ten of content, form is not forgotten"
    assert size(draw_verdict(one))[1] < 1500
    assert alt(one).endswith(f" {len(dots(one)) - 10} more criteria stand in the table.")


def test_what_got_worse_is_always_drawn() -> None:
    one = with_criteria([f"names the product area {at}" for at in range(14)])
    worse = replace(one.verdict, outcomes={**one.verdict.outcomes, "own_13": "worse", "judged_own_13": "worse"})
    assert "judged_own_13" in {dot.measure.code for dot in shown(replace(one, verdict=worse))}


@pytest.mark.parametrize(
    "label", ["客户信息是否完整", "고객 이름", "📦 packed well", "हिंदी में", "a" * 60, "$x^2_{$ 50%"]
)
def test_labels_that_the_font_cannot_draw_are_told_by_their_row(label: str) -> None:
    """A box instead of a letter is a warning, and warnings are errors here."""
    assert size(draw_verdict(with_criteria([label])))[0] == 900
    assert label.strip("📦 ").split("_")[0][:20] in alt(with_criteria([label])), "in words it is called by its name"


@pytest.mark.parametrize("label", ["الدقة والوضوح", "דיוק"])
def test_what_is_written_from_right_to_left_stands_on_a_line_of_its_own(label: str) -> None:
    """Else it would put the comma behind it on its other side."""
    one = with_criteria([label])
    (row,) = [dot for dot in shown(one) if dot.measure.code == "judged_own_0"]
    lines = row_label(one, row).replace("\u00a0", " ").split("\n")
    assert lines == [label, "by the judge (1 to 5)", "2.5 → 4.0, better"]


def test_names_that_the_font_cannot_draw_are_not_boxes() -> None:
    one = replace(with_criteria(["short"]), names=Names(base="客户", tuned="고객"))
    assert size(draw_verdict(one))[0] == 900
    assert "between 고객 and 客户" in alt(one)
