"""The ports of storage: what the floors above may ask of it. Two adapters: ``storage.sql`` and ``storage.memory``.

Every method is one transaction: it has happened wholly, durably, when it returns, or not at all. Each may raise
``StoreUnavailable``. All are safe to call again with the same arguments after a crash; what "again" does is said
where it is not simply nothing. Times are aware datetimes in UTC and are handed in, so that tests own the clock.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from storage.domain import (
    Answer,
    AnswerFeedback,
    Brief,
    Card,
    CardAnswer,
    Consent,
    Conversation,
    Evaluation,
    EvaluationState,
    GroupRole,
    InboxEvent,
    Installation,
    Invite,
    Job,
    JobFailure,
    JobKind,
    JobState,
    LinkCode,
    Machine,
    Membership,
    ModelVersion,
    OutboxItem,
    OutboxState,
    Outgoing,
    Part,
    Person,
    Pick,
    Pin,
    Preference,
    Project,
    Rating,
    Role,
    Row,
    RowStatus,
    RubricRule,
    Run,
    RunState,
    Score,
    TranscriptLine,
)
from storage.ports.promotions import Promotions
from storage.ports.reminders import PeoplesHabits, Reminders, Schedules
from storage.ports.statistics import Statistics
from storage.ports.surveys import Exposures, Surveys


class Inbox(Protocol):
    """Events that people and jobs caused, in order within a conversation."""

    async def put(self, event: InboxEvent, conversation: Conversation, person: Person | None) -> bool:
        """Store an event, its conversation and its person durably; False if the event was known already.

        The conversation's project and an existing person's name are left as they are. Its address, and whether it is
        ``shared``, become what came with the event, since a person may go on elsewhere in the same conversation (another
        thread of their direct messages); an event that was known already moves nothing back.
        """

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> InboxEvent | None:
        """Lease the conversation that has waited longest, and return its oldest waiting event.

        Express events are left to ``claim_express``. Nobody else is given an event of that conversation until the
        lease ends or ``finish`` or ``release`` gives it back. ``attempts`` counts earlier claims of the event.
        """

    async def claim_express(self, worker: str, now: datetime, lease: timedelta) -> InboxEvent | None:
        """Lease one express event by itself; its conversation is not touched."""

    async def renew(self, event_id: str, worker: str, until: datetime) -> None:
        """Extend the lease under which the event is held. Raises LeaseLost."""

    async def finish(
        self, event_id: str, worker: str, now: datetime, outgoing: Sequence[Outgoing], cards: Sequence[Card]
    ) -> None:
        """In one transaction: queue the replies under cause ``event_id``, record the cards, end event and lease.

        Raises LeaseLost, and then nothing was written. An outgoing message whose (conversation, cause, position)
        is there already, and a card whose id is there already, are left as they are. One with ``to`` is queued as in
        ``Outbox.put``. Raises NotFound for a card of an unknown conversation that no message goes ``to`` either.
        """

    async def release(self, event_id: str, worker: str, retry_at: datetime) -> None:
        """Give the event back unhandled; it waits, and its conversation with it, until ``retry_at``."""

    async def pending(self, conversation_id: str) -> int:
        """How many events of the conversation are not finished."""

    async def get(self, event_id: str) -> InboxEvent:
        """The event, whether it was handled or not. Raises NotFound."""

    async def is_finished(self, event_id: str) -> bool:
        """Whether the event was stored and has been handled to its end."""


class Outbox(Protocol):
    """Messages on their way out: each once, in order within a conversation."""

    async def put(self, conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
        """Queue messages. One whose (conversation, cause, position) is there already is left as it is.

        An EDIT makes any earlier EDIT of the same card that still waits in the same conversation SUPERSEDED. One with
        ``to`` is queued in the conversation that has that person's id, which is made if need be
        (``direct_conversation``), and behind what waits there. Raises NotFound if there is no such conversation, also
        when every message goes elsewhere.
        """

    async def claim(
        self, worker: str, platforms: Collection[str], now: datetime, lease: timedelta
    ) -> OutboxItem | None:
        """Lease the outgoing side of a conversation of one of the platforms and return its oldest unfinished message.

        Conversations come in turn: the one that had its turn longest ago is served, so that one with many messages
        keeps none of the others waiting.

        The message is marked POSTING, with the address of its conversation, before this returns. One that was POSTING already under a lease that has
        ended is returned in that state's former shape: ``state`` is POSTING for it, and WAITING for a fresh one,
        so that the caller knows to look it up first, at the address that it had then.
        """

    async def renew(self, item_id: int, worker: str, until: datetime) -> None:
        """Extend the lease under which the message is held. Raises LeaseLost."""

    async def finish(
        self,
        item_id: int,
        worker: str,
        state: OutboxState,
        receipt: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        """Record how posting ended (POSTED, UNKNOWN, REFUSED) and give the lease back. Raises LeaseLost."""

    async def retry_later(self, item_id: int, worker: str, retry_at: datetime, perhaps_posted: bool = False) -> None:
        """It certainly was not posted (rate limit): it waits again, and its conversation's queue with it.

        ``perhaps_posted``: nobody can tell yet. It stays POSTING, so that it is looked up first when its time has come.
        Raises LeaseLost.
        """

    async def receipt_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        """The receipt of the message that shows the card, once posted: the latest, of a post or of an edit. That of an
        edit is another one if it had to be posted afresh."""

    async def face_of_card(self, card_id: str) -> Mapping[str, Any] | None:
        """The message that shows the card now, or will once what waits is posted: the one queued last that was neither
        refused nor superseded. One whose outcome is unknown counts. None: the card was never queued, or never shown."""

    async def waiting(self, conversation_id: str) -> int:
        """How many messages are WAITING or POSTING."""

    async def by_cause(self, cause: str) -> Sequence[OutboxItem]:
        """What was queued under a cause, by position."""

    async def get(self, item_id: int) -> OutboxItem:
        """Raises NotFound."""


class Cards(Protocol):
    async def get(self, card_id: str) -> Card:
        """Raises NotFound."""

    async def latest(self, conversation_id: str) -> Card | None:
        """The card shown last in the conversation."""

    async def answer(self, card_id: str, action: str, event_id: str) -> CardAnswer:
        """Answer an open card, once. ``accepted`` is false if another event answered it before. Raises NotFound."""


class Transcript(Protocol):
    """The terminal's conversation."""

    async def add(
        self,
        conversation_id: str,
        speaker: str,
        message: Mapping[str, Any],
        at: datetime,
        outbox_id: int | None = None,
        card_id: str | None = None,
    ) -> TranscriptLine:
        """Add a line; a second one of the same outbox id returns the first."""

    async def edit(self, card_id: str, message: Mapping[str, Any]) -> None:
        """Replace the message of the line that shows the card; its revision grows. Raises NotFound."""

    async def since(self, conversation_id: str, after_id: int) -> Sequence[TranscriptLine]:
        """Lines with an id above ``after_id``, oldest first."""

    async def find(self, outbox_id: int) -> TranscriptLine | None:
        """The line that a post wrote, if it did."""


class People(Protocol):
    async def get(self, person_id: str) -> Person | None: ...

    async def put_consent(self, consent: Consent) -> None:
        """Record consent. A second one of the same id changes nothing."""

    async def consent(self, person_id: str, project_id: str, row_id: str | None = None) -> Consent | None:
        """The latest consent in force for the whole project, if any; else, where ``row_id`` is given, for that row. It
        counts with whichever of the person's linked accounts it was given."""

    async def withdraw_consent(self, person_id: str, project_id: str, at: datetime) -> None:
        """Withdraw every consent of the person's in the project, those for single rows too, given with any linked account."""

    async def add(self, person: Person) -> None:
        """Make a person known who said nothing yet; one who is known already is left as they are."""


class Links(Protocol):
    """Which accounts are one person's, and which groups an account is in."""

    async def accounts(self, person_id: str) -> frozenset[str]:
        """All linked accounts of the person who has this one, itself among them; without any link, itself alone."""

    async def first_accounts(self, person_ids: Collection[str]) -> Mapping[str, str]:
        """For each of these accounts one that stands for its person: the same for all that are linked."""

    async def offer(self, code: LinkCode) -> None:
        """Record a code. One of the same id is left as it is."""

    async def offered(self, code_id: str) -> LinkCode | None:
        """The code as it stands, used up and expired ones too; None: there is none."""

    async def link(self, code_id: str, account_id: str, now: datetime) -> LinkCode | None:
        """In one transaction: use the code up, and make the accounts of both one person's, with all that were linked to
        either before.

        None if there is no such code, it has expired, or it was used in another account. The same account with the same
        code is given it again, and changes nothing. In an account of the person who made it a code is given back unused.
        """

    async def spoil(self, code_id: str) -> None:
        """Let nobody use the code any more: others have read it."""

    async def unlink(self, account_id: str) -> None:
        """Part the account from the others. Those stay linked with each other."""

    async def set_groups(self, person_id: str, place: str, group_ids: Collection[str]) -> None:
        """Record the groups that the account is in at a place: those that it was in there before are forgotten, what other
        places said stays. ``place`` is what the ids of its groups begin with; others are left out."""

    async def seen_in(self, group_id: str) -> int:
        """How many people were seen with the group; linked accounts count as one."""


class Conversations(Protocol):
    async def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""

    async def set_project(self, conversation_id: str, project_id: str | None) -> None: ...

    async def within(self, prefix: str) -> Sequence[tuple[Conversation, datetime | None]]:
        """The conversations whose id begins so, every character taken as it is: those of a channel, of a team. Each with
        when the latest event that a person caused there was received (a reminder is none of theirs); None: no person was
        heard there yet.

        The one that a person was heard in last comes first; those where none was come last; then in order of id. A
        prefix that does not end with the separator of ids finds those of every channel whose name begins so, too.
        """

    async def forget(
        self,
        project_id: str,
        person_id: str,
        event_ids: Collection[str],
        texts: Collection[str],
        instead: str,
        about: Collection[str] = (),
    ) -> Sequence[str]:
        """Put ``instead`` in the place of what the person gave, wherever the project's conversations keep it.

        Those are the conversations that are about the project now, that began a run of it, or that one of
        ``event_ids`` came from; the person's direct conversation; and, where ``about`` is given, those in which a card
        was shown whose subject names the project or one of ``about``. Blanked are there

        - the finished messages of the person that are one of ``event_ids`` or say just one of ``texts``, and their
          lines in the transcript;
        - finished forms, whoever filled them in, that are one of ``event_ids``, or are about one of ``about`` by their
          subject, their button or their card: all that was written in them; of the person's other finished forms, what
          is one of ``texts``;
        - every quote, table cell and prefilled field of a post, waiting or posted, that is one of ``texts`` (an empty
          one is none), and all fields of a form whose subject names one of ``about``, with the names
          of its options;
        - requests and texts of the project's ``Answers`` that are one of ``texts``.

        What was quoted on a card whose subject names one of ``about``, or whose first button does, counts as one of
        ``texts``: what a row was before it was edited. Returns the ids of the person's finished events that brought
        files, in the conversations first named, without those that rows of another project came from; again returns
        them again.
        """

    async def concerned(
        self, project_id: str, person_id: str, event_ids: Collection[str], about: Collection[str] = ()
    ) -> Sequence[str]:
        """The ids of the conversations that ``forget`` looks through, in order."""


class Projects(Protocol):
    async def add(self, project: Project) -> Project:
        """Add a project, and its owner as a member with the role OWNER.

        One of the same id is returned as it is. A slug in use by another project is given ``-2``, ``-3``, ...
        """

    async def get(self, project_id: str) -> Project:
        """Raises NotFound."""

    async def all(self) -> Sequence[Project]: ...

    async def of_person(self, person_id: str) -> Sequence[Project]:
        """Those in which the person has any role (``role``), the latest first."""

    async def role(self, project_id: str, person_id: str) -> Role | None:
        """The strongest that any linked account of the person has, by itself or by a group that it is in."""

    async def set_role(self, membership: Membership) -> None: ...

    async def remove_role(self, project_id: str, person_id: str) -> None:
        """Take the role of this account back. What the person has by another account or by a group stays."""

    async def members(self, project_id: str) -> Sequence[Membership]:
        """The accounts that have a role by themselves, in order of id."""

    async def set_group_role(self, given: GroupRole) -> None:
        """Give a role to everybody in a group; one that the group has is replaced. Raises NotFound for the project."""

    async def remove_group_role(self, project_id: str, group_id: str) -> None: ...

    async def group_roles(self, project_id: str) -> Sequence[GroupRole]:
        """In order of the groups' ids."""

    async def invite(self, invite: Invite) -> None:
        """Record an invite. One of the same id is left as it is."""

    async def join(self, invite_id: str, person_id: str, now: datetime) -> Invite | None:
        """In one transaction: use the invite up and make the person a member; a stronger role that they have stays.

        None if there is no such invite, it has expired, or somebody else used it. The same person joining again by it
        is given it again. Roles are ordered as in ``Role``, the strongest first. It is this account that becomes a
        member, whatever others of the person are.
        """


class Rows(Protocol):
    async def add(self, rows: Sequence[Row]) -> Sequence[bool]:
        """Add rows, all in one transaction. For each: False if it was left out because a pending or approved row
        of the project has the same ``content_hash`` under another id. A row whose id is there already is left as
        it is and counts as added.
        """

    async def get(self, row_id: str) -> Row:
        """Raises NotFound."""

    async def of_project(self, project_id: str, statuses: Collection[RowStatus] | None = None) -> Sequence[Row]:
        """In order of creation, then of id. Proposed rows are hidden: they are told of only where that status is named."""

    async def count(self, project_id: str, status: RowStatus) -> int: ...

    async def approve(self, row_ids: Sequence[str], by: str, consent_id: str) -> None:
        """Approve pending rows; an approved one stays as it is, a rejected one stays rejected."""

    async def reject(self, row_id: str) -> None: ...

    async def reopen(self, row_id: str) -> bool:
        """Make an approved or rejected row pending again, without its approval and consent; its part stays.

        False if a pending or approved row of the project has its content by now. A pending one is left as it is.
        Raises NotFound.
        """

    async def classify(self, row_id: str, category: str, aspects: Sequence[str]) -> None:
        """Record the category and the aspects of a row, whatever its status."""

    async def replace(self, row: Row) -> bool:
        """Replace the fields, the status among them, of a pending or proposed row.

        False if its new content stands in another row of the project. Raises NotFound, and Conflict for a row that was
        decided, unless its content is this.
        """

    async def assign_parts(self, parts: Mapping[str, Part]) -> None:
        """Record the part of rows that have none; an assignment once made is never changed."""

    async def forget(self, row_ids: Collection[str]) -> int:
        """Delete these rows for good, whoever gave them. Returns how many."""

    async def forget_author(self, author_id: str, project_id: str) -> int:
        """Delete every row the author gave to the project, for good. Returns how many."""


class Briefs(Protocol):
    async def get(self, project_id: str) -> Brief:
        """What is known; an empty brief if nothing is."""

    async def change(self, project_id: str, change: Callable[[Brief], Brief]) -> Brief:
        """Read, change and write in one transaction; returns what was written. ``change`` may be called again."""


class Preferences(Protocol):
    """Pairs of answers of which a person picked one, and the rules learned from them."""

    async def add(self, preference: Preference) -> None:
        """Add a pair. One of the same id is left as it is."""

    async def get(self, preference_id: str) -> Preference:
        """Raises NotFound."""

    async def decide(
        self, preference_id: str, picked: Pick, reason: str, row_id: str | None, consent_id: str | None
    ) -> Preference:
        """Record the pick and what came of it; a later call corrects an earlier one. Raises NotFound."""

    async def reword(self, preference: Preference) -> None:
        """Put these texts in the place of the request and the answers of a pair; what was decided stays. Raises NotFound."""

    async def of_project(self, project_id: str) -> Sequence[Preference]:
        """In order of creation, then of id; undecided ones too."""

    async def add_rule(self, rule: RubricRule) -> None:
        """Add a rule. One of the same id is left as it is."""

    async def rules(self, project_id: str) -> Sequence[RubricRule]:
        """In order of creation, then of id."""

    async def remove_rule(self, rule_id: str) -> bool:
        """Take a rule back for good; whether it was there."""

    async def forget_author(self, author_id: str, project_id: str) -> int:
        """Delete every pair and rule of the author's in the project, for good, and every pair of which a row of theirs came:
        their texts are in it, whoever made it. To be called while the rows are there. Returns how many."""


class Ratings(Protocol):
    """Blind votes on the answers of runs and evaluations; ``of_run`` takes the id of either."""

    async def put(self, rating: Rating) -> None:
        """Record a vote. One of the same id is replaced: a later vote of a person corrects their earlier one."""

    async def of_run(self, run_id: str) -> Sequence[Rating]:
        """In order of creation, then of id."""

    async def of_project(self, project_id: str) -> Sequence[Rating]:
        """In order of creation, then of id."""

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        """Delete every vote of the person in the project, for good. Returns how many."""


class Scores(Protocol):
    """People's scores of answers, by criterion; ``of_run`` takes the id of a run or of an evaluation."""

    async def put(self, scores: Sequence[Score]) -> None:
        """Record scores, all in one transaction. One of the same id is replaced. Raises NotFound for no such project."""

    async def of_run(self, run_id: str) -> Sequence[Score]:
        """In order of creation, then of id."""

    async def of_project(self, project_id: str) -> Sequence[Score]:
        """In order of creation, then of id."""

    async def withdraw(self, score_id: str, withdrawn: bool = True) -> bool:
        """Say that its note teaches nobody any more, or does again; False if there is no such score."""

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        """Delete every score of the person in the project, for good. Returns how many."""


class Pins(Protocol):
    """The requests that every version of a project has to answer well."""

    async def add(self, pin: Pin) -> None:
        """Pin a request. One of the same id is left as it is. Raises NotFound for no such project."""

    async def of_project(self, project_id: str) -> Sequence[Pin]:
        """In order of creation, then of id."""

    async def remove(self, pin_id: str) -> bool:
        """Whether it was there."""

    async def forget_author(self, author_id: str, project_id: str) -> int:
        """Delete every pin of the person's in the project, for good. Returns how many."""


class Evaluations(Protocol):
    """Comparisons of any contenders on the same requests."""

    async def add(self, evaluation: Evaluation) -> Evaluation:
        """Add an evaluation; its number is given here. One of the same id is returned as it is."""

    async def get(self, evaluation_id: str) -> Evaluation:
        """Raises NotFound."""

    async def of_project(self, project_id: str) -> Sequence[Evaluation]:
        """By number."""

    async def update(
        self, evaluation_id: str, state: EvaluationState | None, results: Mapping[str, Any] | None = None
    ) -> Evaluation:
        """Set the state, or leave it as it is where None is given, and merge ``results`` into what is there. Raises NotFound."""

    async def stop(self, evaluation_id: str) -> Evaluation:
        """Note ``stopped`` among its results, for whoever works on it; one that has ended stays as it is. Raises NotFound."""


class Answers(Protocol):
    """What saved versions answered, and what people thought of it."""

    async def add(self, answer: Answer) -> None:
        """Add an answer. One of the same id is left as it is. Raises NotFound if there is no such project."""

    async def get(self, answer_id: str) -> Answer:
        """Raises NotFound."""

    async def of_person(self, person_id: str, project_id: str) -> Sequence[Answer]:
        """Those that the person asked for in the project, in order of creation, then of id."""

    async def put_feedback(self, feedback: AnswerFeedback) -> None:
        """Record it; the person's earlier one about the same answer is replaced. Raises NotFound for no such answer."""

    async def feedback(self, project_id: str, model_id: str | None = None) -> Sequence[AnswerFeedback]:
        """Of all answers of the project, or of those that a version gave, in order of time, then of answer and person."""

    async def forget_person(self, person_id: str, project_id: str) -> int:
        """Delete the answers that the person asked for in the project, what anybody thought of them, and the person's
        feedback on the answers of others there, for good. Returns how many answers. Raises NotFound for no such project.
        """


class Installations(Protocol):
    """Where a platform's app is installed, and the states of installations that are under way."""

    async def put(self, installation: Installation) -> None:
        """Record an installation; an earlier one of the same id is replaced."""

    async def get(self, installation_id: str) -> Installation | None: ...

    async def all(self, platform: str) -> Sequence[Installation]:
        """In order of id."""

    async def delete(self, installation_id: str) -> None:
        """Harmless when repeated."""

    async def issue_state(self, state: str, until: datetime) -> None:
        """Remember a state that was handed out and is good until then. Kept is only what it can be known by again."""

    async def consume_state(self, state: str, now: datetime) -> bool:
        """Whether the state was handed out, has not run out (``now`` is before its end) and was not consumed before.

        It is consumed with this: of several who ask at once, one is told True. Those that have run out are removed."""


class Jobs(Protocol):
    async def submit(self, job: Job) -> Job:
        """Queue a job; one of the same request id is returned instead, and nothing is queued."""

    async def get(self, job_id: str) -> Job:
        """Raises NotFound."""

    async def of_run(self, run_id: str) -> Sequence[Job]:
        """In order of creation."""

    async def active(self, conversation_id: str | None = None) -> Sequence[Job]:
        """Queued or running; of one conversation, or all."""

    async def lease(self, worker: str, kinds: Collection[JobKind], now: datetime, lease: timedelta) -> Job | None:
        """Lease the oldest job that is queued, or running under a lease that ended. ``attempt`` grows by one."""

    async def renew(self, job_id: str, attempt: int, until: datetime) -> bool:
        """Extend the lease; returns ``cancel_requested``. Raises LeaseLost if the token is old or the job ended."""

    async def publish(self, job_id: str, attempt: int, progress: Mapping[str, Any]) -> None:
        """Replace the progress. Raises LeaseLost as ``renew`` does."""

    async def finish(
        self,
        job_id: str,
        attempt: int,
        state: JobState,
        now: datetime,
        result: Mapping[str, Any] | None = None,
        failure: JobFailure | None = None,
    ) -> None:
        """In one transaction: end the job and, if it has a conversation, put its event into that inbox.

        The event's id is ``run:<run_id>:<kind>:<job id>:<state>``, its kind JOB. Raises LeaseLost as ``renew`` does.
        """

    async def requeue(self, job_id: str, attempt: int) -> None:
        """Give a running job back to the queue (its worker was lost). Raises LeaseLost as ``renew`` does."""

    async def cancel(self, job_id: str, now: datetime) -> Job:
        """Ask for a running job to stop; end a queued one at once, with its event. An ended one is left as it is."""


class Runs(Protocol):
    async def add(self, run: Run) -> Run:
        """Add a run; its number is given here. One of the same id is returned as it is."""

    async def get(self, run_id: str) -> Run:
        """Raises NotFound."""

    async def of_project(self, project_id: str) -> Sequence[Run]:
        """By number."""

    async def update(self, run_id: str, state: RunState, results: Mapping[str, Any] | None = None) -> Run:
        """Set the state and merge ``results`` into what is there."""


class Models(Protocol):
    async def add(self, model: ModelVersion) -> ModelVersion:
        """Add a version; its number is given here. One of the same id is returned as it is."""

    async def of_project(self, project_id: str) -> Sequence[ModelVersion]:
        """By version."""

    async def of_run(self, run_id: str) -> ModelVersion | None: ...

    async def all(self) -> Sequence[ModelVersion]: ...


class Machines(Protocol):
    async def put(self, machine: Machine) -> None: ...

    async def alive(self, now: datetime) -> Sequence[Machine]:
        """Those heard of in the last 30 s."""

    async def remove(self, machine_id: str) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Store:
    """All ports of one database."""

    inbox: Inbox
    outbox: Outbox
    cards: Cards
    transcript: Transcript
    people: People
    links: Links
    conversations: Conversations
    projects: Projects
    rows: Rows
    briefs: Briefs
    preferences: Preferences
    ratings: Ratings
    scores: Scores
    pins: Pins
    evaluations: Evaluations
    answers: Answers
    installations: Installations
    jobs: Jobs
    runs: Runs
    models: Models
    machines: Machines
    promotions: Promotions
    reminders: Reminders
    schedules: Schedules
    habits: PeoplesHabits
    surveys: Surveys
    statistics: Statistics
    exposures: Exposures
