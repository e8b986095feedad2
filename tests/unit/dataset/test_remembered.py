"""What was computed once is not computed again, and no text is kept."""

from collections.abc import Callable

from dataset.remembered import Remembered


def counting(calls: list[str], text: str) -> Callable[[], int]:
    def compute() -> int:
        calls.append(text)
        return len(text)

    return compute


def test_the_same_texts_are_computed_once() -> None:
    remembered, calls = Remembered[int](2), list[str]()
    assert [remembered.of(counting(calls, text), text) for text in ("one", "three", "one")] == [3, 5, 3]
    assert calls == ["one", "three"]


def test_order_and_bounds_of_texts_count() -> None:
    remembered, calls = Remembered[int](9), list[str]()
    for texts in (("a", "bc"), ("bc", "a"), ("ab", "c"), ("abc",)):
        remembered.of(counting(calls, "|".join(texts)), *texts)
    assert calls == ["a|bc", "bc|a", "ab|c", "abc"]


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    remembered, calls = Remembered[int](2), list[str]()
    for text in ("a", "b", "a", "c", "a", "b"):
        remembered.of(counting(calls, text), text)
    assert calls == ["a", "b", "c", "b"]


def test_half_a_character_is_a_text_like_any_other() -> None:
    assert Remembered[int](1).of(lambda: 7, "\ud800") == 7
