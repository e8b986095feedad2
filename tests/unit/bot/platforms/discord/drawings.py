"""What tests hold everything that Discord is sent against."""

from simcord.components import validate_message_state

from bot.platforms.discord.drawing import Drawn, Part, carries
from tests.fakes.discord_markdown import Shown, read

HARMLESS = {"quote", "bold", "italic", "code", "fence", "item", "small", "bracketed"}
"""What our own text may do: none of it is a mention, a heading, hidden, or unfurled."""
SEAM = "\u200b"
TAG = 16
"""Characters at the end of each content."""


def check_drawn(drawn: Drawn, mention: int | None = None) -> None:
    """Raises what Discord would say to a message of ours, and AssertionError for what it would only show badly."""
    for number, part in enumerate(drawn.parts):
        check_part(part)
        found = shown(part)
        assert carries(part.content, "tt-7", number)
        assert found.text.strip(), "a notification says something"
        assert found.does <= HARMLESS | ({"mention"} if mention is not None else set())
        assert part.content.startswith(f"<@{mention}>\n") == (mention is not None and number == 0)
    assert all(not part.view and not part.files for part in drawn.parts[:-1])


def check_part(part: Part) -> None:
    """https://docs.discord.com/developers/resources/message#embed-object-embed-limits, counted by ourselves and by simcord."""
    embeds = [dict(embed.to_dict()) for embed in part.embeds]
    components = part.view.to_components() if part.view else []
    validate_message_state(components, flags=0, content=part.content, embeds=embeds, require_nonempty=True)
    assert len(part.content) <= 2000
    assert len(embeds) <= 10
    assert sum(len(embed) for embed in part.embeds) <= 6000
    assert all(0 < len(embed.description or "") <= 4096 for embed in part.embeds)
    assert sum(len(row["components"]) for row in components) <= 25
    assert len(part.files) <= 10
    assert all(
        len(file.description) <= 1024 and file.name and bool(file.path) != bool(file.text) for file in part.files
    )
    assert not any(file.name.startswith("SPOILER_") for file in part.files)


def shown(part: Part) -> Shown:
    """All that a part shows, but for its buttons and files."""
    found, said = Shown(), []
    for text in (part.content[:-TAG], *(embed.description or "" for embed in part.embeds)):
        one = read(text)
        said.append(one.text.replace(SEAM, ""))
        found.does |= one.does
        found.links += one.links
    found.text = "\n".join(said)
    return found


def text_of(drawn: Drawn) -> str:
    return "\n".join(shown(part).text for part in drawn.parts)


def labels(part: Part) -> list[str]:
    rows = part.view.to_components() if part.view else []
    return [str(one.get("label") or one.get("placeholder")) for row in rows for one in row["components"]]
