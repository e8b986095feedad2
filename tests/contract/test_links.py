"""One person with several accounts, and the groups that an account is in, on every adapter."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from storage.domain import Consent, GroupRole, Invite, LinkCode, Membership, Role
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, link, project

SLACK, DISCORD, BO = "slack:T1:U1", "discord:100", "console:bo"
CODE = LinkCode(id="hash of a code", created_by=ADA.id, expires_at=START + MINUTE)
HOUSE, GARDEN = "discord:7:", "discord:8:"
REVIEWERS = GroupRole(project_id="project_one", group_id="discord:7:role:5", name="Reviewers", role=Role.REVIEWER)


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


class TestLinking:
    async def test_an_account_that_is_linked_to_none_is_a_person_by_itself(self, store: Store) -> None:
        assert await store.links.accounts(BO) == {BO}
        assert await store.links.first_accounts([BO, ADA.id]) == {BO: BO, ADA.id: ADA.id}
        assert await store.links.first_accounts([]) == {}

    async def test_a_code_makes_two_accounts_one_persons(self, store: Store) -> None:
        await store.links.offer(CODE)
        assert await store.links.link(CODE.id, SLACK, START) == replace(CODE, used_by=SLACK)
        for account in (ADA.id, SLACK):
            assert await store.links.accounts(account) == {ADA.id, SLACK}
        assert await store.links.accounts(BO) == {BO}
        firsts = await store.links.first_accounts([ADA.id, SLACK, BO])
        assert firsts[ADA.id] == firsts[SLACK] != firsts[BO]

    async def test_whoever_is_linked_to_either_comes_along(self, store: Store) -> None:
        await link(store, ADA.id, SLACK)
        await link(store, DISCORD, BO)
        await link(store, SLACK, BO)
        for account in (ADA.id, SLACK, DISCORD, BO):
            assert await store.links.accounts(account) == {ADA.id, SLACK, DISCORD, BO}
        assert len(set((await store.links.first_accounts([ADA.id, SLACK, DISCORD, BO])).values())) == 1

    async def test_a_code_works_once(self, store: Store) -> None:
        await store.links.offer(CODE)
        first = await store.links.link(CODE.id, SLACK, START)
        assert await store.links.link(CODE.id, BO, START) is None
        assert await store.links.accounts(BO) == {BO}
        assert await store.links.link(CODE.id, SLACK, CODE.expires_at + MINUTE) == first  # again, after a crash
        await store.links.offer(CODE)  # so does this: it stays used up
        assert await store.links.link(CODE.id, BO, START) is None

    async def test_a_code_can_be_looked_at_without_using_it(self, store: Store) -> None:
        await store.links.offer(CODE)
        assert await store.links.offered("no such hash") is None
        assert await store.links.offered(CODE.id) == CODE
        await store.links.link(CODE.id, SLACK, START)
        assert await store.links.offered(CODE.id) == replace(CODE, used_by=SLACK)
        await store.links.offer(replace(CODE, id="another"))
        await store.links.spoil("another")
        assert await store.links.offered("another") is None

    async def test_a_code_that_many_use_at_once_links_exactly_one(self, store: Store) -> None:
        await store.links.offer(CODE)
        others = [f"discord:{number}" for number in range(6)]
        linked = await asyncio.gather(*(store.links.link(CODE.id, other, START) for other in others))
        (winner,) = [code.used_by for code in linked if code is not None]
        assert await store.links.accounts(ADA.id) == {ADA.id, winner}

    async def test_codes_that_are_used_at_once_lose_no_link(self, store: Store) -> None:
        chain = [f"discord:{number}" for number in range(6)]
        await asyncio.gather(*(link(store, one, other) for one, other in pairwise(chain)))
        for account in chain:
            assert await store.links.accounts(account) == set(chain)

    async def test_nobody_is_linked_by_a_code_that_is_unknown_expired_or_spoilt(self, store: Store) -> None:
        await store.links.offer(CODE)
        assert await store.links.link("no such hash", SLACK, START) is None
        assert await store.links.link(CODE.id, SLACK, CODE.expires_at) is None
        for _ in range(2):
            await store.links.spoil(CODE.id)
            assert await store.links.link(CODE.id, SLACK, START) is None
        assert await store.links.accounts(ADA.id) == {ADA.id}

    async def test_spoiling_a_code_that_was_used_undoes_nothing(self, store: Store) -> None:
        await store.links.offer(CODE)
        await store.links.link(CODE.id, SLACK, START)
        await store.links.spoil(CODE.id)
        assert await store.links.accounts(ADA.id) == {ADA.id, SLACK}
        assert await store.links.link(CODE.id, SLACK, START) is not None

    async def test_the_persons_own_accounts_do_not_use_a_code_up(self, store: Store) -> None:
        await link(store, ADA.id, SLACK)
        await store.links.offer(CODE)
        for own in (ADA.id, SLACK):
            assert await store.links.link(CODE.id, own, START) == CODE
        assert await store.links.link(CODE.id, BO, START) == replace(CODE, used_by=BO)


class TestUnlinking:
    async def test_two_accounts_are_two_people_again(self, store: Store) -> None:
        await link(store, ADA.id, SLACK)
        for _ in range(2):
            await store.links.unlink(SLACK)
            for account in (ADA.id, SLACK):
                assert await store.links.accounts(account) == {account}
                assert await store.links.first_accounts([account]) == {account: account}

    @pytest.mark.parametrize("gone", [ADA.id, SLACK, DISCORD])
    async def test_the_others_stay_linked_whichever_goes(self, store: Store, gone: str) -> None:
        await link(store, ADA.id, SLACK)
        await link(store, ADA.id, DISCORD)
        await store.links.unlink(gone)
        left = {ADA.id, SLACK, DISCORD} - {gone}
        assert await store.links.accounts(gone) == {gone}
        for account in left:
            assert await store.links.accounts(account) == left
        await link(store, gone, next(iter(left)))
        assert await store.links.accounts(gone) == {ADA.id, SLACK, DISCORD}


class TestWhatFollows:
    async def test_the_strongest_role_of_all_accounts_counts(self, store: Store) -> None:
        await store.projects.set_role(Membership(project_id="project_one", person_id=SLACK, role=Role.VIEWER))
        assert await store.projects.role("project_one", SLACK) is Role.VIEWER
        await link(store, ADA.id, SLACK)
        await link(store, SLACK, DISCORD)
        for account in (ADA.id, SLACK, DISCORD):
            assert await store.projects.role("project_one", account) is Role.OWNER
            assert [one.id for one in await store.projects.of_person(account)] == ["project_one"]
        assert {one.person_id: one.role for one in await store.projects.members("project_one")} == {
            ADA.id: Role.OWNER,
            SLACK: Role.VIEWER,
        }
        await store.links.unlink(ADA.id)
        assert await store.projects.role("project_one", DISCORD) is Role.VIEWER

    async def test_who_joins_is_a_member_with_that_account_too(self, store: Store) -> None:
        """Else they would lose the place that they were invited to by parting the accounts."""
        await link(store, ADA.id, SLACK)
        invite = Invite(
            id="hash", project_id="project_one", role=Role.REVIEWER, created_by=ADA.id, expires_at=START + MINUTE
        )
        await store.projects.invite(invite)
        await store.projects.join(invite.id, SLACK, START)
        assert await store.projects.role("project_one", SLACK) is Role.OWNER
        await store.links.unlink(SLACK)
        assert await store.projects.role("project_one", SLACK) is Role.REVIEWER

    async def test_consent_counts_with_whichever_account_it_was_given_and_is_withdrawn_with_any(
        self, store: Store
    ) -> None:
        given = Consent(id="consent_1", person_id=ADA.id, project_id="project_one", event_id="e1", given_at=START)
        await store.people.put_consent(given)
        await link(store, ADA.id, SLACK)
        assert await store.people.consent(SLACK, "project_one") == given
        assert await store.people.consent(BO, "project_one") is None
        await store.people.withdraw_consent(SLACK, "project_one", START + MINUTE)
        assert await store.people.consent(ADA.id, "project_one") is None


class TestGroups:
    async def test_a_role_of_a_group_is_that_of_everybody_in_it(self, store: Store) -> None:
        await store.projects.set_group_role(REVIEWERS)
        assert await store.projects.role("project_one", DISCORD) is None
        await store.links.set_groups(DISCORD, HOUSE, [REVIEWERS.group_id, "discord:7:role:6"])
        assert await store.projects.role("project_one", DISCORD) is Role.REVIEWER
        assert [one.id for one in await store.projects.of_person(DISCORD)] == ["project_one"]
        assert await store.projects.of_person(BO) == []

    async def test_whoever_leaves_the_group_loses_its_role(self, store: Store) -> None:
        await store.projects.set_group_role(REVIEWERS)
        for there, role in (([REVIEWERS.group_id], Role.REVIEWER), ([], None), ([REVIEWERS.group_id], Role.REVIEWER)):
            await store.links.set_groups(DISCORD, HOUSE, there)
            assert await store.projects.role("project_one", DISCORD) is role

    async def test_what_one_place_says_leaves_the_groups_of_another_alone(self, store: Store) -> None:
        await store.projects.set_group_role(REVIEWERS)
        await store.links.set_groups(DISCORD, HOUSE, [REVIEWERS.group_id])
        await store.links.set_groups(DISCORD, GARDEN, [])
        await store.links.set_groups(DISCORD, "discord:", [])  # no place, but what the ids of all begin with
        assert await store.projects.role("project_one", DISCORD) is None
        await store.links.set_groups(DISCORD, GARDEN, [REVIEWERS.group_id])
        assert await store.projects.role("project_one", DISCORD) is None  # a place speaks for its own groups alone

    async def test_the_stronger_of_both_roles_counts(self, store: Store) -> None:
        await store.links.set_groups(ADA.id, HOUSE, [REVIEWERS.group_id])
        await store.links.set_groups(BO, HOUSE, [REVIEWERS.group_id])
        await store.projects.set_role(Membership(project_id="project_one", person_id=BO, role=Role.VIEWER))
        await store.projects.set_group_role(REVIEWERS)
        assert await store.projects.role("project_one", ADA.id) is Role.OWNER
        assert await store.projects.role("project_one", BO) is Role.REVIEWER
        assert [one.id for one in await store.projects.of_person(ADA.id)] == ["project_one"]

    async def test_a_linked_account_brings_its_groups_along(self, store: Store) -> None:
        await store.projects.set_group_role(REVIEWERS)
        await store.links.set_groups(DISCORD, HOUSE, [REVIEWERS.group_id])
        await link(store, SLACK, DISCORD)
        assert await store.projects.role("project_one", SLACK) is Role.REVIEWER

    async def test_a_groups_role_can_be_changed_and_taken_back(self, store: Store) -> None:
        await store.links.set_groups(DISCORD, HOUSE, [REVIEWERS.group_id])
        await store.projects.set_group_role(REVIEWERS)
        weaker = replace(REVIEWERS, role=Role.VIEWER, name="Readers")
        await store.projects.set_group_role(weaker)
        assert await store.projects.group_roles("project_one") == [weaker]
        assert await store.projects.role("project_one", DISCORD) is Role.VIEWER
        for _ in range(2):
            await store.projects.remove_group_role("project_one", REVIEWERS.group_id)
            assert await store.projects.group_roles("project_one") == []
            assert await store.projects.role("project_one", DISCORD) is None

    async def test_a_groups_role_needs_a_project(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.projects.set_group_role(replace(REVIEWERS, project_id="none"))

    async def test_people_with_several_accounts_are_counted_once(self, store: Store) -> None:
        for account in (DISCORD, "discord:101", "discord:102"):
            await store.links.set_groups(account, HOUSE, [REVIEWERS.group_id])
        assert await store.links.seen_in(REVIEWERS.group_id) == 3
        await link(store, DISCORD, "discord:101")
        assert await store.links.seen_in(REVIEWERS.group_id) == 2
        assert await store.links.seen_in("discord:7:role:6") == 0


async def test_a_role_is_taken_back_from_one_account(store: Store) -> None:
    for account in (BO, SLACK):
        await store.projects.set_role(Membership(project_id="project_one", person_id=account, role=Role.REVIEWER))
    for _ in range(2):
        await store.projects.remove_role("project_one", BO)
        assert await store.projects.role("project_one", BO) is None
    assert await store.projects.role("project_one", SLACK) is Role.REVIEWER
