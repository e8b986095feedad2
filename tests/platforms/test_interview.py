"""From hello to an approved example: the same sentences, questions and buttons everywhere."""

from agent.words import say
from bot.chat.messages import ChatMessage
from tests.platforms.journeys import ASK_FOR_ONE, EXAMPLE, GOAL, WHOLE_EXAMPLE, finds, with_project
from tests.platforms.meaning import card, expect, plain, says
from tests.platforms.speaking import Room, Speaker

REQUEST, INPUT, ANSWER = EXAMPLE
DECISIONS = (say("row.approve"), say("row.edit"), say("row.reject"))
KIND = ("Any other task", "Rewriting", "Question answering")


def decision(answer: str, *, comes_with: str = INPUT) -> ChatMessage:
    quoted = [(say("row.instruction"), REQUEST), (say("row.input"), comes_with), (say("row.output"), answer)]
    return card(
        say("row.title"),
        (say("row.kind"), "everyday case"),
        quoted=[one for one in quoted if one[1]],
        buttons=DECISIONS,
        note=say("row.note"),
    )


async def test_hello_is_answered_with_who_we_are_and_what_we_ask(ana: Speaker) -> None:
    await ana.say("hello")
    expect(await ana.read(), says("hello.greeting_A"), says("hello.ask_goal"))


async def test_a_goal_makes_a_project_and_a_question_with_its_answers_as_buttons(ana: Speaker) -> None:
    await ana.say(GOAL)
    seen = await ana.read()
    finds(seen, "goal.understood", name=GOAL)
    question = finds(seen, "question.kind")
    assert question.buttons == (*KIND, *(say(f"question.{key}") for key in ("else", "decide", "decide_rest")))
    assert len(seen) == 3


async def test_a_question_is_answered_by_a_button_and_its_card_says_so(ana: Speaker) -> None:
    await ana.say(GOAL)
    await ana.read()
    await ana.press("Rewriting")
    seen = await ana.read()
    answered = seen[0]
    assert answered.edited
    assert answered.buttons == ()
    assert plain(answered.text).endswith("Rewriting")
    assert finds(seen, "question.tone").buttons


async def test_a_question_is_answered_in_words_too(ana: Speaker) -> None:
    await ana.say(GOAL)
    await ana.read()
    await ana.say("question answering")
    finds(await ana.read(), "question.tone")


async def test_what_is_left_to_us_leads_to_the_plan_and_the_first_question_for_an_example(ana: Speaker) -> None:
    await ana.say(GOAL)
    await ana.read()
    await ana.press(say("question.decide_rest"))
    seen = await ana.read()
    expect(seen[:1], card(say("question.kind"), (say("question.answer"), say("question.left"))))
    expect(seen[2:3], says("examples.how", needed=10, good=24))
    assert plain(seen[3].text) == ASK_FOR_ONE
    assert len(seen) == 4


async def test_an_example_is_given_in_parts(ana: Speaker) -> None:
    await with_project(ana)
    await ana.say(REQUEST)
    expect(await ana.read(), says("examples.ask_input"))
    await ana.say("none")
    expect(await ana.read(), says("examples.ask_output"))
    await ana.say(ANSWER)
    expect(await ana.read(), decision(ANSWER, comes_with=""))


async def test_an_example_is_given_in_one_message_changed_in_a_form_and_approved(ana: Speaker) -> None:
    await with_project(ana)
    await ana.say(WHOLE_EXAMPLE)
    expect(await ana.read(), decision(ANSWER))
    better = f"{ANSWER}\nDue: Friday"
    await ana.fill(say("row.edit"), {say("row.output"): better})
    seen = await ana.read()
    assert seen[0].edited
    assert seen[0].buttons == ()
    expect(seen[-1:], decision(better))
    await ana.press(say("row.approve"))
    seen = await ana.read()
    expect(seen[1:2], says("row.approved"))
    assert plain(seen[0].text).startswith(say("row.title_approved"))
    assert seen[0].edited
    assert "1 of 24" in plain(seen[2].text)
    assert len(seen) == 3


async def test_a_word_decides_as_a_button_does(ana: Speaker) -> None:
    await with_project(ana)
    await ana.say(WHOLE_EXAMPLE)
    await ana.read()
    await ana.say("no")
    finds(await ana.read(), "row.rejected")


async def test_a_command_tells_where_we_are(ana: Speaker) -> None:
    await with_project(ana)
    await ana.command("status")
    (status,) = await ana.read()
    assert f"{GOAL}: 0 approved, 0 pending" in plain(status.text)
    assert plain(status.text).endswith("Next: your first example. Write a request, as somebody would put it.")


async def test_a_mistyped_command_is_told_what_was_meant(ana: Speaker) -> None:
    await with_project(ana)
    await ana.command("stauts")
    (answer,) = await ana.read()
    meant = f"{say('help.unknown', word='stauts')} {say('help.meant', words='`/tune stats` or `/tune status`')}"
    assert plain(answer.text) == plain(meant)


async def test_what_was_stored_before_the_process_died_is_answered_by_the_next_one(room: Room, ana: Speaker) -> None:
    await with_project(ana)
    await ana.say(REQUEST)
    await ana.read()
    await room.house.pause()  # whoever answers has died; what is said is still stored
    await ana.say("none")
    await room.restart()
    expect(await ana.read(), says("examples.ask_output"))
    await ana.say(ANSWER)
    expect(await ana.read(), decision(ANSWER, comes_with=""))


async def test_a_card_that_an_earlier_process_posted_still_acts(room: Room, ana: Speaker) -> None:
    await with_project(ana)
    await ana.say(WHOLE_EXAMPLE)
    await ana.read()
    await room.restart()
    await ana.press(say("row.approve"))
    finds(await ana.read(), "row.approved")
