"""What the Discord room says: what it shows, notices, refusals."""

SENTENCES: dict[str, str] = {
    # Messages
    "discord.nothing": "There is nothing to show here.",
    # For one person alone among others
    "discord.for_one": "{who}, I have something that is for you alone, and you take no direct messages from me.",
    "discord.show": "Show it to me",
    "discord.show_other": "This is for somebody else.",
    "discord.show_gone": "This is not there any more. `/tune status` shows where things stand.",
    # Why something could not be posted (``outbox.refused``)
    "outbox.reason_missing_access": (
        "I may not look into that channel any more. Let me in again and write “status” in the thread, or go on with me here."
    ),
    "outbox.reason_missing_permissions": (
        "I may not write in that thread. An administrator can let me: `threadtune doctor` says which permission is missing. "
        "Or go on with me here."
    ),
    "outbox.reason_unknown_channel": "the channel or the thread was deleted. Go on with me here, or begin a new thread.",
    "outbox.reason_unknown_guild": "I was removed from that server. Invite me again, or go on with me here.",
    "outbox.reason_thread_locked": "the thread is locked. Have it unlocked, or go on with me here.",
    "outbox.reason_thread_archived": "the thread is closed, and I may not open it again. Have it opened, or go on with me here.",
    "outbox.reason_dms_closed": (
        "that person takes no direct messages from me. They can allow them in the privacy settings of a server that we share."
    ),
    "outbox.reason_not_here": "that person is not on this platform.",
}
