"""What the Slack room says: set-up, refusals, forms, notices."""

SENTENCES: dict[str, str] = {
    # Messages
    "slack.shortened": "This is shortened. The whole text ({characters} characters) follows below.",
    "slack.shortened_direct": "This is shortened. The whole text ({characters} characters) is in our direct messages.",
    "slack.page": "The whole text, page {number} of {total}",
    "slack.file.refused": (
        "I could not put that file here. Please give the same command again in some minutes. If it fails again, an administrator "
        "can look whether this workspace allows uploads (for the engineer: `{code}`)."
    ),
    "slack.choose": "You can choose: {labels}.",
    # Forms
    "slack.form.cancel": "Cancel",
    "slack.form.done": "Close",
    "slack.form.loading_title": "One moment",
    "slack.form.loading": "I am looking up what belongs in this form.",
    "slack.form.problem_title": "No form for this",
    "slack.form.first_options": "The list has the first {shown} of {total}.",
    # The home tab
    "slack.home.empty": "There is nothing here yet. Write to me under Messages, and we begin.",
    "slack.home.left_out": "{count} more do not fit here. Write `models` or `status` under Messages to see them.",
    "slack.home.shortened": "This is shortened here. Write `status` under Messages to see all of it.",
    # What is said at once, to one person
    "slack.status": "is reading your message…",
    "slack.somebody": "somebody",
    "slack.not_stored": (
        "Your message is not saved yet: the database cannot be reached. Slack brings it to me again by itself within a few "
        "minutes. If I have not answered in ten minutes, please send it once more."
    ),
    "slack.press_not_stored": "That is not saved: the database cannot be reached. Please press it again in a minute.",
    "slack.command_not_stored": "That is not saved: the database cannot be reached. Please type it again in a minute.",
    "slack.edited": (
        "I go by what your message said when you sent it; changing it there changes nothing here. If the change matters, "
        "please send the new text as a message of its own."
    ),
    "slack.forwarded": (
        "I do not read forwarded messages. To make one an example, open its menu (⋮), choose “Use as training example”, and "
        "its author is asked. Or copy the words that matter into a message of yours."
    ),
    "slack.others_thread": (
        "I stay out of threads that others began. Name me in a message of your own in the channel, and I answer in its thread; "
        "or write to me directly."
    ),
    "slack.foreign": "I work for the members of this workspace only. Please ask one of them.",
    "slack.not_served": (
        "Threadtune is not switched on for this workspace. Whoever runs it can add the workspace to their list, or install "
        "the app again."
    ),
    "slack.pressed_before": (
        "I have had this press before, and it counts once: what came of it stands further down. Write `status`, and I show "
        "where we are."
    ),
    "slack.card_gone": (
        "These buttons belong to an earlier version and do nothing any more. Write `status`, and I show where we are."
    ),
    "slack.picked": "`{command}`: see the project's thread, or below.",
    # Commands
    "slack.root": "A model of your own: we work on it in this thread. Whoever replies here talks to me; no mention is needed.",
    "slack.in_direct": "I answered in our direct messages: look under Apps for me.",
    "slack.invite_me": "I am not in this channel. Type /invite and my name here, then give the command once more.",
    "slack.no_thread": "I could not begin a thread here. Please try once more in a minute, or write to me directly.",
    "slack.too_long_to_ask_which": (
        "There are several projects here, and the command is too long for me to ask which one you mean. Please write it in the "
        "thread of the project, without the slash."
    ),
    # Forms that do not open
    "slack.form.expired": "Slack allows three seconds to open a form, and they were over. Please press it again.",
    "slack.form.not_opened": "The form could not be opened. Please press it again in a minute.",
    "slack.form.gone": "What this form was for has changed since. Look for the newest card, or write `status`.",
    "slack.form.too_long": (
        "The text is longer than the 3,000 characters that fit in a form. Please answer with a message instead: write `review`."
    ),
    "slack.form.failed": "I could not get what belongs in this form. Please close it and try again in a minute.",
    # The message shortcut
    "slack.example.of_app": (
        "This message was written by an app, so there is nobody who could agree to its use. If you may use its words, copy them "
        "into a message to me."
    ),
    "slack.example.empty": "There are no words in this message that a model could learn from. Files go into a message to me.",
    "slack.example.foreign": (
        "This message is by somebody from another workspace, whom I cannot ask whether they agree, so it cannot be used."
    ),
    "slack.example.by_stranger": "I work for the members of this workspace only. Please ask one of them.",
    # Channels that are lost
    "slack.channel.left": (
        "You took me out of a channel in which we were working. Nothing is lost, and what is running goes on; what I would say "
        "there I say directly to those it is for. Invite me again, and we go on in the same threads."
    ),
    "slack.channel.deleted": (
        "You deleted a channel in which we were working. What was made there is kept: write `status` to see it. What is still "
        "running ends as usual, and those it is for are told directly."
    ),
    "slack.channel.archived": (
        "You archived a channel in which we were working. Nothing is lost, and what is running goes on; what I would say there I "
        "say directly to those it is for."
    ),
}
