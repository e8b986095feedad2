"""Whatever keeps Discord from being served is told by the variable that is wrong, and where the right value is found."""

import base64
import dataclasses
import re
import string
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.words import knows, say
from bot.failures import bad_setup
from bot.platforms.discord import setup as rules
from bot.platforms.discord.setup import BadSetup, DiscordSetup, check, id_in

BOT = 1234567890123456789


def token(bot: int = BOT) -> str:
    """A token as Discord makes them: the id in base64, a time, a signature."""
    return f"{base64.urlsafe_b64encode(str(bot).encode()).decode().rstrip('=')}.GhUsh1.hush-hush_hush-hush_hush-hush1"


WHOLE = DiscordSetup(token=token())


def test_a_whole_set_up_is_fine() -> None:
    check(WHOLE)
    check(dataclasses.replace(WHOLE, servers=frozenset({"1098765432109876543", "175928847299117063"})))


FAULTS: dict[str, tuple[dict[str, object], str, str]] = {
    "no token": ({"token": ""}, "DISCORD_TOKEN", "It is not set"),
    "the client secret": ({"token": "hush" * 8}, "DISCORD_TOKEN", "the client secret"),
    "the public key": ({"token": "0badcafe" * 8}, "DISCORD_TOKEN", "the application's public key"),
    "the application's id": ({"token": str(BOT)}, "DISCORD_TOKEN", "the application's ID"),
    "a token as it is sent": ({"token": f"Bot {token()}"}, "DISCORD_TOKEN", "begins with “Bot ”"),
    "a token of a person's sign-in": ({"token": "Bearer hush"}, "DISCORD_TOKEN", "begins with “Bearer ”"),
    "a token with its quotation marks": ({"token": f'"{token()}"'}, "DISCORD_TOKEN", "leave them out"),
    "half a token": ({"token": token().rpartition(".")[0]}, "DISCORD_TOKEN", "a part of a bot token"),
    "a token of Slack's": ({"token": "xoxb-1-hush"}, "DISCORD_TOKEN", "of Slack's"),
    "a webhook": ({"token": "https://discord.com/api/webhooks/1/hush"}, "DISCORD_TOKEN", "of a webhook"),
    "an invite link": ({"token": "https://discord.com/oauth2/authorize?hush"}, "DISCORD_TOKEN", "an address"),
    "a password": ({"token": "hush"}, "DISCORD_TOKEN", "no token of Discord's"),
    "three parts of something else": (
        {"token": "hush" * 6 + ".hush-hush." + "hush" * 9},
        "DISCORD_TOKEN",
        "Reset Token",
    ),
    "a server by its name": ({"servers": frozenset({"Ward 7"})}, "THREADTUNE_DISCORD_SERVERS", "“Ward 7”"),
    "no address": ({"api_url": "discord.com/api"}, "THREADTUNE_DISCORD_API_URL", "no address"),
    "an address in the open": ({"api_url": "http://evil.example/api"}, "THREADTUNE_DISCORD_API_URL", "unencrypted"),
    "a gateway that is a page": ({"gateway_url": "https://a.example"}, "THREADTUNE_DISCORD_GATEWAY_URL", "no address"),
    "a gateway in the open": ({"gateway_url": "ws://a.example"}, "THREADTUNE_DISCORD_GATEWAY_URL", "unencrypted"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_its_variable_and_the_way_out_and_shows_no_secret(fault: str) -> None:
    changes, name, words = FAULTS[fault]
    with pytest.raises(BadSetup) as caught:
        check(dataclasses.replace(WHOLE, **changes))  # type: ignore[arg-type]  # a table of changes has one type
    sentence = bad_setup(caught.value)
    assert sentence.startswith(f"The setting {name} is not usable: ")
    assert words in sentence
    assert "hush" not in sentence + str(caught.value) + repr(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_may_stand_in_for_discord_unencrypted(host: str) -> None:
    check(dataclasses.replace(WHOLE, api_url=f"http://{host}:4003/api", gateway_url=f"ws://{host}:4004/"))


@given(st.integers(10**16, 10**20 - 1))
def test_the_id_of_the_bot_is_read_from_its_token(bot: int) -> None:
    assert id_in(token(bot)) == bot


@given(st.text(string.printable, min_size=1, max_size=60))
def test_whatever_stands_where_the_token_belongs_it_is_never_repeated(value: str) -> None:
    assume(id_in(f"{value}-hush-hush") is None)
    with pytest.raises(BadSetup) as caught:
        check(dataclasses.replace(WHOLE, token=f"{value}-hush-hush"))
    assert "hush-hush" not in bad_setup(caught.value)


def test_the_allow_list_counts_a_server_by_its_id() -> None:
    setup = dataclasses.replace(WHOLE, servers=frozenset({"1098765432109876543"}))
    assert setup.serves(1098765432109876543)
    assert not setup.serves(1098765432109876544)
    assert WHOLE.serves(1098765432109876544)


def test_the_token_is_in_no_repr() -> None:
    assert "hush" not in repr(WHOLE) + str(WHOLE)


def test_every_fault_that_is_raised_has_its_words() -> None:
    room = Path(rules.__file__).parent
    raised = re.findall(r"BadSetup\(.*\)", "".join(file.read_text(encoding="utf-8") for file in room.glob("*.py")))
    codes = {code for line in raised for code in re.findall(r', "([a-z_]+)"', line)} | {"bad_address", "open_address"}
    assert {"wrong_token", "prefixed", "no_token", "server_no_id"} <= codes
    assert [code for code in codes if not knows(f"setup.discord.bad.{code}")] == []
    assert "https://discord.com/developers" in say("setup.discord.where.DISCORD_TOKEN")
