"""Evaluations: who is compared, what it would cost, how answers come together, and what is said of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from agent.evaluated import evaluated
from agent.hosted import Asked, ask_hosted
from agent.models.hosted import HostedModels
from agent.replies import Say, ShowCard, ShowFile, ShowTable
from agent.reports.evaluation_result import EvaluationResult
from agent.votes import named_of
from storage.domain import Evaluation, EvaluationState, JobFailure, JobKind, JobState, Membership, Role, RunState
from tests.fakes.answers import chatter, request, ticket
from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.talk import LEASE, Talk
from tests.fakes.train_results import TRAINED

GOAL = "Turn calls of our customers into tickets"
HOSTED = "openai:gpt-4o-mini"


@dataclass
class Provider(ScriptedChatModel):
    """A hosted model that answers by a function; None: it has none, for the reason given."""

    says: Callable[[str], str | None] = lambda _: "An answer."
    calls: int = 0

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        self.calls += 1
        self.asked.append(list(messages))
        return self.says(messages[-1]["content"])


@dataclass
class Providers:
    model: Provider = field(default_factory=Provider)
    made: list[str] = field(default_factory=list)

    def make(self, name: str) -> Provider:
        self.made.append(name)
        return self.model


@pytest.fixture
def providers() -> Providers:
    return Providers()


@pytest.fixture
def talk(tmp_path: Path, providers: Providers) -> Talk:
    talk = Talk(home=tmp_path)
    talk.become(replace(talk.context, hosted=HostedModels(allowed=(HOSTED, "ollama:*"), make=providers.make)))
    return talk


async def project_of(talk: Talk) -> str:
    return (await talk.store.projects.all())[0].id


async def evaluations(talk: Talk) -> list[Evaluation]:
    return list(await talk.store.evaluations.of_project(await project_of(talk)))


async def with_versions(talk: Talk, count: int = 2, rows: int = 30) -> None:
    """A project with so many saved versions, none of them compared."""
    await talk.begin(GOAL)
    file = talk.home / "rows.jsonl"
    lines = [
        {"instruction": "Write the ticket.", "input": request(at).split("\n\n")[1], "output": ticket(at)}
        for at in range(rows)
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    await talk.type("", file)
    for _ in range(count):
        await talk.type("/tune train start")
        await talk.end_job(JobKind.TRAIN, result=TRAINED)
        await talk.end_job(JobKind.GENERATE, result={})
        await talk.end_job(JobKind.EXPORT, result={"name": "tickets", "version": 1})


Answer = Callable[[Mapping[str, Any], int], str]


def good(prompt: Mapping[str, Any], at: int) -> str:
    return str(prompt.get("reference") or chatter(at))


def poor(prompt: Mapping[str, Any], at: int) -> str:
    return chatter(at)


async def answer_job(
    talk: Talk, says: Answer, state: JobState = JobState.DONE, result: Mapping[str, Any] | None = None
) -> str:
    """The trainer answers the evaluation's job that waits first; returns what was said."""
    talk._count += 1
    job = await talk.store.jobs.lease("trainer", [JobKind.GENERATE], talk.now, LEASE)
    assert job is not None
    folder = talk.home / "runs" / job.run_id
    side = "tuned" if job.spec["adapter_run"] else "base"
    prompts = [json.loads(line) for line in (folder / "prompts.jsonl").read_text("utf-8").splitlines()]
    lines = [{"id": one["id"], side: says(one, at), f"{side}_finished": True} for at, one in enumerate(prompts)]
    if state is JobState.DONE:
        (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    failure = JobFailure(code="adapter_missing", numbers={"run": "x"}) if state is JobState.FAILED else None
    await talk.store.jobs.finish(job.id, job.attempt, state, talk.now, result=dict(result or {}), failure=failure)
    return await talk.answer_all()


def proposal(talk: Talk) -> ShowCard:
    return next(card for card in reversed(talk.shown) if card.card_kind == "evaluation" and card.choices)


def latest(talk: Talk) -> ShowCard:
    """The evaluation's card as it was shown last."""
    return next(card for card in reversed(talk.said) if isinstance(card, ShowCard) and card.card_kind == "evaluation")


class TestNames:
    @pytest.mark.parametrize(
        ("names", "found"),
        [
            ("v1 v2", ["v1", "v2"]),
            ("1 2", ["v1", "v2"]),
            ("version 2 vs base", ["v2", "base"]),
            ("v2, v1 and BASE", ["v2", "v1", "base"]),
            ("v1 v1 base v01", ["v1", "base"]),
            (f"base {HOSTED}", ["base", HOSTED]),
            ("v1 ollama:llama3.2:3b", ["v1", "ollama:llama3.2:3b"]),
            ("", ["v1", "v2", "base"]),
        ],
    )
    async def test_contenders_are_named_in_many_ways_and_each_counts_once(
        self, talk: Talk, names: str, found: list[str]
    ) -> None:
        await with_versions(talk)
        await talk.type(f"/tune evaluate {names}")
        assert json.loads(proposal(talk).subject["contenders"]) == found

    @pytest.mark.parametrize(
        ("names", "sentence"),
        [
            ("v9 base", "There is no saved version 9 here. There are: `v1`, `v2`, `base`."),
            ("v1", "Version 1 alone cannot be compared"),
            ("v1 v1", "Version 1 alone cannot be compared"),
            ("v1 anthropic:claude", f"anthropic:claude may not be asked here. Allowed: `{HOSTED}`, `ollama:*`."),
            ("v1 embedded", "I do not know embedded"),
            ("v1 ../../etc/passwd", "I do not know ../../etc/passwd"),
            ("v1 openai:../../x$(rm)", "I do not know"),
            ("v1 **<@U1>**", "I do not know U1"),
            ("v0 base", "I do not know v0"),
            (" ".join(f"ollama:m{at}" for at in range(20)), "20 are too many at once: at most 6"),
        ],
    )
    async def test_what_cannot_be_compared_is_said_and_nothing_is_proposed(
        self, talk: Talk, names: str, sentence: str
    ) -> None:
        await with_versions(talk)
        assert sentence in await talk.type(f"/tune evaluate {names}")
        assert not any(isinstance(reply, ShowCard) for reply in talk.said)

    async def test_without_a_version_it_says_how_to_make_one(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        assert "no saved version to evaluate yet" in await talk.type("/tune evaluate")

    async def test_where_no_hosted_model_is_allowed_it_says_so(self, talk: Talk) -> None:
        await with_versions(talk, 1)
        talk.become(replace(talk.context, hosted=None))
        assert "no hosted model is allowed" in await talk.type(f"/tune evaluate v1 {HOSTED}")


class TestProposal:
    async def test_nothing_is_written_queued_or_asked_before_start(self, talk: Talk, providers: Providers) -> None:
        await with_versions(talk)
        said = await talk.type(f"/tune evaluate v1 v2 {HOSTED}")
        assert "held-out examples" in said
        assert "calls" in said
        assert (
            f"{HOSTED} reads all of these requests: held-out examples, pinned requests and test prompts leave this"
            in said
        )
        assert await evaluations(talk) == []
        assert not (talk.home / "evaluations").exists()
        assert await talk.store.jobs.active() == []
        assert providers.model.calls == 0
        assert "Evaluation: not now" in await talk.press("Not now")
        assert "decided already" in await talk.press("Start")
        assert await evaluations(talk) == []

    async def test_without_hosted_models_nothing_leaves(self, talk: Talk) -> None:
        await with_versions(talk)
        said = await talk.type("/tune evaluate v1 v2")
        assert "leave this machine" not in said
        assert "at most" not in said

    async def test_only_who_may_train_starts(self, talk: Talk) -> None:
        await with_versions(talk)
        await talk.store.projects.set_role(
            Membership(project_id=await project_of(talk), person_id="console:bo", role=Role.VIEWER)
        )
        talk.person = "console:bo"
        await talk.type("/tune evaluate v1 v2")
        assert "You cannot start an evaluation" in await talk.press("Start")
        assert await evaluations(talk) == []

    async def test_what_would_cost_more_by_now_is_shown_again(self, talk: Talk) -> None:
        await with_versions(talk)
        await talk.type("/tune evaluate v1 v2")
        card = proposal(talk)
        await talk.type("/tune pin Who is it? | must: a")
        assert "it has become more" in await talk.press("Start", card)
        assert await evaluations(talk) == []
        assert "Evaluation 1 has begun" in await talk.press("Start")

    async def test_a_version_that_went_meanwhile_is_said_to_be_gone(self, talk: Talk) -> None:
        await with_versions(talk)
        await talk.type("/tune evaluate v1 v2")
        run = (await talk.store.runs.of_project(await project_of(talk)))[0]
        await talk.store.runs.update(run.id, RunState.FAILED)
        assert "no saved version 1" in await talk.press("Start")

    async def test_rows_that_a_version_was_trained_on_are_left_out(self, talk: Talk) -> None:
        await with_versions(talk, 1)
        (run,) = await talk.store.runs.of_project(await project_of(talk))
        file = talk.home / "runs" / run.id / "rows.jsonl"
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        tests = [line for line in lines if line["part"] == "test"]
        assert len(tests) > 2
        by_id = [{**line, "part": "train"} if line == tests[0] else line for line in lines]
        by_text = [*by_id, {**tests[1], "id": "another", "part": "train"}]
        file.write_text("".join(json.dumps(line) + "\n" for line in by_text), encoding="utf-8")
        assert "Left out, for one of the versions was trained on them: 2" in await talk.type("/tune evaluate base v1")
        await talk.press("Start")
        (one,) = await evaluations(talk)
        asked = (talk.home / "evaluations" / one.id / "prompts.jsonl").read_text("utf-8")
        assert tests[0]["id"] not in asked
        assert tests[1]["id"] not in asked
        assert tests[2]["id"] in asked


class TestAnswers:
    async def start(self, talk: Talk, names: str = "v1 v2", rows: int = 30) -> Evaluation:
        await with_versions(talk, rows=rows)
        await talk.type(f"/tune evaluate {names}")
        await talk.press("Start")
        return (await evaluations(talk))[-1]

    async def test_each_answers_in_a_job_of_its_own_and_the_last_one_brings_the_verdict(self, talk: Talk) -> None:
        one = await self.start(talk, rows=84)
        jobs = await talk.store.jobs.active()
        assert sorted(job.run_id for job in jobs) == [f"{one.id}_0", f"{one.id}_1"]
        assert [list(job.spec["answer_with"]) for job in jobs] == [["tuned"], ["tuned"]]
        said = await answer_job(talk, poor)
        assert "is done" not in said
        said = await answer_job(talk, good)
        assert "Evaluation 1 is done." in said
        assert "Evaluation 1: version 2 is better" in said
        assert "your model" not in said
        (done,) = await evaluations(talk)
        assert done.state is EvaluationState.DONE
        folder = talk.home / "evaluations" / one.id
        assert {"comparison.md", "comparison.json", "answers_0.jsonl", "answers_1.jsonl"} <= {
            path.name for path in folder.iterdir()
        }
        assert not list((talk.home / "runs").glob("eval_*")), "the copies are gone"
        data = json.loads((folder / "comparison.json").read_text("utf-8"))
        assert data["contenders"] == ["v1", "v2"]
        assert data["comparisons"][0]["verdict"]["code"] == "better"

    async def test_three_stand_in_one_table_decided_together(self, talk: Talk) -> None:
        await self.start(talk, "", rows=84)
        await answer_job(talk, poor)
        await answer_job(talk, good)
        said = await answer_job(talk, poor)
        assert "Evaluation 1: version 2 is better" in said
        assert "Evaluation 1: no difference between the base model and version 1" in said
        table = next(one for one in talk.said if isinstance(one, ShowTable))
        assert table.header == ("Criterion", "Version 1", "Version 2", "The base model")
        assert "Holm" in table.text
        assert all(len(row) == 4 for row in table.rows)

    async def test_one_that_fails_is_told_and_the_others_go_on(self, talk: Talk) -> None:
        await self.start(talk, "v1 v2 base")
        said = await answer_job(talk, poor, JobState.FAILED)
        assert "Evaluation 1: Version 1 could not answer." in said
        await answer_job(talk, good)
        said = await answer_job(talk, poor)
        assert "compared with version 2, for version 1 has not answered" in said
        assert (await evaluations(talk))[0].state is EvaluationState.DONE

    async def test_fewer_than_two_answers_are_no_comparison(self, talk: Talk) -> None:
        await self.start(talk)
        await answer_job(talk, poor, JobState.FAILED)
        said = await answer_job(talk, good)
        assert "fewer than two have answered" in said
        assert (await evaluations(talk))[0].state is EvaluationState.FAILED

    async def test_requests_that_one_version_had_seen_are_left_out_of_every_verdict(self, talk: Talk) -> None:
        """A training row of version 1 that reads like a test row, but for a word."""
        await with_versions(talk)
        run = (await talk.store.runs.of_project(await project_of(talk)))[0]
        file = talk.home / "runs" / run.id / "rows.jsonl"
        lines = file.read_text("utf-8").splitlines()
        tested = next(row for row in map(json.loads, lines) if row["part"] == "test")
        twin = {**tested, "id": "twin", "part": "train", "input": f"{tested['input']} now"}
        file.write_text("\n".join([*lines, json.dumps(twin)]) + "\n", encoding="utf-8")
        await talk.type("/tune evaluate v1 v2 base")
        await talk.press("Start")
        for says in (poor, good):
            await answer_job(talk, says)
        await answer_job(talk, poor)
        (one,) = await evaluations(talk)
        folder = talk.home / "evaluations" / one.id
        page = (folder / "comparison.md").read_text("utf-8")
        assert page.count("Left out of the verdict: 1 request that a training example asks too") == 2
        data = json.loads((folder / "comparison.json").read_text("utf-8"))
        assert [found["sets"]["leaked"] for found in data["comparisons"]] == [[tested["id"]]] * 2
        assert not any(
            tested["id"] in measure["pairs"] for found in data["comparisons"] for measure in found["measures"]
        )

    async def test_what_was_asked_what_memory_was_too_short_for_and_the_speed_are_told(self, talk: Talk) -> None:
        await with_versions(talk)
        await talk.type("/tune evaluate v1 base")
        await talk.press("Start")

        def pace(side: str, rate: float) -> dict[str, Any]:
            return {side: {"first_token_seconds": 0.2, "tokens_per_second": rate}}

        await answer_job(talk, poor, result={"speed": pace("tuned", 38.0), "no_memory": ["row_x"]})
        await answer_job(talk, good, result={"speed": pace("base", 41.0), "skipped": ["row_y"]})
        (one,) = await evaluations(talk)
        page = (talk.home / "evaluations" / one.id / "comparison.md").read_text("utf-8")
        assert "version 1: first word after 0.2 s, then 38 tokens a second; the base model: 0.2 s, 41." in page
        assert "left out: 1 for which memory was too short, 1 longer than the model can read." in page
        assert "Asked for this comparison: 3 test examples" in page
        assert "Without test loss: the base model beside version 1" in page, "who knows it from runs would miss it"

    async def test_stop_ends_all_of_it(self, talk: Talk) -> None:
        await self.start(talk)
        said = await talk.press("Stop")
        assert "I am stopping evaluation 1." in said
        assert "Evaluation 1 was stopped." in said
        assert (await evaluations(talk))[0].state is EvaluationState.CANCELLED
        assert await talk.store.jobs.active() == []

    async def test_a_stop_that_comes_when_all_is_told_changes_nothing(self, talk: Talk) -> None:
        await self.start(talk)
        stop = latest(talk)
        await answer_job(talk, poor)
        await answer_job(talk, good)
        assert "Nothing is running here." in await talk.press("Stop", stop)
        (one,) = await evaluations(talk)
        assert one.state is EvaluationState.DONE
        assert not one.results["stopped"]

    async def test_a_stop_while_the_verdict_is_made_comes_too_late(
        self, talk: Talk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = await self.start(talk)
        await answer_job(talk, poor)

        async def stopped_meanwhile(*given: Any) -> EvaluationResult:
            await talk.store.evaluations.stop(one.id)
            return await evaluated(*given)

        monkeypatch.setattr("agent.evaluation_turns.evaluated", stopped_meanwhile)
        assert "Evaluation 1 is done." in await answer_job(talk, good)
        found = (await evaluations(talk))[0]
        assert (found.state, found.results["stopped"]) == (EvaluationState.DONE, False)

    async def test_stop_in_words_ends_it_too_and_status_names_it(self, talk: Talk) -> None:
        await self.start(talk)
        assert "Evaluation 1: version 1 waits for the trainer." in await talk.type("/tune status")
        await talk.type("/tune stop")
        assert (await evaluations(talk))[0].state is EvaluationState.CANCELLED

    async def test_what_is_shown_with_its_names_is_rated_blind_nowhere_any_more(self, talk: Talk) -> None:
        """The models of a run gave the same answers there: whoever reads along here knows whose they are."""
        await self.start(talk)
        await answer_job(talk, poor)
        said = await answer_job(talk, good)
        (result,) = [one for one in talk.said if isinstance(one, ShowFile)]
        assert "open it after you have rated" in result.text
        shown = [one.text for one in talk.said if isinstance(one, Say) and one.quoted]
        assert shown
        assert "Request" in said
        for run in await talk.store.runs.of_project(await project_of(talk)):
            assert len(await named_of(talk.context, run.id)) == len(shown)

    async def test_what_nobody_scored_can_be_rated_at_once_by_those_who_read_it(self, talk: Talk) -> None:
        await self.start(talk)
        await answer_job(talk, poor)
        said = await answer_job(talk, good)
        assert "Not scored yet by anybody who can be trusted" in said
        assert "`/tune rate evaluation 1`" in said
        await talk.press("Rate now")
        said = await talk.press("Stop rating")
        assert "Nothing was rated." in said
        assert "For more pairs, write `/tune rate evaluation 1`." in said

    async def test_pins_are_a_table_of_their_own_and_no_part_of_the_verdict(self, talk: Talk) -> None:
        await with_versions(talk)
        await talk.type("/tune pin When is it due? | must: 3 March")
        await talk.type("/tune evaluate v1 v2")
        await talk.press("Start")

        def first(prompt: Mapping[str, Any], at: int) -> str:
            return "On 3 March." if prompt["source"] == "pinned" else poor(prompt, at)

        await answer_job(talk, first)
        said = await answer_job(
            talk, lambda prompt, at: "In April." if prompt["source"] == "pinned" else poor(prompt, at)
        )
        assert "Regression: pinned request 1 passed with version 1 and failed with version 2." in said
        tables = [one for one in talk.said if isinstance(one, ShowTable)]
        assert "3 March" not in repr(tables), "what somebody wrote can be taken back, and a table's cells cannot"
        assert "1 | passes | fails, where the first passes" in said

    async def test_the_same_again_while_it_runs_starts_nothing_and_another_may_run_beside_it(self, talk: Talk) -> None:
        one = await self.start(talk)
        assert "Evaluation 1 is under way." in await talk.type("/tune evaluate v1 v2")
        await talk.type("/tune evaluate v2 base")
        await talk.press("Start")
        assert [evaluation.number for evaluation in await evaluations(talk)] == [1, 2]
        for says in (poor, good, good):
            await answer_job(talk, says)
        said = await answer_job(talk, poor)
        assert "Evaluation 2" in said
        assert {evaluation.state for evaluation in await evaluations(talk)} == {EvaluationState.DONE}
        assert (await evaluations(talk))[0].id == one.id

    async def test_a_second_press_starts_no_second_one(self, talk: Talk) -> None:
        await with_versions(talk)
        await talk.type("/tune evaluate v1 v2")
        card = proposal(talk)
        await talk.press("Start", card)
        assert "decided already" in await talk.press("Start", card)
        assert len(await evaluations(talk)) == 1

    async def test_later_versions_and_evaluations_are_shown_as_tables(self, talk: Talk) -> None:
        await self.start(talk)
        await answer_job(talk, poor)
        await answer_job(talk, good)
        said = await talk.type("/tune evaluate")
        assert "version 1, version 2 | done | Version 2 beside version 1: Evaluation 1: can't tell yet" in said

    async def test_hostile_answers_stay_in_quotes_and_blocks(self, talk: Talk) -> None:
        await self.start(talk)
        await answer_job(talk, lambda _, __: "<!channel> **stop** \x1b[2J\u202e")
        await answer_job(talk, good)
        assert all("<!channel>" not in reply.text for reply in talk.said if isinstance(reply, Say))
        (one,) = await evaluations(talk)
        page = (talk.home / "evaluations" / one.id / "comparison.md").read_text("utf-8")
        assert "\x1b" not in page
        assert all(line.startswith("    ") for line in page.splitlines() if "<!channel>" in line)


class TestHosted:
    async def start(self, talk: Talk, names: str = f"v1 {HOSTED}") -> str:
        await with_versions(talk, 1)
        await talk.type(f"/tune evaluate {names}")
        return await talk.press("Start")

    async def hosted(self, talk: Talk) -> Mapping[str, Any]:
        found = (await evaluations(talk))[-1].results["hosted"]
        return next(iter(found.values()))

    async def test_it_answers_the_same_requests_within_what_was_shown(self, talk: Talk, providers: Providers) -> None:
        await self.start(talk)
        assert providers.model.calls == 0, "it is asked when the first job has ended, so that Start answers at once"
        said = await answer_job(talk, good)
        (one,) = await evaluations(talk)
        prompts = (talk.home / "evaluations" / one.id / "prompts.jsonl").read_text("utf-8").splitlines()
        assert providers.model.calls == len(prompts) == (await self.hosted(talk))["answered"]
        assert providers.model.closed
        assert "Evaluation 1: can't tell yet" in said, "there are three held-out examples"
        assert "Your model" not in said
        assert int(next(card for card in talk.shown if "calls" in card.subject).subject["calls"]) >= len(prompts)

    async def test_hosted_models_alone_are_compared_at_once(self, talk: Talk, providers: Providers) -> None:
        said = await self.start(talk, f"{HOSTED} ollama:llama3.2")
        assert "Evaluation 1 is done." in said
        assert providers.made.count(HOSTED) == 1
        assert "is asked at the Ollama server" in "\n".join(card.note for card in talk.shown)

    @pytest.mark.parametrize(
        ("reason", "words"), [("down", "not reachable"), ("slow", "too slow"), ("empty", "refused")]
    )
    async def test_one_that_is_away_is_left_after_a_few_tries_and_the_others_are_compared(
        self, talk: Talk, providers: Providers, reason: str, words: str
    ) -> None:
        providers.model.says = lambda _: None
        providers.model.unavailable_reason = reason
        await self.start(talk, f"v1 base {HOSTED}")
        await answer_job(talk, good)
        said = await answer_job(talk, poor)
        assert words in said
        assert f"{HOSTED} answered 0 of" in said
        assert providers.model.calls <= 16
        assert (await evaluations(talk))[0].state is EvaluationState.DONE

    async def test_go_on_asks_only_for_what_is_missing(self, talk: Talk, providers: Providers) -> None:
        providers.model.says = lambda _: "An answer." if providers.model.calls <= 30 else None
        providers.model.unavailable_reason = "down"
        await self.start(talk)
        await answer_job(talk, good)
        had = int((await self.hosted(talk))["answered"])
        assert had > 0
        providers.model.says, providers.model.calls = (lambda _: "An answer."), 0
        await talk.press("Go on", latest(talk))
        found = await self.hosted(talk)
        assert found["answered"] > had
        assert providers.model.calls == found["answered"] - had, "nothing is asked twice"
        assert found["unavailable"] == ""

    async def test_while_it_goes_on_it_is_not_done(
        self, talk: Talk, providers: Providers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """So nobody forgets the examples that are put before a model at this moment."""
        providers.model.says, providers.model.unavailable_reason = (lambda _: None), "down"
        await self.start(talk)
        await answer_job(talk, good)
        seen = []

        async def ask_and_look(*given: Any) -> Asked:
            seen.append((await evaluations(talk))[0].state)
            return await ask_hosted(*given)

        monkeypatch.setattr("agent.evaluation_turns.ask_hosted", ask_and_look)
        await talk.press("Go on", latest(talk))
        assert seen == [EvaluationState.ANSWERING]
        assert (await evaluations(talk))[0].state.ended

    async def test_a_server_that_was_away_takes_nothing_of_what_may_be_spent(
        self, talk: Talk, providers: Providers
    ) -> None:
        providers.model.says, providers.model.unavailable_reason = (lambda _: None), "down"
        await self.start(talk)
        await answer_job(talk, good)
        for _ in range(9):
            await talk.press("Go on", latest(talk))
        assert providers.model.calls == 20, "two each time, one after the other"
        assert (await self.hosted(talk))["calls"] == 0
        providers.model.says, providers.model.calls = (lambda _: "An answer."), 0
        await talk.press("Go on", latest(talk))
        found = await self.hosted(talk)
        assert (found["answered"], found["unavailable"]) == (found["of"], "")
        shown = next(card for card in talk.shown if "tokens" in card.subject).subject
        assert found["calls"] == providers.model.calls == found["of"]
        assert found["tokens"] <= int(shown["tokens"])

    async def test_it_costs_no_more_than_was_shown_whatever_happens(self, talk: Talk, providers: Providers) -> None:
        providers.model.says = lambda _: None if providers.model.calls % 2 else "An answer."
        providers.model.unavailable_reason = "slow"
        await self.start(talk)
        await answer_job(talk, good)
        shown = int(next(card for card in talk.shown if "calls" in card.subject).subject["calls"])
        for _ in range(4):
            card = next(
                (card for card in reversed(talk.said) if isinstance(card, ShowCard) and card.card_kind == "evaluation"),
                None,
            )
            if card and any(choice.label == "Go on" for choice in card.choices):
                await talk.press("Go on", card)
        assert providers.model.calls <= shown
        assert (await self.hosted(talk))["unavailable"] == "budget"

    async def test_what_it_says_is_hostile_and_bounded(self, talk: Talk, providers: Providers) -> None:
        providers.model.says = lambda _: "</div> **x** \ud800 " + "a" * 50_000
        await self.start(talk)
        await answer_job(talk, good)
        (one,) = await evaluations(talk)
        lines = (talk.home / "evaluations" / one.id / "hosted_1.jsonl").read_text("utf-8").splitlines()
        assert max(map(len, lines)) < 21_000

    async def test_wanted_answers_and_rules_of_pins_are_not_put_before_it(
        self, talk: Talk, providers: Providers
    ) -> None:
        await with_versions(talk, 1)
        await talk.type("/tune pin Who is it? | must: secretword")
        await talk.type(f"/tune evaluate v1 {HOSTED}")
        await talk.press("Start")
        await answer_job(talk, good)
        asked = json.dumps(providers.model.asked)
        assert "Who is it?" in asked
        assert "secretword" not in asked
        assert ticket(0) not in asked
