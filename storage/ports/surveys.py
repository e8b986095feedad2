"""The ports of what tells whether it helped: answers to the survey, and which variant of a feature people were shown."""

from collections.abc import Sequence
from typing import Protocol

from storage.domain import Exposure, SurveyAnswer


class Surveys(Protocol):
    """What people say of model versions."""

    async def put(self, answer: SurveyAnswer) -> None:
        """Record an answer; the account's earlier one about the same version is replaced. Raises NotFound for no such
        version."""

    async def of_model(self, model_id: str) -> Sequence[SurveyAnswer]:
        """In order of time, then of account."""

    async def all(self) -> Sequence[SurveyAnswer]:
        """In order of time, then of version and account."""

    async def forget_person(self, person_id: str, project_id: str) -> int:
        """Delete the account's answers about the project's versions, for good. Returns how many."""


class Exposures(Protocol):
    """Which variant of a feature people were shown."""

    async def put(self, exposure: Exposure) -> str:
        """Record that a person is shown a variant, unless they were shown one before, with whichever of their linked
        accounts. Returns the variant that is theirs: the one that was recorded first."""

    async def of_flag(self, flag: str) -> Sequence[Exposure]:
        """In order of time, then of account. Two accounts that were linked after both were shown one have one each."""

    async def of_person(self, person_id: str) -> Sequence[Exposure]:
        """Those of this account, in order of flag."""

    async def forget_person(self, person_id: str) -> int:
        """Delete those of the account for good. Returns how many."""
