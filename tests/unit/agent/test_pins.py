"""Pinned requests in a conversation: how one is given and taken away, and what a new version makes of them."""

import json
from pathlib import Path

import pytest

from agent.pins import MOST_PINS, PinDraft, pin_draft, pin_faults, read_pin
from agent.replies import ShowCard
from storage.domain import AgreedFormat, Brief, JobKind, Membership, Pin, Role
from tests.fakes.answers import chatter, request, write_tickets
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED

GOAL = "Turn calls of our customers into tickets"
RULE = "/tune pin When is it due? | must: 3 March | must not: April"


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def pins(talk: Talk) -> list[Pin]:
    (project,) = await talk.store.projects.all()
    return list(await talk.store.pins.of_project(project.id))


async def with_rows(talk: Talk, count: int = 30) -> None:
    await talk.begin(GOAL)
    await talk.type("", write_tickets(talk.home / "rows.jsonl", count))


async def run_of(talk: Talk, **answers: tuple[str, str]) -> str:
    """A run whose models answer the pins so (base, tuned) by the beginning of their request; returns what was said."""
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    folder = talk.home / "runs" / (await talk.job(JobKind.GENERATE)).run_id
    lines = []
    for at, line in enumerate((folder / "prompts.jsonl").read_text("utf-8").splitlines()):
        prompt = json.loads(line)
        base, tuned = answers.get(str(prompt["instruction"]).split()[0], (chatter(at), chatter(at)))
        lines.append({"id": prompt["id"], "base": base, "tuned": tuned})
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    said = await talk.end_job(JobKind.GENERATE, result={})
    await talk.end_job(JobKind.EXPORT, result={"name": "tickets", "version": 1})
    return said


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "When is it due? | must: 3 March | must: paid | must not: April",
            "When is it due?\nmust: 3 March\nMUST: paid\nmust not: April",
            "When is it due?\nmust:\n3 March\npaid\nMust not: April",
        ],
    )
    def test_rules_stand_on_lines_or_behind_bars(self, text: str) -> None:
        assert read_pin(text) == PinDraft(instruction="When is it due?", must=("3 March", "paid"), must_not=("April",))

    def test_what_follows_an_answer_belongs_to_it(self) -> None:
        found = read_pin("Sort it\ninput: a | b\nanswer: one\ntwo\nformat: agreed")
        assert found == PinDraft(instruction="Sort it", input="a | b", reference="one\ntwo", keeps_format=True)

    def test_a_bar_within_a_request_is_no_rule(self) -> None:
        assert read_pin("Write a | b as a table").instruction == "Write a | b as a table"

    def test_one_term_a_line_in_a_form_and_none_twice(self) -> None:
        assert pin_draft({"instruction": " a ", "must": "x\n\n x \ny  z\n"}).must == ("x", "y z")

    @pytest.mark.parametrize(
        ("draft", "code"),
        [
            (PinDraft(instruction="\u200b"), "no_request"),
            (PinDraft(instruction="x" * 6001), "too_long"),
            (PinDraft(instruction="a", reference="x" * 6001), "too_long"),
            (PinDraft(instruction="a", must=("x" * 201,)), "terms"),
            (PinDraft(instruction="a", must_not=tuple(map(str, range(11)))), "terms"),
            (PinDraft(instruction="a", must=("March",), must_not=("march",)), "both"),
            (PinDraft(instruction="a", keeps_format=True), "no_format"),
        ],
    )
    def test_what_cannot_be_pinned_is_refused_by_code(self, draft: PinDraft, code: str) -> None:
        assert [one.code for one in pin_faults(draft, Brief(project_id="p"), 0)] == [code]

    def test_the_fifty_first_is_refused(self) -> None:
        found = pin_faults(PinDraft(instruction="a"), Brief(project_id="p"), MOST_PINS)
        assert [one.code for one in found] == ["too_many"]

    def test_a_format_that_was_agreed_can_be_kept(self) -> None:
        brief = Brief(project_id="p", formats={"": AgreedFormat(sections=("Due:",), agreed=True)})
        assert pin_faults(PinDraft(instruction="a", keeps_format=True), brief, 0) == []


class TestPinning:
    async def test_a_request_with_its_rules_is_pinned_in_one_line(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        said = await talk.type(RULE)
        assert "Pinned as number 1." in said
        assert "must hold “3 March”; must not hold “April”" in said
        (pin,) = await pins(talk)
        assert (pin.instruction, pin.must, pin.must_not) == ("When is it due?", ("3 March",), ("April",))
        assert pin.author_id == "console:ana"

    async def test_the_list_says_what_is_asked_of_each(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        assert "No request is pinned yet" in await talk.type("/tune pin")
        await talk.type(RULE)
        await talk.type("/tune pin Who is it?")
        said = await talk.type("/tune pin")
        assert "1. When is it due? (must hold “3 March”; must not hold “April”)" in said
        assert "2. Who is it? (no rule: compared by change only)" in said

    async def test_the_same_request_is_not_pinned_twice(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type(RULE)
        assert "pinned already, as number 1" in await talk.type("/tune pin when is it  DUE")
        assert len(await pins(talk)) == 1

    async def test_the_form_pins_the_same_and_is_checked_by_the_same_rules(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type("/tune pin")
        form = talk.form("Pin a request")
        filled = {"instruction": "When?", "must": "March\nApril", "must_not": "april"}
        assert await talk.interviewer.check(form.name, talk.person, form.subject, filled) == {
            "must_not": "The same words cannot both have to stand in the answer and not stand there."
        }
        assert "Pinned as number 1" in await talk.fill("Pin a request", instruction="When?", must="March\nApril")
        assert (await pins(talk))[0].must == ("March", "April")

    async def test_the_button_says_how_it_is_written_where_there_are_no_forms(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type("/tune pin")
        assert "/tune pin When is it due? | must: 3 March" in await talk.press("Pin a request")

    async def test_one_is_taken_away_by_its_number_and_never_the_next_one(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type(RULE)
        await talk.type("/tune pin Who is it?")
        assert "Take pin 1 away?" in await talk.type("/tune pin remove 1")
        assert "not pinned any more" in await talk.press("Take it away")
        assert "not pinned any more" in await talk.press("Take it away")
        assert [pin.instruction for pin in await pins(talk)] == ["Who is it?"]
        assert "no pin of that number" in await talk.type("/tune pin remove 9")

    async def test_one_is_taken_away_by_the_form(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type(RULE)
        await talk.type("/tune pin")
        await talk.fill("Take one away")
        assert await pins(talk) == []

    async def test_whoever_may_only_look_pins_nothing_and_takes_nothing_away(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type(RULE)
        (project,) = await talk.store.projects.all()
        await talk.store.projects.set_role(Membership(project_id=project.id, person_id="console:bo", role=Role.VIEWER))
        talk.person = "console:bo"
        assert "You cannot give examples" in await talk.type("/tune pin Who is it?")
        assert "When is it due?" in await talk.type("/tune pin")
        assert "You cannot give examples" in await talk.type("/tune pin remove 1")
        assert len(await pins(talk)) == 1

    async def test_a_request_of_the_training_rows_is_said_to_prove_little(self, talk: Talk) -> None:
        await with_rows(talk, 12)
        said = await talk.type(f"/tune pin Write the ticket.\ninput: {request(0).split(chr(10) * 2)[1]}\nmust: a")
        assert "prove little" in said

    async def test_what_looks_secret_is_warned_of(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        assert "personal or secret" in await talk.type("/tune pin Write to maria.lopez@acme-corp.com about it")

    async def test_markup_in_a_term_stays_text(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        said = await talk.type("/tune pin Who? | must: **<!channel>** `x`")
        assert "<!channel>" not in said

    async def test_without_a_request_it_says_so(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        assert "There is no request in it" in await talk.type("/tune pin must: a")


class TestVersions:
    async def test_every_run_answers_them_beside_its_test_requests_and_the_verdict_knows_nothing_of_them(
        self, talk: Talk
    ) -> None:
        await with_rows(talk)
        await talk.type(RULE)
        said = await run_of(talk, When=("no idea", "On 3 March."))
        assert "Mended: pinned request 1 failed with the base model and passed with version 1." in said
        (run,) = [path for path in (talk.home / "runs").iterdir() if path.name.startswith("run_")]
        data = json.loads((run / "comparison.json").read_text("utf-8"))
        (pin,) = await pins(talk)
        assert pin.id not in {one["id"] for one in data["answers"]}
        assert data["pinned"]["outcomes"][0]["change"] == "fixed"
        assert pin.id in {json.loads(line)["id"] for line in (run / "prompts.jsonl").read_text("utf-8").splitlines()}

    async def test_what_a_later_version_breaks_is_told_first_and_shown_side_by_side(self, talk: Talk) -> None:
        await with_rows(talk)
        await talk.type(RULE)
        await run_of(talk, When=("no idea", "On 3 March."))
        said = await run_of(talk, When=("no idea", "In April, **<b>soon"))
        assert "Regression: pinned request 1 passed with version 1 and failed with version 2." in said
        assert "soon" not in said.split("Regression")[1].split("\n")[0]
        (project,) = await talk.store.projects.all()
        run = (await talk.store.runs.of_project(project.id))[-1]
        page = (talk.home / "runs" / run.id / "comparison.md").read_text("utf-8")
        part = page.split("## Pinned requests, one by one")[1]
        assert "### Pin 1: fails now, passed before" in part
        assert part.index("    On 3 March.") < part.index("    In April, **<b>soon")
        assert "what must not stand there does" in part
        assert "**Stands there, and must not**\n\n    April\n" in part
        assert "fails now, passed before, version 2" in await talk.type("/tune pin")

    async def test_a_test_request_of_the_comparison_is_pinned_by_its_number(self, talk: Talk) -> None:
        await with_rows(talk)
        await run_of(talk)
        said = await talk.type("/tune pin #1")
        assert "What is asked of the answer: is like the wanted answer" in said
        (pin,) = await pins(talk)
        assert pin.instruction == "Write the ticket."
        assert "Customer:" in pin.reference
        assert "no request 99" in await talk.type("/tune pin #99")

    async def test_pins_are_never_put_up_for_rating(self, talk: Talk) -> None:
        await with_rows(talk)
        await talk.type(RULE)
        await run_of(talk, When=("one", "two"))
        await talk.type("/tune rate")
        assert all("When is it due?" not in str(card) for card in talk.said if isinstance(card, ShowCard))

    async def test_pins_that_came_after_a_version_are_said_to_be_unanswered(self, talk: Talk) -> None:
        await with_rows(talk)
        await talk.type(RULE)
        await run_of(talk, When=("a", "On 3 March."))
        await talk.type("/tune pin Who is it?")
        await talk.type("/tune compare")
        (project,) = await talk.store.projects.all()
        run = (await talk.store.runs.of_project(project.id))[-1]
        page = (talk.home / "runs" / run.id / "comparison.md").read_text("utf-8")
        assert "Not answered: pinned request 2." in page


async def test_pinning_and_taking_away_end_the_same_wherever_the_process_is_killed(tmp_path: Path) -> None:
    async def prepare(talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type("/tune pin Who is it?")
        await talk.type("/tune pin What is it?")
        await talk.type("/tune pin remove 1")

    async def pin(talk: Talk) -> None:
        await talk.type(RULE)

    async def take_away(talk: Talk) -> None:
        await talk.press("Take it away")

    async def outcome(talk: Talk) -> list[str]:
        return [one.instruction for one in await pins(talk)] + [text for _, _, text in await talk.posts()][-1:]

    for name, turn in (("pin", pin), ("away", take_away)):
        (tmp_path / name).mkdir()
        await ends_as_if_undisturbed(tmp_path / name, prepare, turn, outcome, spares=READS)
