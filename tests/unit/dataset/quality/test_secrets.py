"""Secrets are known by their shape; prose, hashes and placeholders are left in peace."""

import pytest

from dataset.quality.secrets import secrets
from tests.unit.dataset.quality.rows import CLEAN, Example

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n-----END OPENSSH PRIVATE KEY-----"
# Put together here, so that no scanner of source trees takes the tests for a leak.
SECRETS = {
    "aws": "AKIA" + "Z7QWERTYUIOP2345",
    "github": "ghp_" + "a1B2" * 9,
    "gitlab": "glpat-" + "a1B2c" * 4,
    "slack": "xoxb-" + "123456789012-abcdefABCDEF",
    "openai": "sk-proj-" + "Ab12Cd34Ef56Gh78Ij90",
    "anthropic": "sk-ant-api03-" + "Ab12Cd34Ef56Gh78Ij90-xyz",
    "google": "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "stripe": "sk_live_" + "a1B2c3D4e5F6g7H8i9J0",
    "jwt": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "dozjgNryP4J3jVmNHl0w5N",
    "private key": KEY,
}
PASSWORDS = {
    "in a url": ("postgres://app:S3cr3tpw@db.acme.com:5432/x", "S3cr3tpw"),
    "english": ("The password is hunter2x.", "hunter2x"),
    "german": ("Passwort: Sommer2026", "Sommer2026"),
    "spanish": ("La contraseña es Verano2026.", "Verano2026"),
    "chinese": ("密码：abc12345。", "abc12345"),
    "arabic": ("كلمة المرور: Riyadh2026x", "Riyadh2026x"),
    "in a file of settings": ("DB_PASSWORD=tr0ub4dor", "tr0ub4dor"),
    "a key by its name": ("api_key = 'abcd1234efgh5678ijkl'", "abcd1234efgh5678ijkl"),
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_key_is_asked_about_and_its_place_told(name: str) -> None:
    text = f"Use {SECRETS[name]} to log in."

    (found,) = secrets(Example(output=text))

    assert (found.code, found.field, found.weight) == ("secret", "output", "ask")
    assert text[found.start : found.end] == SECRETS[name]


@pytest.mark.parametrize("name", PASSWORDS)
def test_of_a_password_only_the_password_is_marked(name: str) -> None:
    text, password = PASSWORDS[name]

    (found,) = secrets(Example(input=text))

    assert (found.numbers, text[found.start : found.end]) == ({"kind": "password"}, password)


def test_a_key_cut_off_before_its_end_is_found_to_the_end_of_its_letters() -> None:
    text = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nThat, was it."

    (found,) = secrets(Example(output=text))

    assert "MIIEvQIBADANBgkq" in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    [
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "550e8400-e29b-41d4-a716-446655440000",
        "The sk-learn-tutorial-for-beginners-2024 is long.",
        "Password: required, at least 8 characters",
        "Passwort: mindestens 8 Zeichen",
        "密码：至少8位",
        "Each token is a piece of a word; the secret is practice.",
        "Token: GPT-4, secret: none",
        "password: <your password> or password: ${DB_PASSWORD} or password: ********",
        "password = os.environ['DB_PASSWORD1']",
        "https://user:password@host.com",
        "password: [SECRET]",
        "hash: SHA256, password: bcrypt2",
    ],
)
def test_what_only_looks_like_a_secret_is_left_in_peace(text: str) -> None:
    assert secrets(Example(output=text)) == []


@pytest.mark.parametrize("language", CLEAN)
def test_clean_rows_have_no_secrets(language: str) -> None:
    assert secrets(CLEAN[language]) == []
