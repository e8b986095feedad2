"""The card of a run that would start: it explains itself, takes changes in words and by buttons, and starts once."""

import dataclasses
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agent.replies import ShowCard
from storage.domain import JobKind, Machine, Role
from storage.domain.people import Membership
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.talk import START, Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_comparing import with_rows as with_examples
from tests.unit.agent.test_conversation import with_project
from trainer.recipes import BOUNDS, SMOLLM2_135M

GB = 10**9


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def proposed(talk: Talk) -> None:
    await with_project(talk, rows=12)
    await talk.type("/tune train")


def card(talk: Talk) -> ShowCard:
    """The face with buttons that was shown last."""
    return [reply for reply in talk.said if isinstance(reply, ShowCard) and reply.choices][-1]


def labels(talk: Talk) -> list[str]:
    return [choice.label for choice in card(talk).choices]


def values(talk: Talk) -> dict[str, str]:
    return {quote.name: quote.text for quote in card(talk).fields}


def recipe(talk: Talk) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(card(talk).subject["recipe"])
    return found


async def started(talk: Talk) -> dict[str, Any]:
    found: dict[str, Any] = (await talk.job(JobKind.TRAIN)).spec["recipe"]
    return found


class TestFaces:
    async def test_the_first_face_shows_settings_time_memory_and_disk(self, talk: Talk) -> None:
        await proposed(talk)
        shown = values(talk)
        assert shown["Settings"] == "recommended for your examples and this machine"
        assert shown["Learning rate"] == "0.0005"
        assert "comparing and saving" in shown["Time"]
        assert "GB of memory" in shown["Needs"]
        assert "MB of disk" in shown["Needs"]
        assert labels(talk) == ["Start", "Change", "Explain", "Not now"]

    async def test_it_says_what_the_comparison_costs_and_the_run_is_held_to_it(self, talk: Talk) -> None:
        await proposed(talk)
        said = values(talk)["Comparison"]
        found = re.fullmatch(
            r"about \d+ test requests and 30 short questions about other abilities, answered by both models; "
            r"then the judge \(.+\) is asked ([\d,]+) times at most: ([\d,]+) tokens, .+\. It never spends more",
            said,
        )
        assert found is not None
        await talk.press("Start")
        run = (await talk.job(JobKind.TRAIN)).run_id
        kept = json.loads((talk.home / "runs" / run / "judging.json").read_text("utf-8"))
        assert [f"{kept['allowed'][name]:,}" for name in ("calls", "tokens")] == list(found.groups())
        assert kept["spent"]["calls"] == 0

    @pytest.mark.parametrize("rows", [12, 120])
    async def test_it_counts_every_request_that_is_asked_golden_and_pinned_ones_too(
        self, talk: Talk, rows: int
    ) -> None:
        await with_examples(talk, rows)
        await talk.type("/tune pin When is it due? | must: 3 March")
        await talk.type("/tune pin Who wants it? | must: Ana")
        await talk.type("/tune train")
        said = values(talk)["Comparison"]
        await talk.press("Start")
        run = (await talk.job(JobKind.TRAIN)).run_id
        await talk.end_job(JobKind.TRAIN, result=TRAINED)
        lines = (talk.home / "runs" / run / "prompts.jsonl").read_text("utf-8").splitlines()
        sources = Counter(json.loads(line)["source"] for line in lines)
        assert said.startswith(f"about {len(lines) - 30} test requests and {sources['general']} short questions")
        assert sources["pinned"] == 2
        assert rows < 100 or any(json.loads(line).get("part") == "golden" for line in lines)

    async def test_a_run_that_is_started_in_words_tells_what_is_asked_of_judges(self, talk: Talk) -> None:
        """No card was shown before."""
        await with_project(talk, rows=12)
        said = await talk.type("/tune train start")
        run = (await talk.job(JobKind.TRAIN)).run_id
        allowed = json.loads((talk.home / "runs" / run / "judging.json").read_text("utf-8"))["allowed"]
        assert allowed["calls"] > 0
        assert f"the judge is asked {allowed['calls']:,} times at most ({allowed['tokens']:,} tokens)" in said

    async def test_explain_has_one_sentence_for_each_setting(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Explain", card(talk))
        explained = list(values(talk).values())[: len(BOUNDS)]
        for text in explained:
            value, _, sentence = text.partition(". ")
            assert value
            assert sentence.endswith(".")
        assert any("76 tokens" in text for text in explained), "reasons have the numbers of these rows"

    async def test_explain_says_where_we_differ_from_the_guide(self, talk: Talk) -> None:
        await proposed(talk)
        said = await talk.press("Explain", card(talk))
        assert "The guide says learning rate 0.0001 for fewer than 50 examples: We take 0.0005" in said
        assert "docs/training-models.md" in said

    async def test_there_and_back_and_there_again_are_presses_of_their_own(self, talk: Talk) -> None:
        await proposed(talk)
        states = {card(talk).state}
        for label in ("Explain", "Back to the settings", "Explain", "Change"):
            await talk.press(label, card(talk))
            assert card(talk).edit
            states.add(card(talk).state)
        assert len(states) == 5, "a press is named after the face's state: none of them counts as repeated"

    async def test_it_starts_from_any_face(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Explain", card(talk))
        assert "Run 1 is started" in await talk.press("Start", card(talk))

    async def test_whoever_may_look_may_have_it_explained_but_not_change_or_start_it(self, talk: Talk) -> None:
        await proposed(talk)
        (project,) = await talk.store.projects.all()
        first = card(talk)
        talk.person = "console:bo"
        assert "You cannot" in await talk.press("Explain", first)
        await talk.store.projects.set_role(Membership(project_id=project.id, person_id=talk.person, role=Role.VIEWER))
        assert "What the settings" in await talk.press("Explain", first)
        for label in ("Start", "Change", "Not now"):
            assert "You cannot start a training run" in await talk.press(label, first)
        assert not await talk.store.jobs.active()


class TestChanges:
    async def test_several_settings_in_one_message(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        await talk.type("epochs 2, learning rate 0,0002 and alpha 16")
        assert (recipe(talk)["epochs"], recipe(talk)["learning_rate"], recipe(talk)["alpha"]) == (2, 2e-4, 16)
        assert values(talk)["Settings"].startswith("recommended, but for what you chose: Rounds")
        await talk.press("Start", card(talk))
        assert (await started(talk))["learning_rate"] == 2e-4

    @pytest.mark.parametrize("field", BOUNDS)
    async def test_every_setting_can_be_changed_by_the_name_on_the_card(self, talk: Talk, field: str) -> None:
        await proposed(talk)
        await talk.press("Explain", card(talk))
        name = [quote.name for quote in card(talk).fields][list(BOUNDS).index(field)]
        await talk.press("Change", card(talk))
        value = (
            0.25
            if field in ("warmup_ratio", "max_grad_norm", "adapted_share")
            else 0.001
            if field == "learning_rate"
            else 80
        )
        value = 9 if field in ("patience", "validations_per_epoch", "epochs", "batch_size") else value
        await talk.type(f"{name}: {value}")
        assert recipe(talk)[field] == value
        await talk.press("Explain", card(talk))
        assert f"{value:g}, your choice; I would take" in values(talk)[name]

    async def test_one_that_cannot_be_leaves_all_as_they_were(self, talk: Talk) -> None:
        await proposed(talk)
        before = recipe(talk)
        await talk.press("Change", card(talk))
        assert "must lie between 1 and 256. Nothing was changed." in await talk.type("epochs 2, rank 900")
        assert recipe(talk) == before
        assert "must be a whole number" in await talk.type("epochs 2.5")
        assert recipe(talk) == before
        assert "Start" in labels(talk), "the card is at hand below the sentence"

    async def test_a_number_that_belongs_nowhere_is_said(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        assert "a number that I could not place" in await talk.type("epochs 2, dropout 0.1")
        assert recipe(talk)["epochs"] == 2

    async def test_a_number_beyond_any_is_told_the_bounds_of_a_fraction_or_of_a_count(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        assert "Learning rate must lie between 1e-06 and 0.01." in await talk.type("lr 1e999")
        assert "(rank) must be a whole number between 1 and 256." in await talk.type("rank 9e999")

    async def test_what_somebody_without_a_role_says_ends_no_change(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        owner, talk.person = talk.person, "console:eve"
        assert "You cannot start a training run" in await talk.type("hello all")
        talk.person = owner
        await talk.type("epochs 2")
        assert recipe(talk)["epochs"] == 2

    async def test_done_leaves_an_open_card_with_what_it_shows(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        assert "settings stay" in await talk.type("done")
        assert "Run 1 is started" in await talk.press("Start", card(talk))

    async def test_start_by_command_means_the_settings_that_are_being_changed(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        await talk.type("epochs 2")
        changed = card(talk)
        await talk.type("/tune train start")
        assert (await started(talk))["epochs"] == 2
        assert "decided already: Start" in await talk.press("Not now", changed)

    async def test_the_same_settings_are_no_change(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        assert "the settings already" in await talk.type("epochs 6")

    async def test_an_example_that_was_in_hand_is_gone_on_with(self, talk: Talk) -> None:
        await proposed(talk)
        shown = card(talk)
        await talk.type("Write the handover for bed 40")
        await talk.type("none")
        await talk.press("Mixed tasks", await changing(talk, shown))
        await talk.type("epochs 2")
        await talk.type("done")
        assert "Is this example right?" in await talk.type("S: bed 40")


async def changing(talk: Talk, shown: ShowCard) -> ShowCard:
    await talk.press("Change", shown)
    return card(talk)


class TestPresets:
    async def test_by_button(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        await talk.press("Quick communications", card(talk))
        assert (recipe(talk)["learning_rate"], recipe(talk)["batch_size"], recipe(talk)["epochs"]) == (3e-4, 8, 3)
        assert values(talk)["Settings"] == "the guide's preset “Quick communications”"
        await talk.press("Explain", card(talk))
        assert "8, by the preset; I would take 2." in values(talk)["Examples per step (batch)"]
        await talk.press("Change", card(talk))
        assert "Quick communications" not in labels(talk), "it is taken already"
        await talk.press("Recommended", card(talk))
        assert values(talk)["Settings"].startswith("recommended for")
        await talk.press("Change", card(talk))
        assert "Recommended" not in labels(talk)

    @pytest.mark.parametrize("text", ["preset documents", "High-quality documents"])
    async def test_by_word(self, talk: Talk, text: str) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        await talk.type(text)
        assert (recipe(talk)["learning_rate"], recipe(talk)["context"]) == (1e-4, 4096)
        await talk.type("recommended")
        assert recipe(talk)["learning_rate"] == 5e-4

    async def test_by_command_with_a_number_that_belongs_nowhere(self, talk: Talk) -> None:
        await with_project(talk, rows=12)
        assert "a number that I could not place" in await talk.type("/tune train epochs 2, dropout 5")
        assert recipe(talk)["epochs"] == 2

    async def test_by_command(self, talk: Talk) -> None:
        await with_project(talk, rows=12)
        assert "preset “Mixed tasks”" in await talk.type("/tune train mixed")
        await talk.type("/tune train documents, epochs 2")
        assert (recipe(talk)["batch_size"], recipe(talk)["epochs"]) == (2, 2)
        assert "could not read a setting" in await talk.type("/tune train quickly")
        assert "What the settings" in await talk.type("/tune train explain")
        assert "Nothing was changed" in await talk.type("/tune train epochs 900")
        assert recipe(talk)["epochs"] == 6


class TestLatePresses:
    async def test_a_card_that_was_replaced_does_nothing_more(self, talk: Talk) -> None:
        await proposed(talk)
        first = card(talk)
        await talk.press("Change", first)
        turned = card(talk)
        await talk.type("epochs 2")
        for old in (first, turned):
            for label in ("Start", "Explain"):
                assert "a later card has them" in await talk.press(label, old)
        assert "a later card has them" in await talk.press("Mixed tasks", turned)
        assert not await talk.store.jobs.active()

    async def test_a_preset_pressed_twice_makes_one_card(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        turned = card(talk)
        await talk.press("Mixed tasks", turned)
        shown = len(talk.shown)
        assert "a later card has them" in await talk.press("Mixed tasks", turned)
        assert len(talk.shown) == shown

    async def test_a_started_card_says_so_and_does_not_turn(self, talk: Talk) -> None:
        await proposed(talk)
        first = card(talk)
        await talk.press("Start", first)
        for label in ("Start", "Change", "Explain", "Not now"):
            assert "decided already: Start" in await talk.press(label, first)
        assert len(await talk.store.jobs.active()) == 1

    async def test_words_after_the_start_are_no_changes_any_more(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change", card(talk))
        await talk.press("Start", card(talk))
        assert "epochs" not in await talk.type("epochs 2")
        assert (await started(talk))["epochs"] == 6

    async def test_an_unknown_preset_or_action_changes_nothing(self, talk: Talk) -> None:
        await proposed(talk)
        shown = card(talk)
        for action in ("frobnicate", "preset:evil", "preset:", "preset:documents:x"):
            odd = ShowCard(**{**vars(shown), "choices": (type(shown.choices[0])(label="Odd", action=action),)})
            assert "not known here" in await talk.press("Odd", odd)
        assert "Run 1 is started" in await talk.press("Start", shown)


class TestMachines:
    async def told(self, talk: Talk, **facts: Any) -> None:
        await talk.store.machines.put(Machine(id="here", facts=facts, seen_at=START))
        await proposed(talk)

    async def test_a_measured_pace_gives_a_narrow_range(self, talk: Talk) -> None:
        await self.told(talk, cores=2, seconds_per_token={"tiny": 0.01})
        assert "going by earlier runs here" in values(talk)["Time"]

    async def test_a_trainer_that_has_left_is_remembered(self, talk: Talk) -> None:
        (talk.home / "machine.json").write_text('{"cores": 2, "seconds_per_token": {"tiny": 0.01}}', encoding="utf-8")
        await proposed(talk)
        assert "going by earlier runs here" in values(talk)["Time"]

    @pytest.mark.parametrize("text", ["", "{", "[1]", "[" * 100_000, '"cores"'])
    async def test_a_broken_memory_of_it_is_none(self, talk: Talk, text: str) -> None:
        (talk.home / "machine.json").write_text(text, encoding="utf-8")
        await proposed(talk)
        assert "a guess" in values(talk)["Time"]

    async def test_a_graphics_card_is_named(self, talk: Talk) -> None:
        await self.told(talk, cores=2, gpu="NVIDIA T4", gpu_memory_bytes=16 * GB)
        assert "of the graphics card's memory" in values(talk)["Needs"]

    async def test_too_little_memory_is_said_with_what_helps(self, talk: Talk) -> None:
        await self.told(talk, cores=2, memory_free_bytes=GB)
        assert "too little free memory" in talk.text
        assert "a shorter context" in talk.text


class CountsWords:
    """One token for a word; so lengths are known, and rows can be too long for a context."""

    def count(self, instruction: str, input: str, output: str) -> tuple[int, int]:
        return 60 + len(f"{instruction} {input}".split()), len(output.split())

    def marker_in(self, text: str) -> str | None:
        return None


async def test_rows_that_would_be_left_out_are_counted_on_the_card_and_nothing_starts_without_rows(
    talk: Talk,
) -> None:
    talk.become(dataclasses.replace(talk.context, tokens=CountsWords()))
    await with_project(talk, rows=12)
    long = {"instruction": "Write a handover", "input": "word " * 200, "output": "S: long"}
    (talk.home / "long.jsonl").write_text(json.dumps(long) + "\n", encoding="utf-8")
    await talk.type("", talk.home / "long.jsonl")
    await talk.type("/tune train context 128")
    assert values(talk)["Left out"] == "1 of 13 examples are longer than 128 tokens; no example is cut off"
    assert "longer than the context of 64 tokens" in await talk.type("/tune train context 64")
    await talk.type("/tune train")
    assert recipe(talk)["context"] == 320
    assert "Left out" not in values(talk)


async def press_change(talk: Talk) -> None:
    await proposed(talk)
    await talk.press("Change", card(talk))


KILLED: Turns = {
    "the card is shown": (lambda talk: with_project(talk, rows=12), lambda talk: talk.type("/tune train mixed")),
    "it is explained": (proposed, lambda talk: talk.press("Explain")),
    "it is to be changed": (proposed, lambda talk: talk.press("Change")),
    "a preset is taken": (press_change, lambda talk: talk.press("Mixed tasks", card(talk))),
    "a setting is changed": (press_change, lambda talk: talk.type("epochs 2, rank 8")),
    "it is left": (press_change, lambda talk: talk.type("done")),
    "it is started": (press_change, lambda talk: talk.press("Start", card(talk))),
}


async def everything(talk: Talk) -> Any:
    cards = [await talk.store.cards.get(shown.card_id) for shown in talk.shown if shown.card_kind == "recipe"]
    jobs = [(job.kind, job.spec.get("recipe")) for job in await talk.store.jobs.active()]
    return await talk.posts(), [(one.subject, one.answered_with) for one in cards], jobs


@pytest.mark.parametrize("name", KILLED)
async def test_a_killed_turn_ends_as_if_undisturbed(name: str, tmp_path: Path) -> None:
    prepare, turn = KILLED[name]
    await ends_as_if_undisturbed(tmp_path, prepare, turn, everything)


async def test_a_larger_base_takes_more_memory_and_a_shorter_one_less_context(talk: Talk) -> None:
    await proposed(talk)
    small = values(talk)["Needs"]
    large = dataclasses.replace(SMOLLM2_135M, parameters=10**9, context=1024)
    talk.become(dataclasses.replace(talk.context, base_facts=large))
    await talk.type("/tune train mixed")
    assert values(talk)["Needs"] != small
    assert recipe(talk)["context"] == 1024
    assert "preset “Mixed tasks”" in values(talk)["Settings"]
