"""Who may do what: one rule for all platforms, a table and nothing else."""

from enum import StrEnum

from storage.domain import Role


class Action(StrEnum):
    VIEW = "view"
    """See examples, runs and models."""
    GIVE = "give"
    """Give examples, and delete one's own."""
    REVIEW = "review"
    """Approve, edit or reject examples."""
    RUBRIC = "rubric"
    """Say by what answers are judged."""
    TRAIN = "train"
    EVALUATE = "evaluate"
    """Put requests before several models: it takes time, and may cost money."""
    PROMOTE = "promote"
    """Say which version is in use."""
    STOP = "stop"
    ASK = "ask"
    """Ask a tuned model."""
    RATE = "rate"
    """Vote on answers, and score them."""
    SHARE = "share"
    """Invite somebody who may only look and ask."""
    APPOINT = "appoint"
    """Invite somebody who may give or review examples."""
    MODERATE = "moderate"
    """Take back what somebody else taught: a rule, the note on a score."""


_MAY: dict[Role, frozenset[Action]] = {
    Role.OWNER: frozenset(Action),
    Role.CONTRIBUTOR: frozenset(Action) - {Action.APPOINT, Action.MODERATE},
    Role.REVIEWER: frozenset({Action.VIEW, Action.REVIEW, Action.RUBRIC, Action.ASK, Action.RATE}),
    Role.VIEWER: frozenset({Action.VIEW, Action.ASK, Action.RATE}),
}


def may(role: Role | None, action: Action) -> bool:
    """Whether a person with this role in the project may do it. Without a role: nothing."""
    return role is not None and action in _MAY[role]


def who_may(action: Action) -> tuple[Role, ...]:
    """The roles that may do it, the strongest first: a refusal names them."""
    return tuple(role for role in Role if action in _MAY[role])
