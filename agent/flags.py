"""Feature flags: which variant of a feature a person is shown, the same one today and tomorrow.

What a variant does stands where the feature is; what came of it is ``agent.readouts``' to say.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from storage.domain import Exposure
from storage.ports import Store

ON, OFF = "on", "off"
KNOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "interview": (ON, OFF),
        "suggestions": (ON, OFF),
        "survey": (ON, OFF),
        "hello": ("A", "B"),
    }
)
"""The variants of each flag; the first one is what everybody sees who is under no definition.

``interview``: the guided questions about the goal. ``suggestions``: the offer of our own reminders. ``survey``: the
question after a new model. ``hello``: the first words of a conversation.
"""


class BadFlags(Exception):
    """A definition that cannot be read. ``flags.bad_<code>`` in ``agent.words`` says it, with ``values``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, kw_only=True)
class Flag:
    """How one flag is rolled out."""

    name: str
    shares: Mapping[str, float]
    """Percent of people by variant, 100 together, in the order in which they were written."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Variant by account: chosen by hand. They take no part in a read-out."""

    @property
    def is_switch(self) -> bool:
        """Whether it is rolled out by percent; the others compare variants that stay as they are."""
        return KNOWN[self.name] == (ON, OFF)

    def drawn(self, first_account: str) -> str:
        """The variant of the person whom this account stands for (``Links.first_accounts``).

        A person's place among 0 to 100 is a hash, so a larger percentage keeps who was in.
        """
        place, reached = place_of(self.name, first_account), 0.0
        for variant, share in self.shares.items():
            reached += share
            if place < reached:
                return variant
        return list(self.shares)[-1]  # a sum of decimal shares may end a hair below 100

    def by_hand(self, accounts: frozenset[str]) -> str | None:
        """What was chosen for one of a person's accounts, the first in order of id."""
        return next((self.people[one] for one in sorted(accounts) if one in self.people), None)


def place_of(name: str, first_account: str) -> float:
    """0 up to 100, evenly: the first 64 bits of SHA-256 of flag and account. Flags are independent of each other."""
    digest = hashlib.sha256(f"{name}\n{first_account}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64 * 100


@dataclass(frozen=True, kw_only=True)
class Flags:
    """The definitions as they stand. Nobody is counted of a flag that has none."""

    defined: Mapping[str, Flag] = field(default_factory=dict)
    """By name; a process reads them anew where their file changes (``bot.flags_file``)."""

    async def variant(self, store: Store, name: str, person_id: str, at: datetime) -> str:
        """The variant that a person is shown now, which is recorded the first time. Linked accounts are one person.

        A switch follows its definition, so that turning it off turns it off for all. Of other flags a person keeps the
        variant that they were shown first, for as long as it is given to anybody.
        """
        flag = self.defined.get(name)
        if flag is None:
            return KNOWN[name][0]
        chosen = flag.by_hand(await store.links.accounts(person_id)) if flag.people else None
        if chosen is not None:
            return chosen
        drawn = flag.drawn((await store.links.first_accounts([person_id]))[person_id])
        seen = await store.exposures.put(Exposure(flag=name, person_id=person_id, variant=drawn, at=at))
        return drawn if flag.is_switch or not flag.shares.get(seen) else seen

    async def is_on(self, store: Store, name: str, person_id: str, at: datetime) -> bool:
        """As ``variant``, of a switch."""
        return await self.variant(store, name, person_id, at) == ON


def read_flags(setting: str = "", file: str = "") -> Flags:
    """The definitions in a setting (``suggestions=50%, hello=A:50/B:50``) and in a file of TOML; the setting counts.

    The file has a line for each flag (``suggestions = "50%"``), and under ``[people]`` a table of variants by account
    (``"slack:T1:U1" = { suggestions = "on" }``). Raises BadFlags.
    """
    written, people = _file(file)
    said: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in setting.replace(";", ",").split(","))):
        name, equals, value = (one.strip() for one in part.partition("="))
        if not equals:
            raise BadFlags("no_value", written=part)
        if name in said:
            raise BadFlags("twice", name=name)
        said[name] = value
    written |= said
    defined = {}
    for name in dict.fromkeys([*written, *(flag for chosen in people.values() for flag in chosen)]):
        _known(name)
        shares = _shares(name, written[name]) if name in written else {KNOWN[name][0]: 100.0}
        chosen = {account: one[name] for account, one in people.items() if name in one}
        defined[name] = Flag(name=name, shares=shares, people=chosen)
    return Flags(defined=defined)


def _file(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFlags("file", reason=error) from error
    people = found.pop("people", {})
    if not isinstance(people, dict) or not all(isinstance(one, dict) for one in people.values()):
        raise BadFlags("people")
    for account, chosen in people.items():
        for name, variant in chosen.items():
            _known(name)
            if variant not in KNOWN[name]:
                raise BadFlags("variant", name=name, written=f"{account}: {variant}", variants=", ".join(KNOWN[name]))
    return {name: _as_written(value) for name, value in found.items()}, people


def _as_written(value: object) -> str:
    """Of what is no text, as TOML has it: whoever wrote ``true`` finds it again."""
    return str(value).casefold() if isinstance(value, bool) else str(value)


def _known(name: str) -> None:
    if name not in KNOWN:
        raise BadFlags("unknown", name=name, known=", ".join(KNOWN))


def _shares(name: str, written: str) -> dict[str, float]:
    """``50%``, ``on`` and ``off`` of a switch; ``A:50/B:50`` of a flag with variants of its own."""
    first, *others = KNOWN[name]
    if KNOWN[name] == (ON, OFF):
        share = {ON: 100.0, OFF: 0.0}.get(written.casefold())
        share = _percent(name, written, "%") if share is None else share
        return {ON: share, OFF: 100 - share}
    shares = {}
    for part in written.split("/"):
        variant, _, share_text = (one.strip() for one in part.partition(":"))
        if variant not in (first, *others) or variant in shares:
            raise BadFlags("variant", name=name, written=written, variants=", ".join(KNOWN[name]))
        shares[variant] = _percent(name, share_text, "")
    if abs(sum(shares.values()) - 100) > 1e-6:
        raise BadFlags("sum", name=name, written=written)
    return shares


def _percent(name: str, written: str, sign: str) -> float:
    """``sign``: what a percentage has to end with; of several variants, nothing has to."""
    number = written.removesuffix("%").strip()
    well_formed = written.endswith(sign) and number.isascii() and number.replace(".", "", 1).isdecimal()
    if not well_formed or not 0 <= float(number) <= 100:
        raise BadFlags("percent" if sign else "percent_of", name=name, written=written)
    return float(number)
