"""Personal data are known by shape and check digits; dates, prices and order numbers are not taken for them."""

import pytest

from dataset.quality.personal import UNSEEN, personal
from tests.unit.dataset.quality.rows import CLEAN, Example


def found_in(text: str) -> list[tuple[str, str, str]]:
    return [
        (str(finding.numbers["kind"]), finding.weight, text[finding.start : finding.end])
        for finding in personal(Example(output=text))
    ]


PEOPLE = {
    "Write to eva.maier@acme.de.": ("email", "eva.maier@acme.de"),
    "an max@müller-söhne.de": ("email", "max@müller-söhne.de"),
    "请发邮件到zhang@firma.cn谢谢": ("email", "zhang@firma.cn"),
    "Call +49 30 901820 today": ("phone", "+49 30 901820"),
    "Ruf an: 030 901820 / abends": ("phone", "030 901820"),
    "Handy 0171/2345678 (24h)": ("phone", "0171/2345678"),
    "Bitte 01712345678 anrufen": ("phone", "01712345678"),
    "call (415) 867-5309. 5 people": ("phone", "(415) 867-5309"),
    "+1 (415) 867-5309": ("phone", "+1 (415) 867-5309"),
    "Móvil 612 34 56 78": ("phone", "612 34 56 78"),
    "电话 138 1234 5678": ("phone", "138 1234 5678"),
    "请联系13812345678": ("phone", "13812345678"),
    "الهاتف ٠٥٠ ١٢٣ ٤٥٦٧": ("phone", "٠٥٠ ١٢٣ ٤٥٦٧"),
    "جوال +966 50 123 4567": ("phone", "+966 50 123 4567"),
    "auf DE89 3704 0044 0532 0130 00 und": ("iban", "DE89 3704 0044 0532 0130 00"),
    "GB82WEST12345698765432.": ("iban", "GB82WEST12345698765432"),
    "paid with 4111 1111 1111 1111": ("card", "4111 1111 1111 1111"),
    "from 93.184.216.34": ("ip", "93.184.216.34"),
    "from 2001:4860:4860::8888": ("ip", "2001:4860:4860::8888"),
    "SSN 536-90-4399": ("national_id", "536-90-4399"),
    "DNI 12345678Z": ("national_id", "12345678Z"),
    "身份证11010519491231002X": ("national_id", "11010519491231002X"),
    "CPF 111.444.777-35": ("national_id", "111.444.777-35"),
    "Steuer-ID: 36 574 261 809": ("national_id", "36 574 261 809"),
}


@pytest.mark.parametrize("text", PEOPLE)
def test_what_names_a_person_is_asked_about_and_its_place_told(text: str) -> None:
    kind, value = PEOPLE[text]

    assert found_in(text) == [(kind, "ask", value)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mail eva@example.com", "email"),
        ("mail eva@shop.test", "email"),
        ("call (415) 555-0132", "phone"),
        ("call +44 20 7946 0018", "phone"),
        ("from 203.0.113.7", "ip"),
    ],
)
def test_what_is_reserved_for_examples_is_only_noted(text: str, kind: str) -> None:
    assert [(found, weight) for found, weight, _ in found_in(text)] == [(kind, "note")]


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-05-12, 12.05.2026, 05.06.2026, 01/02/2026, 05-06-2026 at 12:30:45 +0200",
        "1,299.00 EUR, 1.299,00 €, $12,500,000, 12 345 678 users, +12 345 678 EUR",
        "order 4711-2233-9812, order no. 0302188341, Bestellnummer: 030 2188341, 订单号 13812345678",
        "v96.120.44.5, version 96.120.44.5, 1.2.3.4, Chapter 3.1.2.4, Chrome 120.0.6099.109",
        "550e8400-e29b-41d4-a716-446655440000, 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "1716239022 and 1716239022123; 3.14159265358979; 2019-2024-2025; 16:9",
        "ISBN 978-3-16-148410-0, EAN 4006381333931, tracking 00340434161094042557",
        "table 01 02 03 04 05 06 07 08 09 10, ratio 0 1 0 1 0 1 0 1",
        "icon@2x.png, git@github.com:acme/shop, @eva, std::cout, 192.168.1.1 and 10.0.0.1",
        "1234 5678 9012 3456",
        "Call [PHONE 1] or [EMAIL], 2 of 10 answered 3 times",
    ],
)
def test_other_numbers_are_not_taken_for_a_persons(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize("language", CLEAN)
def test_clean_rows_name_nobody(language: str) -> None:
    assert personal(CLEAN[language]) == []


def test_a_login_in_a_url_is_no_address() -> None:
    assert found_in("postgres://eva:x@db.acme.com/x") == []


def test_part_of_an_account_is_no_phone_number() -> None:
    assert [kind for kind, _, _ in found_in("FR14 2004 1010 0505 0001 3M02 606")] == ["iban"]


def test_what_cannot_be_seen_is_said() -> None:
    assert found_in("Eva Maier, Lindenstraße 12, 10969 Berlin, born in 1984, the only dentist in her village") == []
    assert {"names", "addresses", "birth_dates", "context"} <= set(UNSEEN)
