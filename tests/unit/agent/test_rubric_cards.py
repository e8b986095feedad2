"""The rubric on its card: who sees it, who changes it, and what becomes of two who do so at once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.evaluation.rubric import RUBRIC, rubric_of
from agent.replies import LONGEST_VALUE, ShowCard
from agent.reports.rubric_card import CRITERION_FORM
from storage.domain import Criterion, Membership, Person, Role, RowStatus
from tests.contract.facts import START, rule
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.projects import in_a_project, stage_of
from tests.fakes.talk import Talk

PROJECT = "project_1"
NEW = {
    "label": "Brevity",
    "asks": "Is it as short as it can be?",
    "poor": "Twice as long as needed.",
    "good": "Some words too many.",
    "excellent": "No word too many.",
}
TYPED = "add Brevity\nasks = Is it as short as it can be?\n1 = Too long.\n3 = So-so.\n5 = No word too many."


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def shown(talk: Talk) -> None:
    await in_a_project(talk)
    await talk.type("/tune rubric")


def cards(talk: Talk) -> list[ShowCard]:
    return [reply for reply in talk.said if isinstance(reply, ShowCard)]


async def criteria_of(talk: Talk) -> tuple[Criterion, ...]:
    return rubric_of(await talk.store.briefs.get(PROJECT))


async def taught(talk: Talk, *names: str, **changes: Any) -> None:
    for name in names:
        made = rule(name, project_id=PROJECT, author_id=talk.person, text=f"Rule {name}: no dates", **changes)
        await talk.store.preferences.add_rule(made)


class TestTheCard:
    async def test_it_shows_the_guides_five_with_their_anchors_and_says_whose_they_are(self, talk: Talk) -> None:
        await in_a_project(talk)
        said = await talk.type("/tune rubric")
        (card,) = cards(talk)
        assert card.title == "How answers are scored: the training guide's five criteria"
        assert "Nothing was changed here" in card.note
        names = [quote.name for quote in card.quoted]
        assert names[0] == "1. Accuracy (what is said; target 4)"
        assert names[4] == "5. Tone (how it is said; target 4)"
        assert "1: Factual errors.\n3: Mostly accurate.\n5: Completely accurate." in said

    async def test_the_guides_questions_are_put_in_words_for_people(self, talk: Talk) -> None:
        """What a judge is shown besides (a note, the agreed format as a field) is nothing that a person has before them."""
        await shown(talk)
        said = " ".join(quote.text for quote in cards(talk)[0].quoted)
        assert "Is what it says right?" in said
        assert "the note" not in said
        assert "`" not in said
        await talk.fill("Change “accuracy”", excellent="Names every part.")
        assert "Is what it says right?" in cards(talk)[-1].quoted[0].text, "also of one that was changed elsewhere"
        assert (await criteria_of(talk))[0].asks == RUBRIC[0].asks
        assert (await criteria_of(talk))[0].label == "accuracy", "as it stands within sentences"

    async def test_rules_stand_below_in_their_authors_words(self, talk: Talk) -> None:
        await in_a_project(talk)
        await taught(talk, "1", preference_id="preference_1")
        await taught(talk, "2")
        await talk.type("/tune rubric")
        (card,) = cards(talk)
        told = [(quote.name, quote.text) for quote in card.quoted[-2:]]
        day = f"{START:%Y-%m-%d}"
        assert told == [
            (f"Rule 1, {talk.name}, {day}, of two answers", "Rule 1: no dates"),
            (f"Rule 2, {talk.name}, {day}, about answers", "Rule 2: no dates"),
        ]

    async def test_of_many_rules_the_latest_are_shown_and_the_others_counted(self, talk: Talk) -> None:
        await in_a_project(talk)
        await taught(talk, *(f"{number:02}" for number in range(30)))
        await talk.type("/tune rubric")
        (card,) = cards(talk)
        assert [quote.text for quote in card.quoted][-1] == "Rule 29: no dates"
        assert "Earlier rules that are not shown: 20." in card.note
        assert len(talk.form("Take a rule back", card).fields[0].options) == 25

    @pytest.mark.parametrize("role", list(Role))
    async def test_a_viewer_may_look_and_whoever_judges_answers_may_change_it(self, talk: Talk, role: Role) -> None:
        await shown(talk)
        await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=talk.person, role=role))
        await talk.type("/tune rubric")
        assert bool(cards(talk)[0].choices) is (role is not Role.VIEWER)
        said = await talk.type("/tune rubric tone: 5 = warm")
        assert ("You cannot change the rubric" in said) is (role is Role.VIEWER)
        assert (await criteria_of(talk) == RUBRIC) is (role is Role.VIEWER)

    async def test_whoever_is_nobody_in_the_project_sees_nothing(self, talk: Talk) -> None:
        await shown(talk)
        await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=talk.person, role=Role.VIEWER))
        talk.person = "console:eve"
        assert "You cannot look" in await talk.type("/tune rubric")
        assert "You cannot change the rubric" in await talk.fill("Change “tone”", label="Mine")


class TestForms:
    async def test_a_criterion_is_changed_and_it_is_said_what_that_means_for_its_scores(self, talk: Talk) -> None:
        await shown(talk)
        (card,) = cards(talk)
        said = await talk.fill("Change “completeness”", excellent="Names every part and its owner.")
        closed, fresh = cards(talk)
        assert (closed.card_id, closed.edit, closed.choices) == (card.card_id, True, ())
        assert "asks for something else now, so it starts without scores" in said
        (changed,) = [one for one in await criteria_of(talk) if one not in RUBRIC]
        assert (changed.label, changed.excellent) == ("completeness", "Names every part and its owner.")
        assert changed.name != "completeness"
        assert fresh.title == "How answers are scored"
        said = await talk.fill("Change “completeness”", label="Whole", target="4.5")
        assert "still counts, for it asks the same" in said
        assert {one.name for one in await criteria_of(talk)} == {changed.name, *(one.name for one in RUBRIC)} - {
            "completeness"
        }

    async def test_one_is_added_and_removed_and_the_guides_five_come_back(self, talk: Talk) -> None:
        await shown(talk)
        assert "“Brevity” is added" in await talk.fill("Add a criterion", **NEW)
        assert [one.label for one in await criteria_of(talk)][-1] == "Brevity"
        said = await talk.fill("Remove a criterion", criterion="tone")
        assert "“tone” is removed. Its scores are kept, but count no more." in said
        assert "Your own criteria go: Brevity." in await talk.press("Back to the guide's five")
        await talk.press("Yes, back to the guide's")
        assert await criteria_of(talk) == RUBRIC
        assert (await talk.store.briefs.get(PROJECT)).criteria == ()

    async def test_whoever_thinks_again_keeps_theirs(self, talk: Talk) -> None:
        await shown(talk)
        await talk.fill("Add a criterion", **NEW)
        await talk.press("Back to the guide's five")
        assert "stays as it is" in await talk.press("Keep ours")
        assert len(await criteria_of(talk)) == 6

    @pytest.mark.parametrize(
        ("values", "field", "told"),
        [
            ({"label": "Accuracy"}, "label", "Another criterion is called"),
            ({"excellent": "x" * 10_240}, "excellent", "the limit is 300"),
            ({"good": ""}, "good", "Please write something"),
            ({"target": "6"}, "target", "from 1 to 5"),
            ({"asks": "Is it <|im_start|> short?"}, "asks", "only a model itself may write"),
        ],
    )
    async def test_what_is_wrong_is_said_beside_its_field_and_again_if_it_is_sent(
        self, talk: Talk, values: dict[str, str], field: str, told: str
    ) -> None:
        await shown(talk)
        form = talk.form("Add a criterion")
        wrong = await talk.interviewer.check(
            form.name, talk.person, form.subject, NEW | {"about": "content", "target": "4"} | values
        )
        assert list(wrong) == [field]
        assert told in wrong[field]
        assert wrong[field] in await talk.fill("Add a criterion", **(NEW | values))
        assert await criteria_of(talk) == RUBRIC

    @pytest.mark.parametrize("label", ["اكتمال", "完整性", "Ясность"])
    async def test_a_name_of_any_script_is_shown_as_it_was_written(self, talk: Talk, label: str) -> None:
        await shown(talk)
        await talk.fill("Add a criterion", **(NEW | {"label": label}))
        card = cards(talk)[-1]
        assert card.quoted[5].name == f"6. {label} (what is said; target 4)"
        assert f"Change “{label}”" in [choice.label for choice in card.choices]
        assert (await criteria_of(talk))[-1].name.isascii()

    async def test_ten_criteria_have_an_eleventh_refused(self, talk: Talk) -> None:
        await shown(talk)
        for number in range(5):
            await talk.fill(
                "Add a criterion", **(NEW | {"label": f"Brevity {number}", "asks": f"Is it short? {number}"})
            )
        assert "There are 10 criteria" in await talk.fill("Add a criterion", **NEW)
        assert len(await criteria_of(talk)) == 10
        await talk.type("/tune rubric")
        longest = max(
            len(field.value) for choice in cards(talk)[0].choices if choice.form for field in choice.form.fields
        )
        assert longest < LONGEST_VALUE

    async def test_a_form_with_a_forged_subject_changes_the_cards_project_alone(self, talk: Talk) -> None:
        await shown(talk)
        (card,) = cards(talk)
        forged = {"project_id": "project_of_others", "criterion": "format", "was": "00000000"}
        values = {"label": "Mine", "asks": "a", "poor": "b", "good": "c", "excellent": "d"}
        said = await talk.send_form(CRITERION_FORM, forged, values, card.card_id, "change:tone")
        assert "Somebody else has changed this criterion" in said
        assert await criteria_of(talk) == RUBRIC
        await talk.send_form(CRITERION_FORM, forged, values, card.card_id, "guide")
        await talk.send_form(CRITERION_FORM, forged, values, card.card_id, "change:nothing_such")
        assert await criteria_of(talk) == RUBRIC
        assert not (await talk.store.briefs.get("project_of_others")).criteria


class TestTwoAtOnce:
    async def test_who_changes_different_criteria_loses_nothing(self, talk: Talk) -> None:
        await shown(talk)
        (card,) = cards(talk)
        await talk.fill("Change “tone”", card, poor="Rude.")
        said = await talk.fill("Change “format”", card, label="Shape")
        assert "“Shape” is changed" in said
        assert {one.poor for one in await criteria_of(talk)} >= {"Rude."}
        assert "Shape" in {one.label for one in await criteria_of(talk)}

    async def test_who_is_slower_at_the_same_criterion_is_told_and_undoes_nothing(self, talk: Talk) -> None:
        await shown(talk)
        (card,) = cards(talk)
        await talk.fill("Change “tone”", card, label="Manners")
        said = await talk.fill("Change “tone”", card, target="5")
        assert "Somebody else has changed this criterion" in said
        assert [(one.label, one.target) for one in await criteria_of(talk)][-1] == ("Manners", 4.0)
        await talk.fill("Change “Manners”", poor="Rude.")
        assert "changed or removed meanwhile" in await talk.fill("Change “tone”", card, target="5")

    async def test_the_guides_five_do_not_come_back_over_what_somebody_has_changed_meanwhile(self, talk: Talk) -> None:
        await shown(talk)
        await talk.fill("Add a criterion", **NEW)
        await talk.press("Back to the guide's five")
        sure = cards(talk)[-1]
        await talk.fill("Change “tone”", poor="Rude.")
        assert "Somebody else has changed the rubric meanwhile" in await talk.press("Yes, back to the guide's", sure)
        assert len(await criteria_of(talk)) == 6

    async def test_a_criterion_is_removed_once(self, talk: Talk) -> None:
        await shown(talk)
        (card,) = cards(talk)
        await talk.fill("Remove a criterion", card, criterion="tone")
        assert "changed or removed meanwhile" in await talk.fill("Remove a criterion", card, criterion="tone")
        assert "changed or removed meanwhile" in await talk.press("Change “tone”", card)


class TestInWords:
    async def test_the_button_guides_where_there_are_no_forms(self, talk: Talk) -> None:
        await shown(talk)
        assert "What changes in “completeness”".lower() in (await talk.press("Change “completeness”")).lower()
        assert await stage_of(talk) == "rubric"
        await talk.type("completeness: 5 = names every part and its owner")
        assert await stage_of(talk) == "examples"
        assert "names every part and its owner" in {one.excellent for one in await criteria_of(talk)}

    async def test_after_its_button_a_line_needs_no_name(self, talk: Talk) -> None:
        await shown(talk)
        await talk.press("Change “tone”")
        await talk.type("5 = Sounds like us.\ntarget = 3")
        changed = (await criteria_of(talk))[4]
        assert (changed.excellent, changed.target) == ("Sounds like us.", 3)

    async def test_after_another_button_it_does(self, talk: Talk) -> None:
        await shown(talk)
        await talk.press("Change “tone”")
        await talk.press("Add a rule")
        assert "I did not understand" in await talk.type("5 = Sounds like us.")
        assert await criteria_of(talk) == RUBRIC

    async def test_a_criterion_is_added_in_one_message(self, talk: Talk) -> None:
        await shown(talk)
        await talk.press("Add a criterion")
        assert "“Brevity” is added" in await talk.type(TYPED)
        assert (await criteria_of(talk))[-1].excellent == "No word too many."

    async def test_several_edits_of_one_message_are_each_told_for_what_they_are(self, talk: Talk) -> None:
        await shown(talk)
        said = await talk.type(f"/tune rubric tone: 5 = warm\n{TYPED}")
        assert "“tone” asks for something else now" in said
        assert "“tone” is added" not in said
        assert "“Brevity” is added" in said
        said = await talk.type(
            f"/tune rubric remove format\n{TYPED.replace('Brevity', 'Warmth').replace('short', 'kind')}"
        )
        assert "“Warmth” is added" in said
        assert "“format” is removed" in said
        assert "asks for something else" not in said
        said = await talk.type("/tune rubric Warmth: label = Heart\n5 = as to a friend")
        assert "“Heart” asks for something else now" in said
        assert "removed" not in said

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("make it nicer", "I changed nothing"),
            ("tone: 5 = warm\nand so on", "I changed nothing"),
            ("brevity: 5 = short", "There is no criterion “brevity”"),
            ("add Brevity\n1 = long", "Something is missing: What is looked at, What 3 means, What 5 means."),
            ("tone: target = 9", "from 1 to 5"),
            ("tone: 5 = warm\nremove nothing such", "There is no criterion"),
            ("rule: " + "x" * 300, "at most 200 characters"),
        ],
    )
    async def test_what_cannot_be_done_is_said_and_nothing_is_done(self, talk: Talk, text: str, told: str) -> None:
        await shown(talk)
        await talk.press("Change “tone”")
        assert told in await talk.type(text)
        assert await stage_of(talk) == "rubric"
        assert await criteria_of(talk) == RUBRIC
        assert "stays as it is" in await talk.type("done")
        assert await stage_of(talk) == "examples"

    async def test_an_example_is_heard_all_the_same(self, talk: Talk) -> None:
        await shown(talk)
        await talk.press("Change “tone”")
        await talk.type("Instruction: Write it\nOutput: Here it is, as you wanted it.")
        assert len(await talk.store.rows.of_project(PROJECT, [RowStatus.PENDING])) == 1

    async def test_an_example_that_waits_for_a_decision_goes_on_waiting_for_it(self, talk: Talk) -> None:
        await in_a_project(talk)
        await talk.type("Instruction: Write it\nOutput: Here it is, as you wanted it.")
        await talk.type("/tune rubric")
        await talk.press("Change “tone”")
        await talk.type("tone: 5 = warm")
        assert await stage_of(talk) == "confirm"
        assert "Here it is again" in await talk.type("yes"), "another card stands between"
        await talk.type("yes")
        assert len(await talk.store.rows.of_project(PROJECT, [RowStatus.APPROVED])) == 1

    async def test_everything_can_be_said_behind_the_command(self, talk: Talk) -> None:
        await in_a_project(talk)
        await talk.type("/tune rubric remove tone")
        assert len(await criteria_of(talk)) == 4
        await talk.type("/tune rubric rule: never promise a date")
        assert [one.text for one in await talk.store.preferences.rules(PROJECT)] == ["never promise a date"]
        await talk.type("/tune rubric guide")
        await talk.press("Yes, back to the guide's")
        assert await criteria_of(talk) == RUBRIC


class TestRules:
    async def test_one_is_added_in_the_persons_own_words(self, talk: Talk) -> None:
        await shown(talk)
        assert "Noted as a rule" in await talk.fill("Add a rule", rule="Never promise\n a date")
        (kept,) = await talk.store.preferences.rules(PROJECT)
        assert (kept.text, kept.author_id) == ("Never promise a date", talk.person)

    async def test_one_is_taken_back_by_form_or_by_its_number_on_the_card(self, talk: Talk) -> None:
        await in_a_project(talk)
        await taught(talk, "1", "2", "3")
        await talk.type("/tune rubric")
        (card,) = cards(talk)
        await talk.press("Take a rule back", card)
        await talk.store.preferences.remove_rule("rule_1")  # a colleague is quicker: the numbers of all others change
        assert "Rule 2: no dates" in await talk.type("take back rule 2")
        assert [one.id for one in await talk.store.preferences.rules(PROJECT)] == ["rule_3"]
        await talk.fill("Take a rule back", rule="rule_3")
        assert not await talk.store.preferences.rules(PROJECT)

    @pytest.mark.parametrize("number", ["0", "4", "9999"])
    async def test_a_number_that_is_not_there_takes_nothing_back(self, talk: Talk, number: str) -> None:
        await in_a_project(talk)
        await taught(talk, "1", "2", "3")
        assert "no rule of that number" in await talk.type(f"/tune rubric take back rule {number}")
        assert len(await talk.store.preferences.rules(PROJECT)) == 3

    async def test_somebody_elses_is_taken_back_by_an_owner_alone(self, talk: Talk) -> None:
        await in_a_project(talk)
        await taught(talk, "1")
        owner, talk.person = talk.person, "console:bo"
        await talk.store.people.add(Person(id="console:bo", platform="console", display_name="Bo", created_at=START))
        await talk.store.projects.set_role(
            Membership(project_id=PROJECT, person_id="console:bo", role=Role.CONTRIBUTOR)
        )
        assert "You cannot take back what somebody else taught" in await talk.type("/tune rubric take back rule 1")
        talk.person = owner
        await talk.store.preferences.add_rule(
            replace(rule("2", project_id=PROJECT), author_id="console:bo", text="Bo's")
        )
        assert "Taken back" in await talk.type("/tune rubric take back rule 2")

    async def test_the_offered_rules_are_known_by_number_so_that_no_words_stay_behind_when_they_are_forgotten(
        self, talk: Talk
    ) -> None:
        await in_a_project(talk)
        await taught(talk, "1")
        await talk.type("/tune rubric")
        options = talk.form("Take a rule back").fields[0].options
        assert "no dates" not in str(options)
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert "no dates" not in str(await talk.posts())


async def before_words(talk: Talk) -> None:
    await shown(talk)
    await talk.press("Change “tone”")


async def before_guide(talk: Talk) -> None:
    await shown(talk)
    await talk.fill("Add a criterion", **NEW)
    await talk.press("Back to the guide's five")


async def with_rule(talk: Talk) -> None:
    await in_a_project(talk)
    await taught(talk, "1")
    await talk.type("/tune rubric")


async def with_rules(talk: Talk) -> None:
    await in_a_project(talk)
    await taught(talk, *"1234")


TURNS: Turns = {
    "form": (shown, lambda talk: talk.fill("Change “tone”", poor="Rude.", label="Manners")),
    "add": (shown, lambda talk: talk.fill("Add a criterion", **NEW)),
    "remove": (shown, lambda talk: talk.fill("Remove a criterion", criterion="tone")),
    "guide": (before_guide, lambda talk: talk.press("Yes, back to the guide's")),
    "words": (before_words, lambda talk: talk.type("tone: 1 = Rude.\nrule: be kind")),
    "rule": (shown, lambda talk: talk.fill("Add a rule", rule="be kind")),
    "back": (with_rule, lambda talk: talk.fill("Take a rule back", rule="rule_1")),
    "back by numbers": (with_rules, lambda talk: talk.type("/tune rubric take back rule 1\ntake back rule 2")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_does_everything_once(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    return {
        "criteria": await criteria_of(talk),
        "rules": await talk.store.preferences.rules(PROJECT),
        "stage": await stage_of(talk),
        "posts": [(cause, position) for cause, position, _ in await talk.posts()],
    }
