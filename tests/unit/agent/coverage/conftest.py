"""A small pack about a bakery, and rows for it."""

from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from agent.coverage import Pack
from agent.coverage.packs import parse_pack
from storage.domain import Origin, Row, RowStatus

BAKERY = """
format = 1
name = "bakery"
title = "Bakery"
summary = "What a bakery writes."
tasks = ["bak*", "Brot", "panadería", "面包", "خبز"]
outdated = ["Imperial pint"]

[[aspects]]
id = "allergy"
title = "allergy"
ask = "with an allergy"
words = ["allerg*", "gluten", "过敏"]

[[aspects]]
id = "table"
title = "table"
ask = "with a table"
words = ["\\n|"]

[[aspects]]
id = "praise"
title = "praise"
ask = "with praise"
words = ["lovely"]
needed = false

[[categories]]
id = "recipe"
title = "recipe"
plural = "recipes"
area = "kitchen"
target = 20
words = ["bake", "oven", "Rezept*", "食谱", "وصفة"]
ask = "Could you give me a recipe?"

[[categories]]
id = "order-form"
title = "order form"
plural = "order forms"
area = "counter"
target = 10
words = ["order", "delivery", "Bestellung*"]
ask = "Could you give me an order form?"
aspects = ["table"]

[[categories]]
id = "story"
title = "bread story"
plural = "bread stories"
area = "counter"
target = 10
words = ["history", "grandmother"]
ask = "Could you give me a story?"

[[prompts]]
group = "format"
category = "recipe"
instruction = "Write a recipe."
expected = { sections = ["Steps:"], lists = "numbers", note = "Times and temperatures." }
"""

_numbers = count()


def row(
    category: str = "recipe",
    *aspects: str,
    status: RowStatus = RowStatus.APPROVED,
    output: str = "Steps: …",
) -> Row:
    number = next(_numbers)
    return Row(
        id=f"row-{number}",
        project_id="p",
        instruction="Write",
        input="",
        output=output,
        status=status,
        origin=Origin.GIVEN,
        author_id="console:ada",
        event_id="e",
        source="conversation",
        content_hash=str(number),
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        category=category,
        aspects=aspects,
    )


@pytest.fixture(scope="session")
def bakery() -> Pack:
    pack, problems = parse_pack(BAKERY, Path("bakery.toml"))
    assert pack, problems
    return pack
