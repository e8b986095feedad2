"""What a generate job is told of the rows whose losses it measures, and of what earlier attempts have measured."""

import dataclasses

from storage.domain import JobKind
from tests.unit.trainer.house import House
from trainer.client import GenerateRequest
from trainer.run_dir import AttemptDir, WorkerSpec
from trainer.specs import completed
from trainer.staging import Attempt

ASKED = dataclasses.asdict(
    GenerateRequest(run_id="run_1", base="tiny", adapter_run=None, answer_with=("base",), arithmetic="float32")
)


def told(house: House, earlier: list[AttemptDir]) -> WorkerSpec:
    spec = WorkerSpec(kind=JobKind.GENERATE, run_id="run_1", token=2, base=str(house.home))
    return completed(spec, house.home, ASKED, {"disk_free_bytes": 2**40}, earlier)


def test_rows_are_measured_where_they_lie_beside_the_requests(house: House) -> None:
    assert told(house, []).held_out is None
    house.run.held_out.write_text("")
    assert told(house, []).held_out == str(house.run.held_out)
    assert told(house, []).arithmetic == "float32"


def test_an_attempt_is_given_what_the_earlier_ones_measured_and_it_counts_as_getting_on(house: House) -> None:
    folder = house.run.attempt(JobKind.GENERATE, 1)
    folder.path.mkdir(parents=True)
    assert told(house, [folder]).measured == []
    folder.answers.write_text('{"id": "p1"}\n')
    before = Attempt(1, folder).reached
    folder.losses.write_text('{"id": "r1"}\n')
    assert told(house, [folder]).measured == [str(folder.losses)]
    assert Attempt(1, folder).reached == before + 1
