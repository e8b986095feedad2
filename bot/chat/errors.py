"""What a platform may raise while posting: one type for each reaction of the outbox.

ChatError
├── RetryLater     certainly not posted; try again after ``seconds``
├── Refused        certainly not posted, and never will be; ``code`` says why
│   └── PlaceLost  nothing can be shown in that place any more: it may be shown to the person directly, if they may see it
└── Uncertain      it may have been posted (a broken connection): look it up first
"""


class ChatError(Exception):
    """The root of this package's errors."""


class RetryLater(ChatError):
    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds} s")
        self.seconds = seconds


class Refused(ChatError):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class PlaceLost(Refused):
    """The place is gone, or closed to us; what the message says may be fine elsewhere."""


class Uncertain(ChatError):
    """The request went out; whether it arrived is not known."""
