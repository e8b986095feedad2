"""What the Slack room says: set-up, refusals, forms, notices."""

SENTENCES: dict[str, str] = {
    # Messages
    "slack.shortened": "This is shortened. The whole text ({characters} characters) follows below.",
    "slack.shortened_direct": "This is shortened. The whole text ({characters} characters) is in our direct messages.",
    "slack.page": "The whole text, page {number} of {total}",
    "slack.picture": "The picture shows",
    "slack.choose": "You can choose: {labels}.",
    "slack.nothing": "There is nothing to show here.",
    # Forms
    "slack.form.cancel": "Cancel",
    "slack.form.done": "Close",
    "slack.form.loading_title": "One moment",
    "slack.form.loading": "I am looking up what belongs in this form.",
    "slack.form.problem_title": "No form for this",
    "slack.form.options": "{first} to {last}",
    "slack.form.first_options": "These are the first {shown} of {total}.",
    # The home tab
    "slack.home.empty": "There is nothing here yet. Write to me under Messages, and we begin.",
    "slack.home.left_out": "{count} more do not fit here. Write `models` or `status` under Messages to see them.",
    "slack.home.shortened": "This is shortened here. Write `status` under Messages to see all of it.",
}
