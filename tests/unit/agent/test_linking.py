"""One person with several accounts: linked by a code that works once, and counted as one from then on."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.codes import id_of
from agent.replies import Say, ShowCard
from storage.domain import LinkCode, Role, RowStatus
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.linking import linked as make_one
from tests.fakes.talk import Talk
from tests.unit.agent.test_conversation import GOAL, LABELLED
from tests.unit.agent.test_questions import project_of

SLACK, DISCORD = "slack:T1:U1", "discord:100"
CODE = "aaaa-bbbb-cccc-dddd"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await talk.begin(GOAL)
    return talk


def account(talk: Talk, person: str = SLACK, name: str = "Ana", begin: int = 100) -> Talk:
    """The direct conversation of another account, with the same house."""
    other = Talk(home=talk.home, person=person, name=name, conversation=person, store=talk.store)
    other._count = begin if person == SLACK else 3 * begin  # ids of events are one platform's; a step takes a second
    return other


async def code_from(talk: Talk) -> str:
    said = await talk.type("/tune link")
    found = re.search(r"/tune link ([a-z2-7-]{19})`", said)
    assert found, said
    return found[1]


async def linked(talk: Talk, person: str = SLACK, name: str = "Ana") -> Talk:
    other = account(talk, person, name)
    said = await redeemed(other, await code_from(talk))
    assert "are one person now" in said, said
    return other


async def redeemed(other: Talk, code: str) -> str:
    """Type a code with another account, and say yes to what the card asks."""
    asked = await other.type(f"/tune link {code}")
    assert "Is that other account yours too?" in asked, asked
    return await other.press("Both are mine: link them")


def told(talk: Talk) -> dict[str | None, str]:
    """What was said last, by whom it goes to."""
    return {reply.to: reply.text for reply in talk.said if isinstance(reply, Say)}


class TestTheCode:
    async def test_it_is_said_to_the_person_alone_and_only_its_hash_is_kept(self, talk: Talk) -> None:
        code = await code_from(talk)
        assert all(reply.private for reply in talk.said if isinstance(reply, Say))
        (kept,) = talk.store.links._facts.link_codes.values()  # type: ignore[attr-defined]  # the store in memory
        assert kept.id == hashlib.sha256(code.replace("-", "").encode()).hexdigest()

    async def test_it_links_two_accounts_and_both_are_told(self, talk: Talk) -> None:
        other = await linked(talk)
        said = told(other)
        assert "Linked: this account and Ana in the terminal are one person now" in said[None]
        assert "Ana in Slack was linked with this account just now" in said["console:ana"]
        assert "/tune link remove" in said[None]
        assert "/tune link remove" in said["console:ana"]
        assert set(said) == {None, "console:ana"}

    async def test_it_works_once(self, talk: Talk) -> None:
        code = await code_from(talk)
        await redeemed(account(talk), code)
        assert "does not work" in await account(talk, DISCORD).type(f"/tune link {code}")

    async def test_it_may_be_written_as_people_write(self, talk: Talk) -> None:
        code = (await code_from(talk)).upper().replace("-", " ")
        assert "are one person now" in await redeemed(account(talk), code)

    async def test_it_runs_out_after_a_quarter_of_an_hour(self, talk: Talk) -> None:
        code, other = await code_from(talk), account(talk)
        other.wait(timedelta(minutes=15))
        assert "does not work" in await other.type(f"/tune link {code}")
        assert await talk.store.links.accounts(talk.person) == {talk.person}

    async def test_the_account_that_made_it_cannot_use_it_up(self, talk: Talk) -> None:
        code = await code_from(talk)
        assert "That code is your own" in await talk.type(f"/tune link {code}")
        assert "are one person now" in await redeemed(account(talk), code)

    async def test_an_invitation_is_no_link_and_a_link_no_invitation(self, talk: Talk) -> None:
        invitation = re.search(r"/tune join ([a-z2-7-]{19})`", await talk.type("/tune share"))
        assert invitation
        assert "does not work" in await account(talk).type(f"/tune link {invitation[1]}")
        assert "does not work" in await account(talk, begin=200).type(f"/tune join {await code_from(talk)}")

    async def test_one_that_others_could_read_is_worth_nothing_any_more(self, talk: Talk) -> None:
        code, other = await code_from(talk), account(talk)
        other.shared, other.conversation = True, "slack:T1:C1:1.0"
        assert "Others could read that code" in await other.type(f"/tune link {code}")
        assert "does not work" in await account(talk, begin=200).type(f"/tune link {code}")
        assert await talk.store.links.accounts(SLACK) == {SLACK}

    async def test_the_names_of_accounts_are_nobodys_markup(self, talk: Talk) -> None:
        other = await linked(talk, SLACK, "**Ana** <!channel> @everyone `x`")
        assert "Ana !channel everyone x in Slack was linked" in told(other)["console:ana"]

    async def test_linking_is_repeated_after_a_crash_with_the_same_words(self, talk: Talk) -> None:
        other = await linked(talk)
        before = told(other)
        event = await talk.store.inbox.get(f"event-{other._count}")
        again = account(talk)  # a process that remembers nothing of the conversation
        replies = await again.interviewer.handle(event)
        assert {reply.to: reply.text for reply in replies if isinstance(reply, Say)} == before


class TestWhoeverIsTrickedIntoTypingACode:
    """Mallory hands Ana a code of her own account: `type this to get your badge`."""

    async def test_nothing_is_linked_before_it_was_asked_with_the_other_account_named(self, talk: Talk) -> None:
        mallory = account(talk, DISCORD, "Mallory")
        await mallory.type("hello")
        said = await talk.type(f"/tune link {await code_from(mallory)}")
        assert "Mallory in Discord" in said
        assert "may do whatever you may" in said
        assert "If somebody gave it to you, leave it" in said
        (card,) = [one for one in talk.said if isinstance(one, ShowCard)]
        assert card.private
        assert await talk.store.links.accounts(talk.person) == {talk.person}

    async def test_all_accounts_that_would_come_along_are_named(self, talk: Talk) -> None:
        mallory = account(talk, DISCORD, "Mallory")
        await linked(mallory, SLACK, "Mal")
        said = await talk.type(f"/tune link {await code_from(mallory)}")
        assert "Mallory in Discord and Mal in Slack" in said

    async def test_whoever_leaves_it_makes_the_code_useless(self, talk: Talk) -> None:
        mallory = account(talk, DISCORD, "Mallory")
        code = await code_from(mallory)
        await talk.type(f"/tune link {code}")
        assert "Nothing was linked" in await talk.press("Leave it")
        assert "does not work" in await talk.type(f"/tune link {code}")
        assert "decided already: Leave it" in await talk.press("Both are mine: link them")
        assert await talk.store.links.accounts(talk.person) == {talk.person}

    async def test_nobody_else_can_say_yes_for_them(self, talk: Talk) -> None:
        mallory = account(talk, DISCORD, "Mallory")
        await talk.type(f"/tune link {await code_from(mallory)}")
        assert "Only the account in which the code was written" in await _press_elsewhere(
            mallory, talk, "Both are mine: link them"
        )
        assert await talk.store.links.accounts(talk.person) == {talk.person}
        assert "are one person now" in await talk.press("Both are mine: link them")

    async def test_a_card_that_is_older_than_its_code_links_nothing(self, talk: Talk) -> None:
        mallory = account(talk, DISCORD, "Mallory")
        await talk.type(f"/tune link {await code_from(mallory)}")
        talk.wait(timedelta(minutes=30))
        assert "does not work" in await talk.press("Both are mine: link them")
        assert await talk.store.links.accounts(talk.person) == {talk.person}


class TestParting:
    async def test_an_account_that_is_linked_with_none_is_told_how(self, talk: Talk) -> None:
        for word in ("list", "remove"):
            assert "linked with no other" in await talk.type(f"/tune link {word}")

    async def test_all_accounts_are_listed_wherever_one_asks(self, talk: Talk) -> None:
        other = await linked(talk)
        assert "1. Ana in the terminal\n2. Ana in Slack (this one)" in await other.type("/tune link list")
        assert "1. Ana in the terminal (this one)\n2. Ana in Slack\n" in await talk.type("/tune link list")

    @pytest.mark.parametrize(("asked", "gone"), [("remove", "console:ana"), ("remove 2", DISCORD), ("remove 3", SLACK)])
    async def test_one_is_parted_and_the_others_are_told(self, talk: Talk, asked: str, gone: str) -> None:
        await linked(talk)
        await linked(talk, DISCORD)
        said = await talk.type(f"/tune link {asked}")
        assert "is parted from the other accounts" in said
        assert set(told(talk)) == {None, SLACK, DISCORD}
        assert await talk.store.links.accounts(gone) == {gone}
        assert len(await talk.store.links.accounts(({"console:ana", SLACK} - {gone}).pop())) == 2

    async def test_a_stranger_who_used_a_stolen_code_loses_all_again(self, talk: Talk) -> None:
        thief = await linked(talk, DISCORD, "Mallory")
        project = (await project_of(talk)).id
        assert await talk.store.projects.role(project, DISCORD) is Role.OWNER
        await talk.type("/tune link remove")
        assert await talk.store.projects.role(project, DISCORD) is None
        assert "linked with no other" in await thief.type("/tune link list")

    async def test_a_number_that_is_none(self, talk: Talk) -> None:
        await linked(talk)
        assert "no account of that number" in await talk.type("/tune link remove 9")


class TestOnePerson:
    async def test_a_project_is_reached_from_the_other_account(self, talk: Talk) -> None:
        """Where it was begun the conversation stays as it is."""
        other = await linked(talk)
        said = await _into_project(other)
        assert f"We are in “{(await project_of(talk)).name}” now" in said
        await other.type(LABELLED.format(n=1))
        assert "Approved" in await other.type("yes")
        assert "1 approved" in await talk.type("status")

    async def test_another_project_can_be_begun_there_too(self, talk: Talk) -> None:
        other = await linked(talk)
        await other.type("/tune new")
        await other.press("Begin another")
        await other.type("Sort letters from tenants into four departments")
        assert len(await talk.store.projects.of_person(talk.person)) == 2

    async def test_consent_given_with_one_account_counts_for_what_the_other_gave(self, talk: Talk) -> None:
        project = (await project_of(talk)).id
        await talk.type(LABELLED.format(n=1))
        await talk.type("yes")
        other = await linked(talk)
        consent = await talk.store.people.consent(other.person, project)
        assert consent is not None
        assert consent.person_id == talk.person

    async def test_what_was_given_with_one_account_may_be_changed_with_the_other(self, talk: Talk) -> None:
        await talk.type(LABELLED.format(n=1))
        other = await linked(talk)
        assert "Approved" in await _press_elsewhere(other, talk, "Approve")

    async def test_forgetting_takes_what_all_accounts_gave_and_says_so(self, talk: Talk) -> None:
        project = (await project_of(talk)).id
        await talk.type(LABELLED.format(n=1))
        await talk.type("yes")
        other = await linked(talk)
        await _into_project(other)
        await other.type(LABELLED.format(n=2))
        await other.type("yes")
        assert len(await talk.store.rows.of_project(project, list(RowStatus))) == 2
        card = await other.type("/tune forget")
        assert "2 of yours would be deleted for good" in card
        assert "all 2 accounts of yours" in card
        assert "Examples of yours that are deleted: 2." in await other.press("Delete my examples")
        assert await talk.store.rows.of_project(project, list(RowStatus)) == []
        assert await talk.store.people.consent(talk.person, project) is None

    async def test_forgetting_deletes_only_what_its_card_counted(self, talk: Talk) -> None:
        """An account that was linked while the card was open keeps what it gave."""
        project = (await project_of(talk)).id
        await talk.type(LABELLED.format(n=1))
        await talk.type("/tune forget")
        bo = account(talk, DISCORD, "Bo")
        invitation = re.search(r"/tune join ([a-z2-7-]{19})`", await talk.type("/tune share"))
        assert invitation
        await bo.type(f"/tune join {invitation[1]}")
        await bo.type(LABELLED.format(n=2))
        await redeemed(bo, await code_from(talk))
        await talk.press("Delete my examples")
        (left,) = await talk.store.rows.of_project(project, list(RowStatus))
        assert left.author_id == DISCORD

    async def test_my_export_holds_what_all_accounts_gave_and_says_so(self, talk: Talk) -> None:
        await talk.type(LABELLED.format(n=1))
        await talk.type("yes")
        other = await linked(talk)
        await _into_project(other)
        said = await other.type("/tune export mine")
        assert "1 examples" in said
        assert "all 2 accounts of yours" in said

    async def test_without_a_link_nothing_is_said_of_accounts(self, talk: Talk) -> None:
        await talk.type(LABELLED.format(n=1))
        assert "accounts" not in await talk.type("/tune export mine")
        assert "accounts" not in await talk.type("/tune forget")


async def _into_project(other: Talk) -> str:
    assert "Where shall we go on?" in await other.type("/tune new")
    return await other.press(next(one.label for one in other.shown[-1].choices if one.action.startswith("open:")))


async def _press_elsewhere(other: Talk, talk: Talk, label: str) -> str:
    """Press a button of a card that was shown to the first account, with the second."""
    talk.person, before = other.person, talk.person
    try:
        return await talk.press(label)
    finally:
        talk.person = before


class TestWhenTheProcessIsKilled:
    """A turn that is killed anywhere is gone on with, and ends as if nothing had happened."""

    async def test_linking(self, tmp_path: Path) -> None:
        async def prepare(talk: Talk) -> None:
            until = talk.now + timedelta(minutes=15)
            await talk.store.links.offer(LinkCode(id=id_of(CODE), created_by=SLACK, expires_at=until))

            await talk.type(f"/tune link {CODE}")

        async def turn(talk: Talk) -> None:
            await talk.press("Both are mine: link them")

        async def outcome(talk: Talk) -> tuple[frozenset[str], list[tuple[str, int, str]]]:
            return await talk.store.links.accounts(SLACK), await talk.posts()

        accounts, posts = await ends_as_if_undisturbed(tmp_path, prepare, turn, outcome)
        assert accounts == {"console:ana", SLACK}
        assert sum("are one person now" in text for _, _, text in posts) == 1
        assert sum("was linked with this account just now" in text for _, _, text in posts) == 1

    async def test_parting(self, tmp_path: Path) -> None:
        async def prepare(talk: Talk) -> None:
            await make_one(talk.store, talk.person, SLACK)

        async def turn(talk: Talk) -> None:
            await talk.type("/tune link remove")

        async def outcome(talk: Talk) -> tuple[frozenset[str], list[tuple[str, int, str]]]:
            return await talk.store.links.accounts(SLACK), await talk.posts()

        accounts, posts = await ends_as_if_undisturbed(tmp_path, prepare, turn, outcome)
        assert accounts == {SLACK}
        assert len(posts) == 2

    async def test_forgetting_with_two_accounts(self, tmp_path: Path) -> None:
        async def prepare(talk: Talk) -> None:
            await talk.begin(GOAL)
            await talk.type(LABELLED.format(n=1))
            await talk.type("yes")
            await make_one(talk.store, talk.person, SLACK)
            (given,) = await talk.store.rows.of_project((await project_of(talk)).id)
            await talk.store.rows.add([replace(given, id="other", author_id=SLACK, content_hash="other")])
            await talk.type("/tune forget")

        async def turn(talk: Talk) -> None:
            await talk.press("Delete my examples")

        async def outcome(talk: Talk) -> tuple[int, int]:
            project = (await project_of(talk)).id
            told = sum("Examples of yours that are deleted: 2." in text for _, _, text in await talk.posts())
            return len(await talk.store.rows.of_project(project, list(RowStatus))), told

        assert await ends_as_if_undisturbed(tmp_path, prepare, turn, outcome) == (0, 1)
