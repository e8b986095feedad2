"""The environment -> ``Settings``, read once where a process begins, and passed down.

Every value is also an environment variable: ``THREADTUNE_`` and its name in capitals, but for the secrets of a Slack app
and a Discord bot, which have their usual names. It opens nothing.
"""

import getpass
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agent.words import say
from bot.platforms.discord import setup as discord_setup
from bot.platforms.discord.setup import DiscordSetup
from bot.platforms.slack.setup import API_URL, SlackSetup, Transport

BASE_MODEL = "SmolLM2-135M-Instruct"
THIS_MACHINE = "127.0.0.1"


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


def _stripped(text: Any) -> Any:
    """Without the blanks and line ends that come along when a value is copied; what is empty then is not set."""
    return (text.strip() or None) if isinstance(text, str) else text


def _split(text: Any) -> Any:
    return frozenset(re.split(r"[\s,]+", text.strip(" ,\t\n"))) - {""} if isinstance(text, str) else text


def _or_this_machine(text: Any) -> Any:
    """An empty host would listen on every address there is: where nothing is set, nobody else is let in."""
    return (text.strip() or THIS_MACHINE) if isinstance(text, str) else text


Host = Annotated[str, BeforeValidator(_or_this_machine)]
Secret = Annotated[SecretStr | None, BeforeValidator(_stripped)]


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
    """What scores the answers of a comparison, named as ``chat_model`` is; several with commas between them. None: the chat
    model, if it turns out that it can."""
    contenders: Annotated[frozenset[str], NoDecode, BeforeValidator(_split)] = frozenset()
    """Hosted models that ``/tune evaluate`` may ask besides these two, named alike, with commas between them; ``openai:*`` allows
    all of a provider. They read the requests."""
    model_cache: Path | None = None
    """A folder of base models that several homes share; None: see ``shared_models``."""
    ollama: Annotated[SecretStr | None, BeforeValidator(_or_none), AfterValidator(_readable)] = Field(
        default=None, validation_alias=AliasChoices("THREADTUNE_OLLAMA", "OLLAMA_HOST")
    )
    """Where saved versions are published and asked: the address of an Ollama server, perhaps with a password. None, or
    empty: nowhere, and nothing is reached. ``OLLAMA_HOST``, which Ollama's own tools read, counts where ours is not set."""
    team: str = "Threadtune"
    """Begins the names of published versions: ``Team-Task-vN``."""
    flags: str = ""
    """Feature flags (``agent.flags.read_flags``): ``suggestions=50%, hello=A:50/B:50``. They count before ``flags.toml`` in the home
    folder."""
    metrics_port: Annotated[Annotated[int, Field(ge=1, le=65535)] | None, BeforeValidator(_stripped)] = None
    """Where figures for Prometheus are served; None: nowhere."""
    metrics_host: Host = THIS_MACHINE
    """``0.0.0.0`` lets other machines in."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # Slack's own names, which its documentation and its tools use. What each must look like, and which belong together,
    # is checked where Slack is served (``slack.setup.check``): the terminal does not care about another tool's token.
    slack_bot_token: Secret = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: Secret = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: Secret = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    slack_client_id: Annotated[str | None, BeforeValidator(_stripped)] = Field(
        default=None, validation_alias="SLACK_CLIENT_ID"
    )
    slack_client_secret: Secret = Field(default=None, validation_alias="SLACK_CLIENT_SECRET")
    slack_config_token: Secret = Field(default=None, validation_alias="SLACK_CONFIG_TOKEN")
    slack_transport: Transport = "socket"
    """How events come: over a connection that we open, or as signed requests to a public address."""
    slack_api_url: str = API_URL
    """Another server that speaks Slack's protocol, for tests."""
    slack_teams: Annotated[frozenset[str], NoDecode, BeforeValidator(_split)] = frozenset()
    """Ids of the workspaces that are served, with commas between them. Empty: all that have the app."""
    slack_host: Host = THIS_MACHINE
    """Where requests over HTTP are listened for; ``0.0.0.0`` lets other machines in."""
    slack_port: Annotated[int, Field(ge=1, le=65535)] = 3000

    discord_token: Secret = Field(default=None, validation_alias="DISCORD_TOKEN")
    discord_api_url: str = discord_setup.API_URL
    discord_gateway_url: str = discord_setup.GATEWAY_URL
    """Another server that speaks Discord's protocol, for tests."""
    discord_servers: Annotated[frozenset[str], NoDecode, BeforeValidator(_split)] = frozenset()
    """Ids of the servers that are served, with commas between them. Empty: all that the bot was added to."""

    @property
    def judges(self) -> tuple[str, ...]:
        """Each judge that was named, once, in their order."""
        return tuple(dict.fromkeys(name for one in (self.judge or "").split(",") if (name := one.strip())))

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

    @property
    def flags_file(self) -> Path:
        return self.home / "flags.toml"

    @property
    def slack(self) -> SlackSetup | None:
        """What was set of a Slack app, unchecked; None: nothing was."""
        setup = SlackSetup(
            transport=self.slack_transport,
            bot_token=_open(self.slack_bot_token),
            app_token=_open(self.slack_app_token),
            signing_secret=_open(self.slack_signing_secret),
            client_id=self.slack_client_id or "",
            client_secret=_open(self.slack_client_secret),
            config_token=_open(self.slack_config_token),
            api_url=self.slack_api_url.rstrip("/") + "/",
            teams=self.slack_teams,
            host=self.slack_host,
            port=self.slack_port,
        )
        begun = (setup.bot_token, setup.app_token, setup.signing_secret, setup.client_id, setup.client_secret)
        return setup if any(begun) else None

    @property
    def discord(self) -> DiscordSetup | None:
        """What was set of a Discord bot, unchecked; None: nothing was."""
        if not self.discord_token and not self.discord_servers:
            return None
        return DiscordSetup(
            token=_open(self.discord_token),
            api_url=self.discord_api_url.rstrip("/"),
            gateway_url=self.discord_gateway_url,
            servers=self.discord_servers,
        )


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def person() -> str:
    """The name of whoever sits at this terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        return "me"
