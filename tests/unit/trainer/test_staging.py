"""Files around an attempt: hostile names, torn files and secrets."""

import json
from pathlib import Path

import pytest

from storage.domain import JobKind
from storage.errors import UnsafePath
from tests.unit.trainer import fake_worker
from trainer import progress, staging
from trainer.errors import BadOutput, JobRefused
from trainer.run_dir import AttemptDir
from trainer.staging import Attempt


@pytest.mark.parametrize("name", ["..", ".", "", ".hidden", "a/b", "/etc", "a\\b", "a\0b", "ü", "x" * 200, "a\n"])
def test_a_name_that_is_not_a_plain_one_leads_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafePath):
        staging.inside(tmp_path, "runs", name)


def test_a_link_does_not_lead_out_of_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "runs").mkdir(parents=True)
    (home / "runs/out").symlink_to(tmp_path)
    with pytest.raises(UnsafePath):
        staging.run_dir(home, "out")


class TestAdapter:
    def test_a_whole_one_replaces_the_one_before(self, tmp_path: Path) -> None:
        fake_worker.write_adapter(tmp_path / "new")
        fake_worker.write_adapter(tmp_path / "adapter")
        (tmp_path / "adapter/old.json").write_text("{}")
        staging.publish_adapter(tmp_path / "new", tmp_path / "adapter")
        assert sorted(path.name for path in (tmp_path / "adapter").iterdir()) == list(staging._ADAPTER_FILES)

    def test_a_torn_one_leaves_the_one_before(self, tmp_path: Path) -> None:
        fake_worker.write_adapter(tmp_path / "new", torn=True)
        fake_worker.write_adapter(tmp_path / "adapter")
        with pytest.raises(BadOutput):
            staging.publish_adapter(tmp_path / "new", tmp_path / "adapter")
        staging.check_adapter(tmp_path / "adapter")

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        fake_worker.write_adapter(tmp_path / "new")
        (tmp_path / "secret.json").write_text('{"password": "x"}')
        (tmp_path / "new/extra.json").symlink_to(tmp_path / "secret.json")
        staging.publish_adapter(tmp_path / "new", tmp_path / "adapter")
        assert not (tmp_path / "adapter/extra.json").exists()

    @pytest.mark.parametrize(
        "data", [b"", b"1234567", b"\xff" * 64, b"\x02" + b"\0" * 7 + b"{}", b"\x02" + b"\0" * 7 + b"[]"]
    )
    def test_what_is_no_safetensors_file_is_refused(self, tmp_path: Path, data: bytes) -> None:
        path = tmp_path / "x.safetensors"
        path.write_bytes(data)
        with pytest.raises(BadOutput):
            staging.check_safetensors(path)


@pytest.mark.parametrize(
    "line",
    [
        "HF_TOKEN=hf_abcdefgh12345",
        "using xoxb-1234567890-abcdef",
        "Authorization: Bearer abc.def-ghi",
        "postgresql://ada:s3cret@db/threadtune",
        '"api_key": "s3cret"',
        "OPENAI_API_KEY=s3cret",
        "password = s3cret",
    ],
)
def test_secrets_do_not_stay_in_a_detail(line: str) -> None:
    scrubbed = staging.scrub(line)
    assert "[removed]" in scrubbed
    assert not any(secret in scrubbed for secret in ("s3cret", "hf_", "xoxb", "abc.def"))


def test_a_detail_moves_no_cursor() -> None:
    assert staging.scrub("a\x1b[2Jb\x07c\nd") == "abc\nd"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]",
        '{"token": 2, "result": {}}',
        '{"token": 1}',
        '{"token": 1, "result": []}',
        '{"token": 1, "x": 1}',
    ],
)
def test_a_result_that_is_not_whole_or_not_of_this_token_is_none(tmp_path: Path, content: str) -> None:
    attempt = Attempt(1, AttemptDir(tmp_path))
    attempt.folder.result.write_text(content)
    assert staging.read_result(attempt) is None


def test_rows_that_are_no_rows_are_refused_with_the_count_of_good_ones(tmp_path: Path) -> None:
    good = json.dumps({"instruction": "a", "input": "", "output": "b", "part": "train"})
    (tmp_path / "rows.jsonl").write_text(f"{good}\n{good}\n" + '{"instruction": 3}\n')
    with pytest.raises(JobRefused) as caught:
        staging.read_rows(tmp_path / "rows.jsonl")
    assert (caught.value.failure.code, caught.value.failure.numbers) == ("rows_unreadable", {"rows_read": 2})


def test_golden_rows_are_no_part_of_what_a_run_trains_on(tmp_path: Path) -> None:
    row = {"instruction": "a", "input": "", "output": "b", "part": "train"}
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps({**row, "part": p}) + "\n" for p in ("train", "golden")))
    assert staging.read_rows(tmp_path / "rows.jsonl").rows == 1


class TestMetrics:
    def test_a_line_is_read_once_and_only_when_it_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "metrics.jsonl"
        tail = progress.MetricsTail(path)
        assert tail.read() == []
        path.write_text('{"step": 1}\n{"st')
        assert tail.read() == [{"step": 1}]
        path.write_text('{"step": 1}\n{"step": 2}\n')
        assert tail.read() == [{"step": 2}]

    def test_a_validation_does_not_hide_the_training_loss(self) -> None:
        view = progress.merged_view({"loss": 2.0}, [{"loss": None, "validation_loss": 1.5}, {"phase": "training"}])
        assert view == {"loss": 2.0, "validation_loss": 1.5, "phase": "training"}

    def test_answers_are_counted_in_the_view(self) -> None:
        view = progress.merged_view({}, [{"phase": "answering", "done": 0, "of": 28}, {"done": 3, "eta_seconds": 40.0}])
        assert view == {"phase": "answering", "done": 3, "of": 28, "eta_seconds": 40.0}

    def test_a_number_that_is_none_does_not_reach_the_database(self) -> None:
        assert progress.points([b'{"loss": NaN, "more": [Infinity, 1]}']) == [{"loss": None, "more": [None, 1]}]


def test_every_kind_of_job_has_a_place_for_its_attempts(tmp_path: Path) -> None:
    run = staging.run_dir(tmp_path, "run_1")
    assert {run.attempt(kind, 1).path.name for kind in JobKind} == {
        "train-1",
        "generate-1",
        "export-1",
        "probe-1",
        "publish-1",
    }
