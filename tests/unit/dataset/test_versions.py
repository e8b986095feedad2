"""The hash names what was trained on, and nothing else."""

from dataclasses import dataclass, replace

import pytest

from dataset.versions import Manifest, dataset_hash, manifest
from storage.domain import Part


@dataclass(frozen=True)
class Assigned:
    id: str
    instruction: str
    input: str
    output: str
    part: Part | None


ROWS = [
    Assigned("a", "Translate", "Haus", "house", Part.TRAIN),
    Assigned("b", "Translate", "Straße", "street", Part.TRAIN),
    Assigned("c", "翻译", "房子", "house", Part.VALIDATION),
    Assigned("d", "Translate", "Hof", "yard", Part.TEST),
]


def test_order_and_ids_do_not_matter() -> None:
    renamed = [replace(row, id=row.id * 3) for row in reversed(ROWS)]

    assert dataset_hash(renamed) == dataset_hash(ROWS)


@pytest.mark.parametrize(
    "changed", [{"instruction": "x"}, {"input": "haus"}, {"output": "house "}, {"part": Part.TEST}, {"part": None}]
)
def test_every_text_and_the_part_matter(changed: dict[str, object]) -> None:
    assert dataset_hash([replace(ROWS[0], **changed), *ROWS[1:]]) != dataset_hash(ROWS)  # type: ignore[arg-type]  # by name


def test_a_row_given_twice_counts_twice() -> None:
    assert dataset_hash([*ROWS, ROWS[0]]) != dataset_hash(ROWS)


def test_the_hash_is_the_same_for_ever() -> None:
    assert dataset_hash(ROWS) == "sha256:1a473e450663c41036ad81a5463daac75faf9e93f157d83740a274a87d4b3902"


def test_the_manifest_counts() -> None:
    expected = Manifest(hash=dataset_hash(ROWS), rows=4, train=2, validation=1, test=1, characters=64)

    golden = [*ROWS, replace(ROWS[0], id="e", input="Dach", output="roof", part=Part.GOLDEN)]

    assert manifest(ROWS) == expected
    assert manifest(golden).golden == 1
    assert manifest(ROWS).to_json()["validation"] == 1
