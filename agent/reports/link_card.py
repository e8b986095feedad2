"""The card that asks once more before two accounts become one person's.

Codes are used to trick people: somebody hands over a code of their own, and whoever types it lets them in.
"""

from agent.replies import Choice, Quote, ShowCard
from agent.words import say

LINK = "link"
LEAVE = "leave"


def link_card(card_id: str, code_id: str, person_id: str, accounts: str) -> ShowCard:
    """``person_id``: the account that the code was typed in. ``accounts``: those that it would be linked with, in words."""
    return ShowCard(
        card_id=card_id,
        card_kind="link",
        subject={"code_id": code_id, "person_id": person_id},
        title=say("link.title_ask"),
        fields=(
            Quote(name=say("link.label_with"), text=accounts),
            Quote(name=say("link.label_means"), text=say("link.means")),
        ),
        choices=(
            Choice(label=say("link.both_mine"), action=LINK, style="danger"),
            Choice(label=say("link.leave"), action=LEAVE, style="primary"),
        ),
        note=say("link.beware"),
        private=True,
    )
