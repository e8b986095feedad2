"""What is said around commands, buttons and forms in Discord."""

SENTENCES: dict[str, str] = {
    # Buttons
    "discord.answer": "Answer",
    "discord.more_choices": "More to choose from, page {page} of {pages}",
    "discord.page_back": "Back to page {page}",
    "discord.page_on": "On to page {page}",
}
