"""People and what they agreed to, on every adapter."""

from dataclasses import replace

from storage.domain import Consent
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, conversation, message

CONSENT = Consent(id="consent_1", person_id=ADA.id, project_id="project_one", event_id="e1", given_at=START)
FOR_A_ROW = replace(CONSENT, id="consent_row", event_id="e2", row_id="row_1")


async def test_a_person_who_never_wrote_can_be_made_known_and_keeps_the_first_name(store: Store) -> None:
    await store.people.add(ADA)
    await store.people.add(replace(ADA, display_name="Eve"))
    await store.inbox.put(message("e1"), conversation(), replace(ADA, display_name="Mallory"))
    assert await store.people.get(ADA.id) == ADA


async def test_consent_is_in_force_until_withdrawn(store: Store) -> None:
    assert await store.people.consent(ADA.id, "project_one") is None
    await store.people.put_consent(CONSENT)
    await store.people.put_consent(replace(CONSENT, event_id="e2"))
    assert await store.people.consent(ADA.id, "project_one") == CONSENT
    await store.people.withdraw_consent(ADA.id, "project_one", START + MINUTE)
    assert await store.people.consent(ADA.id, "project_one") is None
    await store.people.put_consent(replace(CONSENT, id="consent_2", event_id="e3"))
    found = await store.people.consent(ADA.id, "project_one")
    assert found is not None
    assert found.id == "consent_2"


async def test_consent_for_one_row_says_nothing_of_any_other(store: Store) -> None:
    await store.people.put_consent(FOR_A_ROW)
    assert await store.people.consent(ADA.id, "project_one", "row_1") == FOR_A_ROW
    assert await store.people.consent(ADA.id, "project_one", "row_2") is None
    assert await store.people.consent(ADA.id, "project_one") is None
    assert await store.people.consent(ADA.id, "project_two", "row_1") is None
    assert await store.people.consent("console:bo", "project_one", "row_1") is None


async def test_consent_for_the_project_stands_beside_that_for_a_row_and_covers_it(store: Store) -> None:
    await store.people.put_consent(replace(FOR_A_ROW, given_at=START + MINUTE))
    await store.people.put_consent(CONSENT)
    for row_id in ("row_1", "row_2", None):
        assert await store.people.consent(ADA.id, "project_one", row_id) == CONSENT


async def test_of_several_the_latest_counts(store: Store) -> None:
    later = replace(FOR_A_ROW, id="a consent", given_at=START + MINUTE)
    for one in (FOR_A_ROW, later):
        await store.people.put_consent(one)
    assert await store.people.consent(ADA.id, "project_one", "row_1") == later


async def test_withdrawing_takes_consent_for_rows_along(store: Store) -> None:
    bo = replace(FOR_A_ROW, id="bo", person_id="console:bo")
    for one in (CONSENT, FOR_A_ROW, bo):
        await store.people.put_consent(one)
    for _ in range(2):
        await store.people.withdraw_consent(ADA.id, "project_one", START + MINUTE)
        assert await store.people.consent(ADA.id, "project_one", "row_1") is None
    assert await store.people.consent("console:bo", "project_one", "row_1") == bo
