"""Linking the accounts of one person, and giving a role to a group."""

SENTENCES: dict[str, str] = {
    "help.link": "`/tune link` – use several accounts (Slack, Discord, a terminal) as one person; `/tune link list` shows them",
    "place.link": "Your accounts are your own business, so I answer in our direct messages.",
    "projects.where": "Where shall we go on?",
    "projects.elsewhere": (
        "You work on that project directly with me or in another place, and others read along here. To go on by yourself, write "
        "`new` to me directly and choose it. To bring it here for all, get a code with `/tune share` where you work on it, and "
        "write `/tune join CODE` here."
    ),
    # Linking
    "link.code": (
        "With your other account, write this to me directly, within {minutes} minutes:\n`/tune link {code}`\n"
        "It works once. From then on both accounts are you: your projects and roles, your consent, your examples, your votes. "
        "Type it yourself and give it to nobody: whoever has an account that is linked with yours may do whatever you may."
    ),
    "link.title_ask": "Is that other account yours too?",
    "link.label_with": "The code was made by",
    "link.label_means": "Linking means",
    "link.means": (
        "Whoever has that account may do whatever you may: see, change and delete your projects and examples, and give consent in "
        "your name. And the other way round."
    ),
    "link.both_mine": "Both are mine: link them",
    "link.leave": "Leave it",
    "link.beware": (
        "Link them only if you made that code yourself a moment ago. If somebody gave it to you, leave it, whatever they said "
        "it was for: names can be imitated. Leaving it makes the code useless."
    ),
    "link.title_linked": "The accounts are linked",
    "link.title_left": "Nothing was linked, and the code is useless now",
    "link.title_failed": "Nothing was linked",
    "link.not_yours": "Only the account in which the code was written can decide this.",
    "link.done": (
        "Linked: this account and {accounts} are one person now. Your projects, roles, consent, examples and votes count for "
        "all of them, and `/tune forget` and `/tune export mine` take all of them together. `/tune new` shows your projects.\n"
        "If that code was not your own, write `/tune link remove` now: until then its owner may do whatever you may."
    ),
    "link.told": (
        "{account} was linked with this account just now, by the code that was made for it, and may do whatever you may. "
        "If that was not you, write `/tune link remove` at once. `/tune link list` shows all your accounts."
    ),
    "link.bad_code": "That code does not work: it is mistyped, used, or too old. `/tune link` in your other account gives another one.",
    "link.own_code": (
        "That code is your own, and this account belongs to you already. Write it with the account that is to be linked; it "
        "still works."
    ),
    "link.public": (
        "Others could read that code here, so I made it useless. Get another one with `/tune link`, and write it to me directly."
    ),
    "link.title": "Your accounts:",
    "link.line": "{number}. {account}",
    "link.line_here": "{number}. {account} (this one)",
    "link.how_to_part": (
        "`/tune link remove` parts this account from the others, `/tune link remove 2` the second of them. What was given "
        "with an account stays with that account."
    ),
    "link.none": (
        "This account is linked with no other. `/tune link` gives you a code to write with your other account, in Slack, in "
        "Discord or in a terminal."
    ),
    "link.no_number": "There is no account of that number. `/tune link list` shows them.",
    "link.parted": "{account} is parted from the other accounts. What was given with it stays with it; so do the roles that it has by itself.",
    "link.told_parted": "{account} was parted from your other accounts just now. `/tune link list` shows those that are linked with this one.",
    "link.account": "{name} {where}",
    "platform.console": "in the terminal",
    "platform.slack": "in Slack",
    "platform.discord": "in Discord",
    "platform.other": "elsewhere",
    "forget.accounts": "It covers what you gave with all {count} accounts of yours that are linked (`/tune link list`).",
    "export.accounts": "It covers all {count} accounts of yours that are linked (`/tune link list`).",
    # Roles of people and groups
    "roles.group": "everybody in the group “{name}”",
    "roles.title": "Who may do what in **{name}**:",
    "roles.line": "{number}. {who}: {role}",
    "roles.how_to_change": (
        "`/tune share remove 2` takes the second one's role back. `/tune share` invites a person. A group (a role of a Discord "
        "server) is given one with `/tune share` there."
    ),
    "roles.no_number": "Nobody has that number. `/tune share list` shows who has which role; write, for example, `/tune share remove 2`.",
    "roles.owner_stays": "An owner stays: this is their project.",
    "roles.group_how": (
        "A group can be a viewer, a contributor or a reviewer, and never an owner. In Discord, pick the server's role beside "
        "`/tune share`; in words it is `/tune share reviewer group ID NAME`."
    ),
    "roles.give_title": "Give a group a role in “{name}”?",
    "roles.label_who": "Who",
    "roles.give_who": "Whoever is in it: {who} would be {role}.",
    "roles.label_may": "They may",
    "roles.label_many": "How many that is",
    "roles.many": (
        "I have seen {count} of them so far. There may be many more: everybody in the group counts, as soon as they write to me "
        "in that place."
    ),
    "roles.none_seen": (
        "I have seen none of them so far. There may be many: everybody in the group counts, as soon as they write to me in "
        "that place."
    ),
    "roles.give_note": (
        "Whoever runs that place decides who is in the group. Who leaves it loses the role, once I hear from them there again. "
        "`/tune share list` shows all roles, and takes this one back."
    ),
    "roles.give": "Give the role",
    "roles.keep": "Leave it",
    "roles.given_title": "The group has the role",
    "roles.given": "Now {who} is {role} here. `/tune share list` shows all roles.",
    "roles.take_title": "Take a role in “{name}” back?",
    "roles.take_who": "Now {who} is {role}.",
    "roles.take": "Take it back",
    "roles.take_note": "What they gave stays in the project; who gave it can still delete it with `/tune forget`.",
    "roles.taken_title": "The role was taken back",
    "roles.taken": "The role was taken back from {who}.",
    "roles.still": "By a group, or by an account of theirs that was linked since, they are still {role} here.",
    "roles.kept_title": "Nothing was changed",
}
"""By key, as in ``agent.words.en``."""
