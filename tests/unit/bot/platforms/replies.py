"""Everything that the agent answers, in conversations on the real graph: what every room must be able to draw."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from agent.remedies import Deed, Remedy
from agent.replies import AnyReply, ShowCard
from agent.reports.consent_card import agreed_card, consent_card
from agent.reports.diagnoses import remedy_card
from agent.reports.home import Overview, overview
from agent.reports.link_card import link_card
from agent.reports.promotion_card import waiting_card
from agent.reports.role_card import give_card, take_card
from agent.roles import Holder
from agent.words import say
from storage.domain import GroupRole, InboxEvent, JobFailure, JobKind, JobState, ModelVersion, ReminderKind, Role
from tests.contract.facts import START, project, row, run
from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.reminding import reminded
from tests.fakes.talk import Talk
from tests.unit.agent import test_loop as next_version
from tests.unit.agent.test_comparing import compared
from tests.unit.agent.test_drafts import begin, drafts
from tests.unit.agent.test_publishing import saved

AGENT = Path(__file__).parents[4] / "agent"
NOTES = "Write shift handover notes for nurses"


@dataclass
class Recorded(Talk):
    """A conversation that keeps all that was ever said."""

    replies: list[AnyReply] = field(default_factory=list)

    async def _finish(self, event: InboxEvent, replies: list[AnyReply]) -> None:
        await super()._finish(event, replies)
        self.replies += replies


async def interview(talk: Talk) -> None:
    """From hello to a dataset, with everything that can be looked at on the way."""
    for text in ("hello", "/tune trian", "/tune status", "/tune train"):
        await talk.type(text)
    await talk.begin(NOTES)
    await talk.type("Write the handover for bed 4")
    await talk.type("bed 4, stable")
    await talk.type("S: bed 4\nR: watch")
    await talk.press("Approve")
    for text in ("/tune goal", "/tune plan", "/tune examples", "/tune help", "/tune share", "/tune models"):
        await talk.type(text)
    await talk.type("/tune new")
    await talk.press("Stay here")
    await talk.type("The ward was quiet. " * 120)
    await talk.type("/tune forget")
    await talk.press("Delete my examples")


async def files(talk: Talk) -> None:
    """A file whose columns are unclear, one with faults, and a document."""
    await talk.begin(NOTES)
    pairs = [(f"bed {n}: {'fever' if n % 2 else 'a fall'} at {n} o'clock", f"We look at bed {n}.") for n in range(9)]
    (talk.home / "rows.csv").write_text("ticket,reply\n" + "".join(f"{a},{b}\n" for a, b in pairs), "utf-8")
    await talk.type("", talk.home / "rows.csv")
    await talk.press("Yes, take them")
    (talk.home / "more.jsonl").write_text('{"instruction": "Write"}\nnot json\n{}\n' * 12, "utf-8")
    await talk.type("", talk.home / "more.jsonl")
    text = (
        "# Falls\n\n"
        + "Whoever falls is looked at by a doctor. " * 20
        + "\n\n# Visits\n\n"
        + "Visits end at eight. " * 20
    )
    (talk.home / "handbook.md").write_text(text, "utf-8")
    await talk.type("", talk.home / "handbook.md")


async def deck(talk: Talk) -> None:
    await begin(talk, pending=drafts(3))
    await talk.type("/tune review")
    await talk.press("Next")
    await talk.type("/tune format")


async def contrast(talk: Talk) -> None:
    talk.become(
        replace(talk.context, model=ScriptedChatModel(texts=["S: stable\nR: watch", "Dear colleague, all is well"]))
    )
    await begin(talk)
    await talk.type("/tune contrast Write the handover for bed 4")
    await talk.press("Second")
    await talk.type("It says what to do next")


async def whole_run(talk: Talk) -> None:
    """A run with its card, chart and comparison, blind votes, a saved version that answers, and thumbs for its answer."""
    await compared(talk)
    await talk.press(say("rate.now"))
    await talk.press(say("rate.same"))
    await talk.end_job(JobKind.EXPORT, result={})
    for text in ("/tune models", "/tune chart", "/tune status", "/tune train"):
        await talk.type(text)
    await talk.press("Explain")
    await talk.press("Change")
    await talk.type("/tune ask Write the ticket for a broken lamp")
    job = await talk.job(JobKind.GENERATE)
    answer = '{"id": "ask", "tuned": "<!channel> *Customer*: somebody"}\n'
    (talk.home / f"runs/{job.run_id}/answers.jsonl").write_text(answer, "utf-8")
    await talk.end_job(JobKind.GENERATE, result={})
    await talk.press("Good")


async def what_it_is_worth(talk: Talk) -> None:
    """Scores with a reason, which becomes a rule; the rubric, the judge, pinned requests, an evaluation of versions."""
    await compared(talk)
    await talk.end_job(JobKind.EXPORT, result={"name": "tickets", "version": 1})
    await talk.type("/tune rate scores")
    for _ in range(3):
        await talk.type("2 2 2 2 2 it forgot *the date* <!channel>")
    for text in (
        "/tune rubric",
        "/tune judge",
        "/tune pin When is it due? | must: 3 March",
        "/tune pin",
        "/tune evaluate",
    ):
        await talk.type(text)
    await talk.press("Start")
    await talk.type("/tune evaluate")


async def reminders(talk: Talk) -> None:
    """How they are set, what comes of it, and all that is put off."""
    await talk.begin("Write the user stories of our product team")
    for text in ("/tune remind", "/tune remind every Tuesday at 9 to feed *it* <!channel>", "USA"):
        await talk.type(text)
    await talk.press("America/Chicago, 03:00 now")
    for text in ("/tune remind list", "/tune remind weeks", "/tune remind on"):
        await talk.type(text)
    await reminded(talk, after=timedelta(days=1))
    await talk.press("Tomorrow")
    await reminded(talk, after=timedelta(days=1))
    (one, *_) = await talk.store.schedules.of_person(talk.person)
    await reminded(talk, ReminderKind.SCHEDULED, after=timedelta(days=1), about={"schedule_id": one.id})
    await talk.press("Stop this reminder")


async def the_loop(talk: Talk) -> None:
    """A first version and what is asked about it, a second one that takes its place, and the way back; how both do."""
    await next_version.begin(talk)
    await next_version.trained(talk, next_version.poor)
    await talk.press("5, very much")
    rated = next(one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "survey")
    await talk.fill("Say why", rated, word="*quick* <!channel>")
    await talk.type("/tune retrain")
    await next_version.trained(talk, next_version.good)
    await next_version.answered(talk, {"tuned": next_version.poor})
    await talk.press("Back to version 1")
    for text in ("/tune use", "/tune history", "/tune stats"):
        await talk.type(text)


async def publication(talk: Talk) -> None:
    talk.become(replace(talk.context, team="Acme"))
    await saved(talk)
    await talk.end_job(JobKind.PUBLISH, JobState.FAILED, failure=JobFailure(code="ollama_unreachable"))


STORIES: tuple[Callable[[Talk], Awaitable[None]], ...] = (
    interview,
    files,
    deck,
    contrast,
    whole_run,
    what_it_is_worth,
    reminders,
    the_loop,
    publication,
)


def beside() -> list[AnyReply]:
    """Cards that these conversations do not come to."""
    proposed = consent_card(
        "consent:1",
        row("r1"),
        project="Ward",
        proposer_id="slack:T1:U2",
        proposer="Bo",
        link="https://x.slack.com/archives/C1/p1",
    )
    remedy = remedy_card(Remedy(deed=Deed.GIVE_EXAMPLES), run(), "remedy:1")
    agreed = agreed_card("consent:1", dict(proposed.subject))
    return [proposed, agreed, remedy, *own_overview(), *of_accounts(), *of_versions()]


def of_versions() -> list[AnyReply]:
    """A version that waits for somebody to say whether it takes another's place."""
    used, new = (version(number) for number in (1, 2))
    verdicts = [("version 1", "no difference between *them* <!channel> can be shown."), ("the base model", "better.")]
    return [waiting_card("promotion:1", new, used, verdicts, say("loop.why_not_shown", used=1))]


def version(number: int) -> ModelVersion:
    return ModelVersion(
        id=f"m{number}",
        project_id="p1",
        run_id=f"run_{number}",
        name="prds",
        version=number,
        metrics={},
        created_at=START,
    )


def of_accounts() -> list[AnyReply]:
    """Who is somebody, and who may do what."""
    group = GroupRole(project_id="p1", group_id="discord:7:role:5", name="Nurses <!channel>", role=Role.REVIEWER)
    bo = Holder(role=Role.VIEWER, name="Bo", accounts=("slack:T1:U2",))
    return [
        link_card("link:1", "hash", "discord:100", "Ana in Slack and Ana in the terminal"),
        give_card("role:1", project(), group, seen=3),
        take_card("role:2", project(), bo),
    ]


def own_overview() -> list[AnyReply]:
    one = Overview(project=project(), approved=12, waiting=3, wanted=None, run=run(), job=None, models=[version(1)])
    return overview([one], more=2)


async def everything(folder: Path) -> list[AnyReply]:
    replies = beside()
    for story in STORIES:
        home = folder / story.__name__
        home.mkdir()
        talk = Recorded(home=home)
        await story(talk)
        replies += talk.replies
    return replies


def check_nothing_is_missing(replies: Sequence[AnyReply]) -> None:
    """A kind of card that no conversation here comes to is one that nobody has seen in any room."""
    cards = {reply.card_kind for reply in replies if isinstance(reply, ShowCard)}
    named = re.compile(r'card_kind="(\w+)"|^CARD = "(\w+)"', re.MULTILINE)
    sources = [path.read_text("utf-8") for path in AGENT.rglob("*.py")]
    assert cards == {one or other for source in sources for one, other in named.findall(source)}
    assert {reply.kind for reply in replies} == {"say", "card", "table", "picture", "file"}
    assert any(choice.form for reply in replies if isinstance(reply, ShowCard) for choice in reply.choices)
