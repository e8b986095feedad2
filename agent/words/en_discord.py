"""What the Discord room says: what it shows, notices, refusals."""

SENTENCES: dict[str, str] = {
    # Messages
    "discord.shortened": "This is shortened. The whole text ({characters} characters) is in the file below.",
    "discord.continued": "It goes on:",
    "discord.file.too_large": "That file has more than the 10 MiB that Discord takes, so I cannot show it here.",
    "discord.file.refused": (
        "I could not put that file here. Please ask for it again in some minutes. If it fails again, an administrator can look "
        "whether I may attach files in this channel (for the engineer: `{code}`)."
    ),
    # What is answered at once to a message
    "discord.thread_name": "A model of your own",
    "discord.hello": (
        "Hello! I train small models from what you tell me. Name me in any channel, and I begin a thread for it; or write to me "
        "directly. `/tune help` lists what I can do."
    ),
    "discord.not_stored": (
        "Your message is not saved yet: the database cannot be reached. I go on trying for ten minutes. If I have not answered "
        "by then, please send it once more."
    ),
    "discord.edited": (
        "I go by what your message said when you sent it; changing it there changes nothing here. If the change matters, "
        "please send the new text as a message of its own."
    ),
    "discord.unread.forward": (
        "I do not read forwarded messages. To make one an example, open its menu, choose Apps and then “Use as training "
        "example”, and its author is asked. Or copy the words that matter into a message of yours."
    ),
    "discord.unread.poll": "I do not read polls. Please write what you mean as a message.",
    "discord.unread.sticker": "I do not see stickers. Please write what you mean as a message.",
    "discord.unread.empty": "There are no words in that message that I can read. Please write what you mean as a message.",
    "discord.deaf": (
        "I can see that you wrote something here, but Discord does not show me the words. Name me in front of your message, or "
        "press Answer below my question. Whoever runs me can change that: `threadtune doctor` says how."
    ),
    "discord.others_thread": (
        "I stay out of threads that others began. Name me in a message of your own in the channel, and I begin a thread for it; "
        "or write to me here."
    ),
    "discord.no_threads_here": (
        "There are no threads in this kind of channel, and I work in threads. Name me in a text channel, or write to me directly."
    ),
    "discord.no_permission": (
        "I may not begin a thread here. An administrator can allow it: what I lack in this channel is {permissions}. "
        "Or write to me directly."
    ),
    "discord.no_thread": "I could not begin a thread here. Please try once more in a minute, or write to me directly.",
    "discord.threads_full": (
        "This server has as many open threads as Discord allows, so I could not begin one. Have some closed, or write to me directly."
    ),
    "discord.thread_moderated": (
        "I could not begin a thread here: this server's AutoMod refuses its name, which is made of what you wrote. Please put it "
        "in other words, or write to me directly."
    ),
    "discord.not_served": (
        "Threadtune is not switched on for that server. Whoever runs it can add the server to their list. If you are on a server "
        "where it is switched on, you can write to me here."
    ),
    "discord.no_member": (
        "I work for the members of certain servers only, and you are on none of them, so I kept nothing of what you wrote. Whoever "
        "runs me can add your server to their list. If you joined one just now, write to me again in five minutes."
    ),
    "discord.member_unknown": (
        "Discord does not tell me at the moment whether you are on a server that I work for, so I kept nothing of this. Please "
        "send it again in a minute."
    ),
    # Places that are lost
    "discord.lost.server": (
        "I was removed from a server in which we were working. What was made there is kept: write `new` to go on with it here. What is "
        "still running ends as usual, and I tell you here."
    ),
    "discord.lost.channel": (
        "A channel was deleted in which we were working. What was made there is kept: write `new` to go on with it here. What is "
        "still running ends as usual, and I tell you here."
    ),
    "discord.lost.thread": (
        "A thread was deleted in which we were working. What was made there is kept: write `new` to go on with it here. What is "
        "still running ends as usual, and I tell you here."
    ),
    "discord.lost.removed": (
        "I was taken out of a private thread in which we were working. Nothing is lost, and what is running goes on; I tell you "
        "here. Name me there again, and we go on."
    ),
    "discord.lost.locked": (
        "A thread was locked in which we were working, so nobody can write there any more. Nothing is lost, and what is running "
        "goes on; I tell you here."
    ),
    # For one person alone among others
    "discord.for_one": "{who}, I have something that is for you alone, and you take no direct messages from me.",
    "discord.show": "Show it to me",
    "discord.show_other": "This is for somebody else.",
    "discord.show_later": "I cannot look this up at the moment. Press the button again in a minute.",
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
    "outbox.reason_moderated": (
        "this server's AutoMod refuses words in it. Whoever runs the server can make an exception for me (Server Settings, AutoMod); "
        "or go on with me here."
    ),
    "outbox.reason_explicit_content": "Discord takes it for explicit content and refuses it. Go on with me here.",
    "outbox.reason_harmful_link": "Discord takes a link in it for a harmful one and refuses it. Go on with me here.",
    "outbox.reason_not_here": "that person is not on this platform.",
}
