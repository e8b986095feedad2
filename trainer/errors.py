"""What can go wrong in the trainer, as codes and numbers; the words for people are upstairs.

TrainerError
├── JobRefused    a job cannot be done as asked; ``failure`` says why, and the job ends with it
├── BadOutput     a worker claims files that are not there, or not whole; the attempt counts as lost
└── BadSetting    a recipe's field cannot have that value
"""

from storage.domain import JobFailure


class TrainerError(Exception):
    """The root of this package's errors."""


class JobRefused(TrainerError):
    """A job cannot be done as asked, however often it is tried."""

    def __init__(self, failure: JobFailure) -> None:
        super().__init__(f"{failure.code} {dict(failure.numbers)}")
        self.failure = failure


class BadOutput(TrainerError):
    """What a worker left behind is missing or torn."""


class BadSetting(TrainerError):
    """A recipe's field cannot have that value.

    ``code`` is ``unknown_setting``, ``not_a_number`` or ``out_of_bounds``; ``low`` and ``high`` are the bounds, both
    allowed themselves (None for an unknown field).
    """

    def __init__(
        self, code: str, field: str, value: object, low: float | None = None, high: float | None = None
    ) -> None:
        super().__init__(f"{code}: {field}={value!r}, allowed {low} to {high}")
        self.code = code
        self.field = field
        self.value = value
        self.low = low
        self.high = high
