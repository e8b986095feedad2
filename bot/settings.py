"""The environment -> ``Settings``, read once where a process begins, and passed down.

Every value is also an environment variable: ``THREADTUNE_`` and its name in capitals. It opens nothing.
"""

import getpass
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from agent.words import say

BASE_MODEL = "SmolLM2-135M-Instruct"


def default_home() -> Path:
    """``$XDG_DATA_HOME/threadtune`` where that is set and ``~/.threadtune`` is not in use, else ``~/.threadtune``."""
    plain, data = Path.home() / ".threadtune", os.environ.get("XDG_DATA_HOME", "")
    return Path(data) / "threadtune" if data and not plain.exists() else plain


def _whole(path: Path) -> Path:
    return path.expanduser().absolute()


def _readable(address: SecretStr | None) -> SecretStr | None:
    """Raises what pydantic reports as our own sentence. It quotes nothing: there may be a password in the address."""
    from trainer.client import is_ollama_address

    if address is not None and not is_ollama_address(address.get_secret_value()):
        raise PydanticCustomError("address", say("cli.bad_address"))
    return address


def _or_none(text: str | None) -> str | None:
    return text or None


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="THREADTUNE_", frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )

    home: Annotated[Path, AfterValidator(_whole)] = Field(default_factory=default_home, validate_default=True)
    """Where everything is kept that is not on a server."""
    database: SecretStr | None = None
    """``sqlite:///...`` or ``postgresql://...``, with its password; None is ``threadtune.db`` in the home folder."""
    base_model: str = BASE_MODEL
    """What is fine-tuned."""
    chat_model: str = "embedded"
    """What interviews people: ``embedded`` is the base model in a child process of ours."""
    judge: str | None = None
    """What scores the answers of a comparison, named as ``chat_model`` is; None: the chat model, if it turns out that it can."""
    model_cache: Path | None = None
    """A folder of base models that several homes share; None: see ``shared_models``."""
    ollama: Annotated[SecretStr | None, BeforeValidator(_or_none), AfterValidator(_readable)] = Field(
        default=None, validation_alias=AliasChoices("THREADTUNE_OLLAMA", "OLLAMA_HOST")
    )
    """Where saved versions are published and asked: the address of an Ollama server, perhaps with a password. None, or
    empty: nowhere, and nothing is reached. ``OLLAMA_HOST``, which Ollama's own tools read, counts where ours is not set."""
    team: str = "Threadtune"
    """Begins the names of published versions: ``Team-Task-vN``."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def database_url(self) -> str:
        """The URL with its password: for opening the database, never for a log or a sentence."""
        return self.database.get_secret_value() if self.database else f"sqlite:///{self.database_path}"

    @property
    def database_path(self) -> Path:
        return self.home / "threadtune.db"

    @property
    def database_name(self) -> str:
        """The database in words that may be shown."""
        return "THREADTUNE_DATABASE" if self.database else str(self.database_path)

    @property
    def shared_models(self) -> Path | None:
        """Where base models are looked for and kept besides the home folder.

        A home elsewhere uses the models of the ordinary home, where those are, so that none is fetched twice.
        """
        ordinary = default_home() / "base_models"
        if self.model_cache is None and self.home != ordinary.parent and ordinary.is_dir():
            return ordinary
        return _whole(self.model_cache) if self.model_cache else None

    @property
    def logs(self) -> Path:
        return self.home / "logs"


def person() -> str:
    """The name of whoever sits at this terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        return "me"
