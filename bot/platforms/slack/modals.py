"""Opening forms: a modal at once, while the trigger lives, then the form in it. It does not know what the forms ask."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.chat.errors import ChatError, Refused, RetryLater
from bot.chat.messages import ChatMessage, Form
from bot.chat.port import Words
from bot.platforms.slack.blocks import Payload
from bot.platforms.slack.client import SlackClient
from bot.platforms.slack.forms import Opened, loading, modal, problem
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

EXPIRED = frozenset({"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired"})
"""What Slack says of a trigger that is older than three seconds, or was used already."""
CLOSED = frozenset({"not_found", "view_not_found"})
"""What it says of a modal that the person has closed meanwhile."""

TRIES = 4
"""Times that the form is put into an open modal."""
LONGEST_WAIT = 10.0
"""Seconds between two of them: nobody sits before an empty form for longer."""

Tell = Callable[[str], Awaitable[None]]


@dataclass(eq=False)
class Modals:
    workspaces: Workspaces
    words: Words

    async def open(
        self,
        team: str,
        trigger: str,
        form: Awaitable[Form | ChatMessage | None],
        about: Callable[[Form], Awaitable[Opened]],
        tell: Tell,
    ) -> None:
        """Open a form. ``form``: None: there is none any more; a message: why there is none for this person.

        Where no modal could be opened, ``tell`` says so with what to do.
        """
        making = asyncio.ensure_future(self._view(form, about))
        try:
            client = await self.workspaces.client(team)
            opened = await client.views_open(trigger_id=trigger, view=loading(self.words))
        except ChatError as error:
            making.cancel()
            log.warning("a form could not be opened: %s", error)
            expired = isinstance(error, Refused) and error.code in EXPIRED
            await tell(self.words("slack.form.expired" if expired else "slack.form.not_opened"))
            return
        if not await self._filled(client, str(opened["view"]["id"]), await making):
            await tell(self.words("slack.form.not_opened"))

    async def _filled(self, client: SlackClient, view_id: str, view: Payload) -> bool:
        """Put the form in the place of the loading modal; False: somebody sits before that in vain."""
        for _ in range(TRIES):
            try:
                await client.views_update(view_id=view_id, view=view)
                return True
            except Refused as refused:
                if refused.code in CLOSED:
                    return True
                log.warning("a form was refused: %s", refused.code)
                view = problem(self.words("slack.form.failed"), self.words)
            except ChatError as error:  # doing it again does no harm
                wait = error.seconds if isinstance(error, RetryLater) else 1.0
                log.info("a form has to wait: %s", error)
                if wait > LONGEST_WAIT:
                    return False
                await asyncio.sleep(wait)
        return False

    async def _view(
        self, form: Awaitable[Form | ChatMessage | None], about: Callable[[Form], Awaitable[Opened]]
    ) -> Payload:
        try:
            made = await form
            if isinstance(made, Form):
                return modal(made, await about(made), self.words)
        except ValueError as error:
            log.warning("a form cannot be shown: %s", error)
            return problem(self.words("slack.form.too_long"), self.words)
        except Exception:  # the database is away, say: the person sits before the modal and waits
            log.exception("a form could not be made")
            return problem(self.words("slack.form.failed"), self.words)
        return problem(made.text if made else self.words("slack.form.gone"), self.words)
