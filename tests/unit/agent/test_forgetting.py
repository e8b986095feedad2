"""Rows that are taken back: what goes from the files, and what stays."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.forgetting import forget_files
from agent.replies import Choice
from storage.domain import JobKind, JobState, ModelVersion, Row, RunState, stable_id
from storage.errors import StoreUnavailable
from storage.files import Files
from tests.contract.facts import START, pin, row, run
from tests.fakes.talk import LEASE, Talk
from trainer.client import GenerateRequest

MODEL = ModelVersion(
    id="model_1", project_id="project_one", run_id="run_1", name="tickets", version=1, metrics={}, created_at=START
)
HERS, OTHERS = row("hers"), row("others", author_id="console:bo", event_id="e2")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def lines_of(*rows: Row, output: str = "") -> str:
    return "".join(
        json.dumps({"id": one.id, "output": output or one.output}, ensure_ascii=False) + "\n" for one in rows
    )


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85"])
def test_a_line_separator_inside_a_text_ends_no_line(files: Files, separator: str) -> None:
    stays = lines_of(OTHERS, output=f"one{separator}two")
    files.write_text("runs/run_1/rows.jsonl", lines_of(HERS) + stays)
    forget_files(files, "tickets", [HERS], [run()], [])
    assert files.read_text("runs/run_1/rows.jsonl") == stays


@pytest.mark.parametrize(
    ("state", "stays"), [(RunState.SAVED, True), (RunState.FAILED, False), (RunState.STOPPED, False)]
)
def test_only_what_was_saved_keeps_what_it_learned(files: Files, state: RunState, stays: bool) -> None:
    files.write_text("runs/run_1/rows.jsonl", lines_of(HERS, OTHERS))
    for name in ("runs/run_1/adapter", "models/tickets/1"):
        files.write_text(f"{name}/adapter_model.safetensors", "weights")
    files.write_text("models/tickets/1/rows.jsonl", lines_of(HERS, OTHERS))
    gone = forget_files(files, "tickets", [HERS], [replace(run(), state=state)], [MODEL])
    assert gone.models == ([MODEL] if stays else [])
    assert files.exists("runs/run_1/adapter") is stays
    assert files.exists("models/tickets/1") is stays
    assert files.read_text("runs/run_1/rows.jsonl") == lines_of(OTHERS)


def test_what_was_said_about_a_row_that_was_compared_goes_with_it(files: Files) -> None:
    said = ("comparison.json", "comparison.md", "verdict.png", "judgements.jsonl")
    for run_id, compared in (("run_1", HERS), ("run_2", OTHERS)):
        files.write_text(f"runs/{run_id}/prompts.jsonl", lines_of(compared))
        for name in said:
            files.write_text(f"runs/{run_id}/{name}", "about it")
    forget_files(files, "tickets", [HERS], [run(), run("2")], [])
    assert not any(files.exists(f"runs/run_1/{name}") for name in said)
    assert all(files.exists(f"runs/run_2/{name}") for name in said)


def test_a_pin_goes_from_every_request_and_answer_and_from_what_was_said_about_them(files: Files) -> None:
    mine, theirs = pin("mine"), pin("theirs")
    kept = "".join(json.dumps({"id": one.id, "base": "an answer"}) + "\n" for one in (theirs, OTHERS))
    asked = ("prompts.jsonl", "answers.jsonl", "answers_1.jsonl", "hosted_2.jsonl", "held_out.jsonl")
    said = ("comparison.json", "comparison.md", "verdict.png", "judgements.jsonl", "judgements_qwen.jsonl")
    asked_in = ("runs/run_1", "evaluations/evaluation_1", "runs/evaluation_1_0")
    said_in = ("runs/run_1", "evaluations/evaluation_1", "evaluations/evaluation_1/pair_1")
    for folder in asked_in:
        for name in asked:
            files.write_text(f"{folder}/{name}", json.dumps({"id": mine.id, "request": "hers"}) + "\n" + kept)
    for folder in said_in:
        for name in said:
            files.write_text(f"{folder}/{name}", "about it")
    files.write_text("evaluations/evaluation_1/pair_1/judging.json", "{}")
    files.write_text("runs/evaluation_1_0/attempts/generate-1/answers.jsonl", "some of a job that failed")
    gone = forget_files(files, "tickets", [], [run()], [], pins=[mine], evaluations=["evaluation_1", "never_begun"])
    assert not gone.left
    for folder in asked_in:
        assert [files.read_text(f"{folder}/{name}") for name in asked if files.exists(f"{folder}/{name}")] == [kept] * 5
    assert not any(files.exists(f"{folder}/{name}") for folder in said_in for name in said)
    assert not files.list("runs/evaluation_1_0/attempts")
    assert files.exists("evaluations/evaluation_1/pair_1/judging.json"), "what was spent is nobody's words"


@pytest.mark.parametrize("taught", [False, True])
def test_what_judges_may_have_quoted_of_a_persons_words_goes_wherever_they_were_told_them(
    files: Files, taught: bool
) -> None:
    folders = ("runs/run_1", "runs/run_2", "evaluations/evaluation_1/pair_1")
    for folder in folders:
        for name in ("comparison.json", "judgements.jsonl", "answers.jsonl"):
            files.write_text(f"{folder}/{name}", "")
    runs, evaluations = [run(), run("2")], ["evaluation_1"]
    forget_files(files, "tickets", [], runs, [], voted=["run_1"], evaluations=evaluations, taught=taught)
    left = {folder: files.list(folder) for folder in folders}
    scored = ["answers.jsonl"] if taught else ["answers.jsonl", "judgements.jsonl"]
    others = ["answers.jsonl"] if taught else ["answers.jsonl", "comparison.json", "judgements.jsonl"]
    assert left == {"runs/run_1": scored, "runs/run_2": others, "evaluations/evaluation_1/pair_1": others}


def test_a_run_without_these_rows_keeps_its_adapter(files: Files) -> None:
    files.write_text("runs/run_1/rows.jsonl", lines_of(OTHERS))
    files.write_text("runs/run_1/adapter/adapter_model.safetensors", "weights")
    forget_files(files, "tickets", [HERS], [replace(run(), state=RunState.FAILED)], [])
    assert files.exists("runs/run_1/adapter")


def test_uploads_go_also_those_of_which_no_row_was_taken(files: Files) -> None:
    folders = {event: f"uploads/{stable_id('upload', event)}" for event in (HERS.event_id, "refused", OTHERS.event_id)}
    for folder in folders.values():
        files.write_text(f"{folder}/0-rows.jsonl", "{}")
    forget_files(files, "tickets", [HERS], [], [], ["refused"])
    assert files.list("uploads") == [folders[OTHERS.event_id].removeprefix("uploads/")]


@pytest.mark.parametrize("line", ['{"id": "row_hers", "out', "x", "[1]", "{}", '{"id": ["row_hers"]}'])
def test_a_line_that_cannot_be_read_may_be_one_of_them_so_it_goes_too(files: Files, line: str) -> None:
    names = (
        "runs/run_1/rows.jsonl",
        "runs/run_1/prompts.jsonl",
        "runs/run_1/answers.jsonl",
        "models/tickets/1/rows.jsonl",
    )
    for name in names:
        files.write_text(name, lines_of(OTHERS) + line)
    files.write_text("runs/run_1/comparison.md", "about it")
    gone = forget_files(files, "tickets", [HERS], [replace(run(), state=RunState.SAVED)], [MODEL])
    assert [files.read_text(name) for name in names] == [lines_of(OTHERS)] * 4
    assert not files.exists("runs/run_1/comparison.md")
    assert gone.models == [MODEL]


def test_nobodys_lines_go_where_there_is_no_row_to_forget(files: Files) -> None:
    spoiled = lines_of(OTHERS) + "x\n"
    files.write_text("runs/run_1/rows.jsonl", spoiled)
    files.write_text("runs/run_1/adapter/adapter_model.safetensors", "weights")
    assert forget_files(files, "tickets", [], [replace(run(), state=RunState.FAILED)], [MODEL]).models == []
    assert files.read_text("runs/run_1/rows.jsonl") == spoiled
    assert files.exists("runs/run_1/adapter")


def test_what_a_saved_model_would_say_next_goes_with_the_row(files: Files) -> None:
    files.write_text("models/tickets/1/rows.jsonl", lines_of(HERS, OTHERS))
    files.write_text("models/tickets/1/next_tokens.jsonl", lines_of(HERS, OTHERS, output="next"))
    forget_files(files, "tickets", [HERS], [replace(run(), state=RunState.SAVED)], [MODEL])
    assert files.read_text("models/tickets/1/next_tokens.jsonl") == lines_of(OTHERS, output="next")


class RefusingFiles(Files):
    """A disk that lets nothing below ``runs/run_1`` go."""

    def delete_tree(self, name: str) -> None:
        self._refuse(name)
        super().delete_tree(name)

    def write_bytes(self, name: str, content: bytes) -> None:
        self._refuse(name)
        super().write_bytes(name, content)

    def _refuse(self, name: str) -> None:
        if name.startswith("runs/run_1/"):
            raise StoreUnavailable("read_only", name)


def test_a_file_that_the_disk_holds_back_is_named_and_the_others_go(files: Files) -> None:
    for run_id in ("run_1", "run_2"):
        files.write_text(f"runs/{run_id}/rows.jsonl", lines_of(HERS))
        files.write_text(f"runs/{run_id}/comparison.md", "about it")
    gone = forget_files(RefusingFiles(files.home), "tickets", [HERS], [run(), run("2")], [], voted=["run_2"])
    assert "runs/run_1/rows.jsonl" in gone.left
    assert not [name for name in gone.left if not name.startswith("runs/run_1/")]
    assert files.read_text("runs/run_2/rows.jsonl") == ""
    assert not files.exists("runs/run_2/comparison.md")


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await talk.type("Write shift handover notes for nurses")
    await talk.type("Instruction: Write a handover\nInput: bed 4, insulin\nOutput: S: bed 4\nB: insulin")
    await talk.press("Approve")
    return talk


async def project_of(talk: Talk) -> str:
    return (await talk.store.projects.all())[0].id


async def test_posts_no_longer_quote_what_was_forgotten(talk: Talk) -> None:
    await talk.type("/tune examples")
    assert any("insulin" in text for _, _, text in await talk.posts())
    await talk.type("/tune forget")
    assert "Examples of yours that are deleted: 1." in await talk.press("Delete my examples")
    assert not [text for _, _, text in await talk.posts() if "insulin" in text]


async def test_nor_what_an_example_was_before_it_was_edited(talk: Talk) -> None:
    await talk.type("Whom do I call?")
    await talk.type("none")
    await talk.type("Call Dr Zebra")
    await talk.press("Edit")
    await talk.type("Call the registrar")
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert not [text for _, _, text in await talk.posts() if "Zebra" in text]
    assert "Zebra" not in str(talk.store.inbox._facts.events)  # type: ignore[attr-defined]  # the store in memory


async def test_nor_what_a_document_begins_with(talk: Talk) -> None:
    await talk.type("# Zebra ward\n\n" + "All about the zebra ward. " * 60)
    await talk.press("A document to take examples from")
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert not [text for _, _, text in await talk.posts() if "Zebra" in text]


async def test_the_format_of_what_was_forgotten_goes_too(talk: Talk) -> None:
    for bed in ("bed 7, Zebra-Ward", "bed 9, Zebra-Ward"):
        await talk.type(f"Instruction: Write a handover\nInput: {bed}\nOutput: S: {bed} Zebra-Ward\nB: insulin")
        await talk.press("Approve")
    assert "Is this it?" in talk.text
    await talk.press("Yes, that is it")
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    brief = await talk.store.briefs.get(await project_of(talk))
    assert brief.formats == {}
    assert not [text for _, _, text in await talk.posts() if "Zebra" in text]
    assert "no approved example yet" in await talk.type("/tune format")


async def test_a_file_that_was_left_can_be_forgotten_too(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await talk.begin("Write shift handover notes for nurses")
    file = tmp_path / "people.csv"
    file.write_text("asked,told\nWho is in bed 4?,Ms Zebra\nWho is in bed 5?,Mr Crane\n")
    await talk.type("", file)
    await talk.press("Leave the file")
    assert talk.files.list("uploads")
    assert "Delete what you gave" in await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert not talk.files.list("uploads")
    assert not [text for _, _, text in await talk.posts() if "Zebra" in text]
    assert "no examples" in await talk.type("/tune forget")


async def test_between_two_jobs_of_a_run_nothing_is_forgotten(talk: Talk) -> None:
    project_id = await project_of(talk)
    await talk.store.runs.add(replace(run(), project_id=project_id, state=RunState.TRAINED))
    await talk.type("/tune forget")
    assert "A run or an evaluation is using them" in await talk.press("Delete my examples")
    assert await talk.store.rows.of_project(project_id)


async def test_a_turn_that_is_repeated_goes_on_although_a_run_began_meanwhile(talk: Talk) -> None:
    await talk.type("/tune forget")
    project_id = await project_of(talk)
    await talk.store.cards.answer(
        talk.shown[-1].card_id, "delete", f"event-{talk._count + 1}"
    )  # and then it was killed
    await talk.store.runs.add(replace(run(), project_id=project_id))
    assert "Examples of yours that are deleted: 1." in await talk.press("Delete my examples")


async def test_an_unknown_action_of_the_card_deletes_and_closes_nothing(talk: Talk) -> None:
    await talk.type("/tune forget")
    card = talk.shown[-1]
    forged = replace(card, choices=(Choice(label="Forged", action="forged"),))
    assert "Nothing was deleted" not in await talk.press("Forged", forged)
    assert "Examples of yours that are deleted: 1." in await talk.press("Delete my examples", card)


async def a_saved_version(talk: Talk, publish: dict[str, str]) -> None:
    """A version that was trained with all of the project's rows."""
    project_id = await project_of(talk)
    await talk.store.runs.add(replace(run(), project_id=project_id, state=RunState.SAVED))
    await talk.store.runs.update(run().id, RunState.SAVED, {"publish": publish})
    await talk.store.models.add(replace(MODEL, project_id=project_id, version=0))
    talk.files.write_text("models/tickets/1/rows.jsonl", lines_of(*await talk.store.rows.of_project(project_id)))


async def test_it_is_said_how_the_copy_in_ollama_goes(talk: Talk) -> None:
    await a_saved_version(talk, {"model": "Acme-Tickets-v1"})
    await talk.type("/tune forget")
    assert "`ollama rm Acme-Tickets-v1`" in await talk.press("Delete my examples")


async def test_nothing_is_said_of_ollama_where_no_copy_is(talk: Talk) -> None:
    await a_saved_version(talk, {})
    await talk.type("/tune forget")
    said = await talk.press("Delete my examples")
    assert "tickets v1" in said
    assert "ollama" not in said.casefold()


async def test_rows_and_consent_go_although_a_file_is_held_back(talk: Talk) -> None:
    project_id = await project_of(talk)
    await talk.store.runs.add(replace(run(), project_id=project_id, state=RunState.FAILED))
    talk.files.write_text("runs/run_1/rows.jsonl", lines_of(*await talk.store.rows.of_project(project_id)))
    talk.become(replace(talk.context, files=RefusingFiles(talk.home)))
    await talk.type("/tune forget")
    said = await talk.press("Delete my examples")
    assert "`runs/run_1/rows.jsonl`" in said
    assert "Examples of yours that are deleted: 1." in said
    assert await talk.store.rows.of_project(project_id) == []
    assert not (await talk.store.people.consent(talk.person, project_id))


class TestQuestions:
    async def ask(self, talk: Talk, request: str) -> str:
        """A question that was asked and answered; returns its run."""
        run_id = stable_id("ask", request)
        talk.files.write_text(f"runs/{run_id}/prompts.jsonl", json.dumps({"id": "ask", "instruction": request}) + "\n")
        talk.files.write_text(
            f"runs/{run_id}/answers.jsonl", json.dumps({"id": "ask", "tuned": request.upper()}) + "\n"
        )
        await talk.context.trainer.submit(
            GenerateRequest(run_id=run_id, base="tiny", adapter_run="run_1", answer_with=("tuned",), max_tokens=9),
            request_id=f"ask:{request}",
            now=talk.now,
            conversation_id=talk.conversation,
        )
        return run_id

    async def test_files_go_with_the_next_answer(self, talk: Talk) -> None:
        await self.ask(talk, "one")
        assert "ONE" in await talk.end_job(JobKind.GENERATE)
        second = await self.ask(talk, "two")
        assert "TWO" in await talk.end_job(JobKind.GENERATE)
        assert talk.files.list("runs") == [second]

    async def test_one_that_waits_for_its_delivery_is_kept(self, talk: Talk) -> None:
        for request in ("one", "two"):
            await self.ask(talk, request)
            job = await talk.store.jobs.lease("trainer", [JobKind.GENERATE], talk.now, LEASE)
            assert job is not None
            await talk.store.jobs.finish(job.id, job.attempt, JobState.DONE, talk.now)
        said = await talk.answer_all()
        assert "ONE" in said
        assert "TWO" in said

    async def test_forgetting_removes_those_that_were_answered(self, talk: Talk) -> None:
        await self.ask(talk, "one")
        await talk.end_job(JobKind.GENERATE)
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert talk.files.list("runs") == []
