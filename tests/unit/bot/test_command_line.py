"""Whatever goes wrong on the command line ends as one sentence with its remedy, never as a traceback."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.__main__ import app


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of this machine reaches a test, and none of a test stays."""
    for name in [name for name in os.environ if name.startswith(("THREADTUNE_", "SLACK_", "DISCORD_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def threadtune(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def one_sentence(result: Result) -> str:
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    lines = result.output.strip().splitlines()
    assert len(lines) == 1, result.output
    return lines[0]


def test_help_is_there_for_every_command() -> None:
    for command in ("run", "chat", "trainer", "doctor", "models", "datasets", "setup"):
        result = threadtune(command, "--help")
        assert result.exit_code == 0
        assert "--home" in result.output


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'transformers', 'langgraph', 'sqlalchemy', 'pydantic', 'prompt_toolkit', 'matplotlib'}"
    code = f"import sys, bot.__main__; found = {heavy} & set(sys.modules); sys.exit(str(found) if found else 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_empty_home_has_no_models_and_no_datasets(home: Path) -> None:
    assert "no model yet" in threadtune("models", "--home", home).output
    assert json.loads(threadtune("datasets", "--json", "--home", home).output) == []
    assert home.stat().st_mode & 0o077 == 0, "a home is closed to others"


def test_a_corrupt_database(home: Path) -> None:
    home.mkdir()
    (home / "threadtune.db").write_bytes(os.urandom(8192))
    result = threadtune("models", "--home", home)
    assert result.exit_code == 1
    assert "is damaged" in one_sentence(result)
    assert str(home / "threadtune.db") in result.output
    assert "SQLITE_NOTADB" in (home / "logs" / "threadtune.log").read_text(), "the log has the particulars"


def test_a_locked_database(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage.sql import engine

    threadtune("models", "--home", home)
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    monkeypatch.setattr("storage.sql.store.BUSY_SECONDS", 0)
    holder = sqlite3.connect(home / "threadtune.db", isolation_level=None)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        result = threadtune("models", "--home", home)
    finally:
        holder.close()
    assert result.exit_code == 1
    assert "in use by another program" in one_sentence(result)


def test_a_full_disk(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.bootstrap._set_up_log", full)
    result = threadtune("models", "--home", home)
    assert result.exit_code == 1
    assert "is full" in one_sentence(result)


def test_a_home_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = threadtune("models", "--home", tmp_path / "file" / "home")
    assert result.exit_code == 1
    assert "cannot be written (Not a directory)" in one_sentence(result)


def test_a_database_url_is_never_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_DATABASE", "postgresql://ada:secret@127.0.0.1:1/none")
    result = threadtune("models", "--home", home)
    assert result.exit_code == 1
    assert "THREADTUNE_DATABASE" in one_sentence(result)
    assert "secret" not in result.output + (home / "logs" / "threadtune.log").read_text()


def test_a_database_of_another_make(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_DATABASE", "oracle://ada:secret@host/none")
    result = threadtune("models", "--home", home)
    assert result.exit_code == 1
    assert "THREADTUNE_DATABASE" in one_sentence(result)
    assert "secret" not in result.output


def test_a_setting_that_is_not_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_LOG_LEVEL", "loud")
    result = threadtune("doctor")
    assert result.exit_code == 1
    assert "THREADTUNE_LOG_LEVEL" in one_sentence(result)


def test_an_address_of_ollama_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_OLLAMA", "http://bob:secret#x@host")
    result = threadtune("doctor")
    assert result.exit_code == 1
    assert one_sentence(result).startswith("The setting THREADTUNE_OLLAMA is not usable")
    assert "secret" not in result.output


def test_a_fault_of_ours_is_a_sentence_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.bootstrap.opened_store", broken)
    result = threadtune("models", "--home", home)
    assert result.exit_code == 1
    assert "threadtune.log" in one_sentence(result)
    assert "ZeroDivisionError" in (home / "logs" / "threadtune.log").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--resume"], "--resume goes with --script"),
        (["--script", "/nowhere.chat"], "There is no script"),
        (["--conversation", "../etc"], "A conversation's name"),
    ],
)
def test_a_chat_that_cannot_begin(home: Path, arguments: list[str], words: str) -> None:
    result = threadtune("chat", "--home", home, *arguments)
    assert result.exit_code == 2
    assert words in one_sentence(result)


def test_a_bad_script_is_told_with_its_line_before_anything_is_made(home: Path, tmp_path: Path) -> None:
    script = tmp_path / "bad.chat"
    script.write_text("hello\n\n@click Yes\n")
    result = threadtune("chat", "--home", home, "--script", script)
    assert result.exit_code == 2
    assert "Line 3: @click is not known" in one_sentence(result)
    assert not home.exists()


def test_a_script_that_changed_is_not_gone_on_with(home: Path, tmp_path: Path) -> None:
    from bot.platforms.console.script import Playing

    script = tmp_path / "s.chat"
    script.write_text("hello\n")
    Playing.start(script, "console:terminal", home / "scripts", resume=False)
    script.write_text("hello again\n")
    result = threadtune("chat", "--home", home, "--script", script, "--resume")
    assert result.exit_code == 2
    assert "was changed" in one_sentence(result)


def test_a_base_model_that_cannot_be_had(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_BASE_MODEL", "no-such-model")
    for command in ("setup", "chat"):
        result = threadtune(command, "--home", home)
        assert result.exit_code == 1
        assert "The base model no-such-model is not on this machine" in one_sentence(result)
        assert "threadtune setup" in result.output


def test_the_doctor_says_what_to_do_and_fails_on_what_is_wrong(home: Path) -> None:
    result = threadtune("doctor", "--home", home)
    assert result.exit_code == 1
    assert "threadtune setup" in result.output
    assert not home.exists(), "the doctor changes nothing"


class TestSlack:
    def test_the_manifest_alone_is_on_standard_output_so_that_it_can_be_copied_whole(self) -> None:
        result = threadtune("slack", "manifest", "--name", "Note tuner")
        assert result.exit_code == 0
        assert yaml.safe_load(result.stdout)["display_information"]["name"] == "Note tuner"
        assert "https://api.slack.com/apps" in result.stderr

    def test_the_manifest_comes_as_json_and_for_http_too(self) -> None:
        result = threadtune("slack", "manifest", "--json", "--http", "https://tune.example.com")
        made = json.loads(result.stdout)
        assert made["settings"]["event_subscriptions"]["request_url"] == "https://tune.example.com/slack/events"

    def test_a_link_has_all_of_it(self) -> None:
        (address,) = threadtune("slack", "manifest", "--link").stdout.split()
        assert address.startswith("https://api.slack.com/apps?new_app=1&manifest_json=")

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--http", "tune.example.com"], "--http needs the public address"),
            (["--http", "http://tune.example.com"], "--http needs the public address"),
            (["--name", ""], "1 to 35 characters"),
            (["--name", "x" * 36], "1 to 35 characters"),
        ],
    )
    def test_a_manifest_that_slack_would_refuse_is_not_printed(self, arguments: list[str], words: str) -> None:
        result = threadtune("slack", "manifest", *arguments)
        assert result.exit_code == 2
        assert words in one_sentence(result)

    def test_each_scope_is_a_line_with_its_reason(self) -> None:
        lines = threadtune("slack", "scopes").stdout.splitlines()
        assert all(len(line.split(": ")[1].split()) >= 3 for line in lines)
        assert "chat:write: answer, and edit its own cards in place" in lines

    def test_a_half_set_up_app_is_not_served_in_silence(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-hush")
        result = threadtune("run", "--home", home)
        assert result.exit_code == 1
        assert "The setting SLACK_APP_TOKEN is not usable: It is not set" in one_sentence(result)
        assert "hush" not in result.output + (home / "logs" / "threadtune.log").read_text()

    def test_a_token_in_the_wrong_place_is_told_by_the_name_of_its_variable(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-1-hush")
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1-hush")
        result = threadtune("run", "--home", home)
        assert "SLACK_BOT_TOKEN is not usable: It holds an app-level token (xapp-)" in one_sentence(result)
        assert "hush" not in result.output

    def test_a_setting_of_ours_that_makes_no_sense_is_named_as_one_writes_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("THREADTUNE_SLACK_PORT", "web")
        assert "The setting THREADTUNE_SLACK_PORT is not usable" in one_sentence(threadtune("doctor"))

    def test_another_tools_token_keeps_nobody_from_the_other_commands(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "of another tool")
        assert threadtune("models", "--home", home).exit_code == 0

    def test_the_doctor_tells_it_among_the_rest(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_SIGNING_SECRET", "hush")
        result = threadtune("doctor", "--home", home)
        assert "Wrong: Slack. The setting SLACK_BOT_TOKEN is not usable" in result.output

    def test_no_child_of_ours_is_given_a_token(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-hush")
        threadtune("models", "--home", home)
        assert "hush" not in str(dict(os.environ))


class TestDiscordAsItIsSetUp:
    def test_a_platform_that_cannot_be_served_keeps_the_others_from_starting_and_is_named(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1-hush")
        monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1-hush")
        monkeypatch.setenv("DISCORD_TOKEN", "0badcafe" * 8)
        result = threadtune("run", "--home", home)
        assert result.exit_code == 1
        sentence = one_sentence(result)
        assert "DISCORD_TOKEN is not usable: It holds the application's public key" in sentence
        assert "0badcafe" not in sentence

    def test_another_tools_token_is_no_fault_in_the_terminal(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "of another tool")
        assert threadtune("models", "--home", home).exit_code == 0

    def test_the_doctor_tells_it_among_the_rest(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "hush")
        result = threadtune("doctor", "--home", home)
        assert "Wrong: Discord. The setting DISCORD_TOKEN is not usable" in result.output
        assert "hush" not in result.output

    def test_no_child_of_ours_is_given_the_token(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISCORD_TOKEN", "hush")
        threadtune("models", "--home", home)
        assert "hush" not in str(dict(os.environ))

    def test_the_terminal_can_be_served_beside(self) -> None:
        assert "--terminal" in threadtune("run", "--help").output
