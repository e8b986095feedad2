"""Personal data in a row, recognised by its shape and, where there is one, by its check digits.

It does not know people: names, addresses and everything that only its meaning gives away it cannot see (``UNSEEN``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number
from stdnum import iban, luhn
from stdnum.br import cpf
from stdnum.ch import ssn as ch_ssn
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.us import ssn as us_ssn

from dataset.content import Content
from dataset.quality.findings import Finding
from dataset.quality.language import IDEOGRAPH
from dataset.quality.spans import Span, in_every_field

UNSEEN = ("names", "addresses", "birth_dates", "other_ids", "context")
"""What none of these checks sees, by code: names of people, postal addresses, dates of birth, the numbers of most
countries' papers and local phone numbers, and what gives a person away by what is told of them."""


def personal(row: Content) -> list[Finding]:
    """Return what looks like personal data: code ``personal``, numbers ``kind``.

    Kinds: ``email``, ``phone``, ``iban``, ``card``, ``ip``, ``national_id``. Weight ``ask``, but ``note`` where address
    or number are reserved for examples (example.org, 555-0100): nobody has them.
    """
    return in_every_field(row, "personal", spans)


def spans(text: str) -> Iterator[Span]:
    """What looks like personal data in one text, no two of which overlap."""
    for recognise in (_emails, _ips, _ibans, _national_ids, _cards, _phones):
        found = list(recognise(text))
        yield from found
        text = _masked(text, found)


def _masked(text: str, found: Iterable[Span]) -> str:
    """The text with what was recognised crossed out, place for place: no part of an IBAN is taken for a phone number."""
    for span in found:
        text = f"{text[: span.start]}{'_' * (span.end - span.start)}{text[span.end :]}"
    return text


# E-mail

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9À-ɏ._%+\-])[A-Za-z0-9À-ɏ_%+][A-Za-z0-9À-ɏ._%+\-]{0,63}"
    r"@(?:[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ\-]{0,62})\.){1,6}[A-Za-zÀ-ɏ]{2,24}(?![A-Za-z0-9À-ɏ\-])"
)
"""Latin letters only: Chinese and Arabic letters beside an address, without a space, are no part of it."""
_NO_TOP_LEVEL_DOMAINS = ("png", "jpg", "jpeg", "gif", "svg", "webp", "local", "service", "timer")
_EXAMPLE_DOMAIN = re.compile(r"[@.](?:example\.(?:com|net|org|edu)|example|test|invalid|localhost)$", re.IGNORECASE)
"""Reserved by RFC 2606 and RFC 6761."""
_URL_BEFORE = re.compile(r"://(?:[^\s/]|(?<=SECRET) (?=[0-9]))*$")


def _emails(text: str) -> Iterator[Span]:
    if "@" not in text:
        return
    for found in _EMAIL.finditer(text):
        address = found[0]
        is_file = address.rpartition(".")[2].casefold() in _NO_TOP_LEVEL_DOMAINS
        is_login = address.startswith("git@") or _URL_BEFORE.search(text[max(0, found.start() - 100) : found.start()])
        if not (is_file or is_login):
            yield Span(*found.span(), "email", "note" if _EXAMPLE_DOMAIN.search(address) else "ask")


# Addresses of machines

_IPV4 = re.compile(r"(?<![\w.\-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w\-]|\.[0-9])", re.ASCII)
_IPV6 = re.compile(r"(?<![\w:.])[23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{4,34}(?![\w:]|\.[0-9])", re.ASCII)
_VERSION_BEFORE = re.compile(
    r"(?:\bv|version|release|build|firmware|update|section|abschnitt|kapitel|chapter|versión|版本|الإصدار)\.?\s{0,2}$",
    re.IGNORECASE,
)
_EXAMPLE_NETS = ("192.0.2.", "198.51.100.", "203.0.113.")
"""RFC 5737."""
_HIGHEST_OF_VERSIONS = 31
"""Four numbers that are all small are a version or a section; one in 4,096 addresses is taken for one too."""


def _ips(text: str) -> Iterator[Span]:
    for found in _IPV4.finditer(text):
        if _is_address(found[0]) and not _VERSION_BEFORE.search(text[max(0, found.start() - 20) : found.start()]):
            yield Span(*found.span(), "ip", "note" if found[0].startswith(_EXAMPLE_NETS) else "ask")
    for found in _IPV6.finditer(text):
        try:
            address = IPv6Address(found[0])
        except AddressValueError:
            continue
        yield Span(*found.span(), "ip", "ask" if address.is_global else "note")


def _is_address(text: str) -> bool:
    """Whether it is an address of one machine in the world, or reserved for examples; private ones name nobody."""
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    if max(address.packed) <= _HIGHEST_OF_VERSIONS:
        return False
    return (address.is_global and not address.is_multicast) or text.startswith(_EXAMPLE_NETS)


# Numbers of accounts, cards and papers

_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ \-]?[A-Za-z0-9]{4}){2,7}(?:[ \-]?[A-Za-z0-9]{1,4})?")
_CARD = re.compile(r"(?<![\w.,\-])[2-6][0-9]{3}(?:[ \-]?[0-9]{2,6}){2,4}(?![\w\-]|[.,][0-9])", re.ASCII)
_CARD_RANGES = re.compile(
    r"4(?:\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|35\d{14}",
    re.ASCII,
)
"""The issuers' ranges and lengths: Visa, Mastercard (also its 2-series), American Express, Diners, Discover, UnionPay,
JCB."""
_ORDER_BEFORE = re.compile(
    r"(?:\border|\bref(?:erence)?|\binvoice|\bticket|\btracking|\bparcel|\bserial|\bsku|\bimei|\bcase|\bitem|\bpart"
    r"|bestell(?:ung|nummer|-nr)?|auftrag|auftragsnummer|rechnung|rechnungsnummer|sendungsnummer|artikel(?:nummer)?"
    r"|\bpedido|\bfactura|\bcommande|\bfacture|\bordine|订单号?|单号|الطلب|رقم الطلب)"
    r"[\s.:#：]{0,3}(?:(?:no|nr|n[°º]|num(?:ber|mer|ero)?|número|id)\b)?[\s.:#：]{0,3}$|#\s?$",
    re.IGNORECASE,
)


def _ibans(text: str) -> Iterator[Span]:
    for found in _IBAN.finditer(text):
        written = found[0]
        while len(written) >= 15 and not iban.is_valid(written):
            written = re.sub(
                r"[ \-]?[A-Za-z0-9]+$", "", written
            )  # the next word may have been taken for the last group
        if len(written) >= 15 and not re.match(r"\w", text[found.start() + len(written) :][:1]):
            yield Span(found.start(), found.start() + len(written), "iban")


def _cards(text: str) -> Iterator[Span]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"[ \-]", "", found[0])
        if _CARD_RANGES.fullmatch(digits) and luhn.is_valid(digits) and not _follows_order(text, found.start()):
            yield Span(*found.span(), "card")


def _follows_order(text: str, at: int) -> bool:
    return bool(_ORDER_BEFORE.search(text[max(0, at - 30) : at]))


_ID_SHAPES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (re.compile(rf"(?<![\w\-.])(?:{shape})(?![\w\-]|\.\d)", re.ASCII), is_valid)
    for shape, is_valid in (
        (r"\d{3}-\d{2}-\d{4}", us_ssn.is_valid),
        (r"\d{8}-?[A-HJ-NP-TV-Z]", dni.is_valid),
        (r"[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z]", nie.is_valid),
        (r"[A-Z]{6}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]", codicefiscale.is_valid),
        (r"[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d", nir.is_valid),
        (r"[1-9]\d{16}[\dX]", ric.is_valid),
        (r"\d{3}\.\d{3}\.\d{3}-\d\d", cpf.is_valid),
        (r"756\.\d{4}\.\d{4}\.\d\d", ch_ssn.is_valid),
        (r"(?:\d\d)?\d{6}[-+]\d{4}", personnummer.is_valid),
    )
)
"""Numbers whose shape and check digits tell them from an order number."""
_ID_CUES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (re.compile(rf"(?:{cue})[^\d\[\]]{{0,25}}?(?P<id>{shape})(?![\w\-])", re.IGNORECASE), is_valid)
    for cue, shape, is_valid in (
        (r"steuer-?id|idnr|identifikationsnummer", r"\d{2} ?\d{3} ?\d{3} ?\d{3}", idnr.is_valid),
        (r"pesel", r"\d{11}", pesel.is_valid),
        (r"\bbsn\b|burgerservicenummer|sofinummer", r"\d{8,9}", bsn.is_valid),
        (r"aadhaar|aadhar|आधार", r"\d{4}[ \-]?\d{4}[ \-]?\d{4}", aadhaar.is_valid),
        (r"t\.?c\.? kimlik|kimlik no", r"\d{11}", tckimlik.is_valid),
        (r"\bnhs\b", r"\d{3}[ \-]?\d{3}[ \-]?\d{4}", nhs.is_valid),
    )
)
"""Mere digits with a weak check: taken for what they are only where the text says so."""


def _national_ids(text: str) -> Iterator[Span]:
    found = [
        Span(*match.span(), "national_id")
        for shape, is_valid in _ID_SHAPES
        for match in shape.finditer(text)
        if is_valid(match[0])
    ]
    found += [
        Span(*match.span("id"), "national_id")
        for shape, is_valid in _ID_CUES
        for match in shape.finditer(text)
        if is_valid(match["id"])
    ]
    yield from _apart(found)


def _apart(found: list[Span]) -> Iterator[Span]:
    """Of spans that overlap, the first and longest."""
    end = 0
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            yield span
            end = span.end


# Phones

_SEPARATOR = r"(?:[ \u00a0)\-–/]{1,2}|\.)?"
_SEPARATED = rf"(?:{_SEPARATOR}\d)"
_RUN_ENDS = rf"(?!{_SEPARATOR}\d|\w|:\d)"
"""A number is the whole of a run of digits, or none of it: the middle of a table is no phone's."""
_INTERNATIONAL = re.compile(rf"[+＋]\s?\d{{1,3}}[ \u00a0.\-]?\(?\d{_SEPARATED}{{5,14}}{_RUN_ENDS}")
_WITH_TRUNK_ZERO = re.compile(
    r"(?<![\w.,/\-+])(?<!\d[ \u00a0)\-–/])\(?[0٠۰０]\d(?=\d{0,13}[ \u00a0)\-–/.]{1,2}\d)"
    + rf"{_SEPARATED}{{5,14}}{_RUN_ENDS}"
)
"""Written in groups: a bare row of digits is more often an order number."""
_BARE_MOBILE = re.compile(r"(?<![\w.,/\-+])(?<!\d[ \u00a0)\-–/])0(?:1[567]\d{8,9}|7\d{9}|[567]\d{8})" + _RUN_ENDS)
"""Of Germany, Britain, France and Saudi Arabia, whose mobiles are told by their first digits."""
_NORTH_AMERICAN = re.compile(
    r"(?<![\w.,/\-+])(?:1[ .\-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.\-])[2-9]\d{2}[.\-]\d{4}(?!\w|[.,\-]\d)"
)
_CHINESE_MOBILE = re.compile(r"(?<![\d.,\-+])1[3-9]\d(?:[ \-]?\d{4}){2}(?![\d\-]|[.,]\d)")
_AFTER_CUE = re.compile(
    r"(?:(?<!\[)\b(?:tele?(?:phone|fon|f)?|phone|mobile|cell|call|whatsapp|fax|handy|mobil|ruf\w{0,10}|rückruf|móvil|llam\w{1,5}"
    r"|tél(?:éphone)?|portable|cellulare|celular)\b|电话|手机|致电|هاتف|الهاتف|جوال|اتصل)"
    rf"[^\d\n+\[\]]{{0,20}}(?P<number>\(?\d{_SEPARATED}{{6,13}}){_RUN_ENDS}",
    re.IGNORECASE,
)
_REGIONS_WITH_TRUNK_ZERO = ("DE", "GB", "FR", "CN", "SA", "EG", "AE", "AT", "CH", "IT", "NL", "IN")
_REGIONS = (*_REGIONS_WITH_TRUNK_ZERO, "US", "ES", "PT", "PL", "BR", "MX")
"""Where the languages are spoken that this is tested with, and some neighbours; others are found with their ``+``."""
_MISSES = 2000
"""Of readings, at 0.1 ms each: a text with so many numbers that are no phone's is a table, and hostile text is bounded."""
_DATE = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}")
_FICTIONAL = re.compile(
    r"\+1\d{3}55501\d\d"  # North American Numbering Plan, 555-0100 to 555-0199
    r"|\+44(?:7700900\d{3}|(?:113|114|115|116|117|118|121|131|141|151|161)4960\d{3}|2079460\d{3}|1632960\d{3})"  # Ofcom
    r"|\+49(?:3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3})"  # Bundesnetzagentur
    r"|\+33(?:1990[01]|26191|35301|46571|53649|63998)\d{4}"  # Arcep
)
"""Numbers set aside for films and examples."""


def _phones(text: str) -> Iterator[Span]:
    if sum(map(str.isdigit, text)) < 6:
        return
    reader = _Reader()
    end = 0
    for start, written, regions in _candidates(text):
        if start >= end and (found := reader.read(written, regions)):
            end = start + found.end
            yield Span(start + found.start, end, found.kind, found.weight)


class _Reader:
    """Reads the numbers of one text: each once, and first by the region of the last, for they are mostly of one."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, Sequence[str | None]], Span | None] = {}
        self._last_region: str | None = None
        self._misses = 0

    def read(self, written: str, regions: Sequence[str | None]) -> Span | None:
        """Where the number stands in what is written, by the first region in which it is one."""
        if (written, regions) not in self._read:
            ordered = sorted(regions, key=lambda region: region != self._last_region)
            spans = (self._read_as(written, region) for region in ordered)
            self._read[written, regions] = next((span for span in spans if span), None)
        return self._read[written, regions]

    def _read_as(self, written: str, region: str | None) -> Span | None:
        if self._misses == _MISSES:
            return None
        for match in PhoneNumberMatcher(written, region, leniency=Leniency.STRICT_GROUPING):
            self._last_region = region
            number = format_number(match.number, PhoneNumberFormat.E164)
            return Span(match.start, match.end, "phone", "note" if _FICTIONAL.fullmatch(number) else "ask")
        self._misses += 1
        return None


def _candidates(text: str) -> list[tuple[int, str, tuple[str | None, ...]]]:
    """Places at which a phone number may stand, what is written there, and the regions to read it by; in order."""
    found: list[tuple[int, str, tuple[str | None, ...]]] = [
        (match.start(), match[0], (None,)) for match in _INTERNATIONAL.finditer(text)
    ]
    found += [(match.start(), match[0], _REGIONS_WITH_TRUNK_ZERO) for match in _WITH_TRUNK_ZERO.finditer(text)]
    found += [(match.start(), match[0], _REGIONS_WITH_TRUNK_ZERO) for match in _BARE_MOBILE.finditer(text)]
    found += [(match.start(), match[0], ("US",)) for match in _NORTH_AMERICAN.finditer(text)]
    found += [(match.start(), match[0], ("CN",)) for match in _CHINESE_MOBILE.finditer(text) if IDEOGRAPH.search(text)]
    found += [(match.start("number"), match["number"], _REGIONS) for match in _AFTER_CUE.finditer(text)]
    return sorted(
        (
            (start, written, regions)
            for start, written, regions in found
            if not _DATE.fullmatch(written.strip("() ")) and not _follows_order(text, start)
        ),
        key=lambda candidate: (candidate[0], -len(candidate[1]), -len(candidate[2])),
    )
