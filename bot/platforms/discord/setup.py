"""What the Discord room is told about its bot, and what is wrong with it where it cannot work.

Values and codes; the sentences are ``setup.discord.bad.<code>``. It reads no environment and opens nothing.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

from bot.chat.setup import UnusableSetting, fault_of_address

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg/"
"""Where Discord answers, and what a stand-in replaces."""

ID = re.compile(r"[0-9]{15,20}")
"""An id of Discord's (https://discord.com/developers/docs/reference#snowflakes); 15 digits were given out within days of its start."""
_TOKEN = re.compile(r"([\w-]{18,})\.[\w-]{5,}\.[\w-]{20,}", re.ASCII)


class BadSetup(UnusableSetting):
    """A setting with which Discord cannot be served."""

    platform = "discord"


@dataclass(frozen=True, kw_only=True)
class DiscordSetup:
    token: str = field(default="", repr=False)
    """The bot's, of three parts with points between them; the first is the bot's id in base64."""
    api_url: str = API_URL
    """Without a slash at its end."""
    gateway_url: str = GATEWAY_URL
    servers: frozenset[str] = frozenset()
    """Ids of the servers that are served. Empty: all that the bot was added to."""

    def serves(self, guild: int) -> bool:
        """Whether a server is on the allow-list."""
        return not self.servers or str(guild) in self.servers


def check(setup: DiscordSetup) -> None:
    """Raises BadSetup for the first thing that keeps Discord from being served: what is no bot token, an address in the open."""
    if not setup.token:
        raise BadSetup("DISCORD_TOKEN", "no_token")
    if setup.token.lower().startswith(("bot ", "bearer ")):
        raise BadSetup("DISCORD_TOKEN", "prefixed", prefix=setup.token.split()[0])
    if id_in(setup.token) is None:
        raise BadSetup("DISCORD_TOKEN", "wrong_token", found=_kind(setup.token))
    _check_address("THREADTUNE_DISCORD_API_URL", setup.api_url, ("http", "https"))
    _check_address("THREADTUNE_DISCORD_GATEWAY_URL", setup.gateway_url, ("ws", "wss"))
    for server in sorted(setup.servers):
        if not ID.fullmatch(server):
            raise BadSetup("THREADTUNE_DISCORD_SERVERS", "server_no_id", server=server)


def id_in(token: str) -> int | None:
    """The bot's id, which is that of its application too but for bots of before 2016; None: this is no bot token."""
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return None
    first = parts[1].rstrip("=")
    try:
        id = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(id) if ID.fullmatch(id) else None


def _kind(value: str) -> str:
    """What stands where the token belongs, as a code (``setup.discord.token.<code>``)."""
    kinds = {
        "application_id": ID,
        "public_key": re.compile(r"[0-9a-fA-F]{64}"),
        "client_secret": re.compile(r"[\w-]{32}", re.ASCII),
        "quoted": re.compile(r"""(["'“‘]).*["'”’]""", re.DOTALL),
        "slack": re.compile(r"x(ox|app).*", re.DOTALL),
        "webhook": re.compile(r"https?://.*/webhooks/.*", re.DOTALL),
        "address": re.compile(r"https?://.*", re.DOTALL),
        "cut": re.compile(r"[\w-]{18,}(\.[\w-]*){1,2}", re.ASCII),
    }
    return next((kind for kind, shape in kinds.items() if shape.fullmatch(value)), "unknown")


def _check_address(name: str, address: str, schemes: tuple[str, str]) -> None:
    if fault := fault_of_address(address, schemes):
        raise BadSetup(name, fault, example=f"{schemes[0]}://127.0.0.1:4003/")
