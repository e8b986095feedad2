"""The page of a comparison, and its replies: nothing that a person or a model wrote acts as markup."""

import json

from agent.replies import Say, ShowFile, ShowPicture, ShowTable
from agent.reports.comparison_page import page
from agent.reports.comparison_replies import comparison_replies
from agent.reports.verdict_words import headline
from tests.fakes.answers import answers, chatter, ticket
from tests.fakes.comparisons import comparison

HOSTILE = "# Not a heading\n| a | b |\n<script>alert(1)</script>\n![](http://evil.example/x.png)\n```"


def test_the_verdict_comes_first_and_every_answer_is_there() -> None:
    one = comparison(answers(chatter, ticket))
    text = page(one)
    assert text.index(headline(one)) < text.index("| Criterion |") < text.index("## All answers")
    assert all(f"    {line}" in text for given in one.answers for line in given.tuned.splitlines())
    assert text.count("\n### Request ") == 24


def test_what_models_wrote_is_quoted_line_by_line() -> None:
    text = page(comparison(answers(chatter, lambda at: HOSTILE, 3)))
    for line in HOSTILE.splitlines():
        assert f"\n    {line}\n" in text
        assert f"\n{line}\n" not in text


def test_lines_that_are_cut_by_odd_characters_stay_quoted() -> None:
    """U+2028, form feeds and carriage returns end a line for some readers."""
    text = page(comparison(answers(chatter, lambda at: "a\u2028# b\x0c# c\r# d", 3)))
    assert all(line.startswith("    ") for line in text.splitlines() if line.strip() in ("# b", "# c", "# d"))


def test_what_would_move_a_terminals_cursor_or_turn_text_around_is_left_out() -> None:
    one = comparison(answers(chatter, lambda at: "a\x1b[2Jb\x07c\u202ed\x9be\u2066f\tg", 3))
    text = page(type(one)(**{**vars(one), "name": "A\x1b plan\u202e"}))
    assert "    a[2Jbcdef\tg" in text
    assert text.splitlines()[0] == "# A plan – Run 3: your model and the base model side by side"
    assert not any(char in text for char in "\x1b\x07\x9b\u202e\u2066")


def test_a_projects_name_does_not_act() -> None:
    one = comparison(answers(chatter, ticket, 3))
    text = page(type(one)(**{**vars(one), "name": "A <b>*bold*</b>\n# plan"}))
    assert (
        text.splitlines()[0]
        == "# A \\<b\\>\\*bold\\*\\</b\\> \\# plan – Run 3: your model and the base model side by side"
    )


def test_the_conversation_sees_verdict_picture_table_and_three_answers() -> None:
    one = comparison(answers(chatter, ticket))
    said, picture, table, *sides, last = comparison_replies(one, "runs/run_1/verdict.png", "runs/run_1/comparison.md")
    assert isinstance(said, Say)
    assert said.text.startswith(f"**{headline(one)}**\n- ")
    assert isinstance(picture, ShowPicture)
    assert isinstance(table, ShowTable)
    assert len(sides) == 3
    assert [quote.name for side in sides if isinstance(side, Say) for quote in side.quoted][:4] == [
        "Request",
        "What you would want",
        "Base model",
        "Your model",
    ]
    assert isinstance(last, ShowFile)
    assert (last.path, last.name) == ("runs/run_1/comparison.md", "comparison-run-3.md")
    assert "24 answers" in last.text


def test_whoever_may_still_rate_blind_is_told_that_the_file_names_the_models() -> None:
    one = comparison(answers(chatter, ticket))
    for rateable, told in ((0, False), (3, True)):
        *_, file = comparison_replies(type(one)(**{**vars(one), "rateable": rateable}), "", "comparison.md")
        assert isinstance(file, ShowFile)
        assert ("after you have rated" in file.text) is told


def test_what_a_model_wrote_stands_in_quotes_alone() -> None:
    one = comparison(answers(lambda at: "EVIL-BASE", lambda at: "EVIL-TUNED", 3))
    for reply in comparison_replies(one, "", "comparison.md"):
        assert isinstance(reply, Say | ShowTable | ShowFile)
        assert "EVIL" not in reply.text


def test_an_empty_answer_is_named() -> None:
    one = comparison(answers(chatter, lambda at: "", 1))
    (side,) = [reply for reply in comparison_replies(one, "", "x") if isinstance(reply, Say) and reply.quoted]
    assert side.quoted[-1].text == "(The model wrote nothing.)"


def test_the_data_are_plain_json_with_every_pair_of_values() -> None:
    data = json.loads(json.dumps(comparison(answers(chatter, ticket)).to_json()))
    assert data["verdict"]["code"] == "better"
    (form,) = [one for one in data["measures"] if one["code"] == "format"]
    assert form["difference"]["low"] > 0.7
    assert form["pairs"]["near_00"] == [0, 1]
    assert form["outcome"] == "better"
    assert form["wins"] == 24
    assert form["sign_p"] == 2 * 0.5**24, "24 of 24 heads or tails"
    assert len(data["answers"]) == 24
