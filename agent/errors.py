"""What can go wrong in the interview.

AgentError
└── UnknownEvent   an event of a kind that the graph has no road for
"""


class AgentError(Exception):
    """The root of this package's errors."""


class UnknownEvent(AgentError):
    """An event of a kind that the graph has no road for: a fault of ours, never of the person."""
