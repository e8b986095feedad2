"""Which answers have which sign of a fault, how many wanted answers have it too, and the training rows it may come from.

It decides nothing: whether so many are a fault is told in ``faults``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from statistics import fmean, median

from agent.evaluation.copying import MUCH, Run, copied, learned_runs, runs
from agent.evaluation.facts import Answered
from agent.evaluation.form import COUNTS, has_form, keeps_form
from agent.evaluation.measures import says_nothing
from agent.evaluation.private import Memory
from agent.evaluation.refusal import refuses
from agent.evaluation.repetition import repetition
from agent.evaluation.requests import Lesson, spread
from agent.evaluation.scene import FEWEST_LESSONS, ROWS_SHOWN, FaultCode, Scene, Sign, is_long, is_short
from agent.evaluation.takeup import taken_up, would_do_for_another
from agent.evaluation.tone_sign import wrong_tone
from dataset.quality.form import departures_of
from dataset.quality.language import language_of, words_in
from storage.domain import AgreedFormat


def signs_of(task: Sequence[Answered], lessons: Sequence[Lesson]) -> tuple[Sign, ...]:
    """All signs of the answers to requests of the task."""
    lessons = [one for one in lessons if one.output.strip()]
    if not task:
        return ()
    scene = Scene(task, lessons)
    found = (
        _leaked,
        _empty,
        _language,
        _loops,
        _refuses,
        _copied,
        _cut_off,
        _format,
        _generic,
        _short,
        _long,
        wrong_tone,
    )
    return tuple(sign for look in found if (sign := look(scene)) is not None)


def spread_over_kinds(sign: Sign, task: Sequence[Answered]) -> tuple[str, ...]:
    """The kinds of answers that have the sign, the one of which the largest share has it first."""
    kinds = {one.id: one.category for one in task if one.category and one.id in sign.told}
    all_of, with_it = Counter(kinds.values()), Counter(kinds[name] for name in kinds if sign.told[name])
    return tuple(sorted(with_it, key=lambda kind: (-with_it[kind] / all_of[kind], -with_it[kind], kind)))


def _told(answers: Sequence[Answered], has: Callable[[Answered, str], bool]) -> tuple[dict[str, bool], int]:
    return {one.id: has(one, one.tuned) for one in answers}, sum(has(one, one.base) for one in answers)


def _leaked(scene: Scene) -> Sign | None:
    memory = Memory([f"{one.instruction}\n{one.input}\n{one.output}" for one in scene.lessons])
    found = {one.id: memory.exposed(one.tuned, one.request, one.reference) for one in scene.task}
    places = sorted({row for each in found.values() for one in each for row in one.rows})
    told = {name: any(one.rows for one in each) for name, each in found.items()}
    base = sum(
        any(one.rows for one in memory.exposed(answer.base, answer.request, answer.reference)) for answer in scene.task
    )
    kinds = sorted({one.kind for each in found.values() for one in each if one.rows})
    rows = tuple(scene.lessons[at].id for at in places[:ROWS_SHOWN])
    return Sign(code="leaked", told=told, base=base, rows=rows, numbers={"kinds": kinds})


def _empty(scene: Scene) -> Sign | None:
    told, base = _told(scene.task, lambda _, text: says_nothing(text))
    return Sign(code="empty", told=told, base=base)


def _language(scene: Scene) -> Sign | None:
    """Of answers whose language can be told, and of which it is known in which they should be."""
    told_of = [one for one in scene.straight if scene.wanted_language(one) and language_of(one.tuned)]
    told, base = _told(told_of, scene.speaks_otherwise)
    rows = scene.rows(lambda one: language_of(one.output) not in ("", scene.language)) if scene.language else ()
    return Sign(code="wrong_language", told=told, base=base, rows=rows)


def _loops(scene: Scene) -> Sign | None:
    told, base = _told(scene.said, lambda _, text: scene.loops(text))
    degree = {one.id: repetition(one.tuned) for one in scene.said}
    share = scene.share(lambda one: scene.loops(one.output))
    rows = scene.rows(lambda one: scene.loops(one.output))
    return Sign(code="loops", told=told, base=base, usual=share, degree=degree, rows=rows)


def _refuses(scene: Scene) -> Sign | None:
    told, base = _told(scene.said, lambda one, text: refuses(text) and not refuses(one.reference))
    share, rows = scene.share(lambda one: refuses(one.output)), scene.rows(lambda one: refuses(one.output))
    return Sign(code="refuses", told=told, base=base, usual=share, rows=rows)


def _copied(scene: Scene) -> Sign | None:
    """Where the wanted answers stand in the training rows too, an answer that does is none the worse for it."""
    learned = learned_runs([one.output for one in scene.lessons])

    def share(text: str, request: str) -> float:
        return copied(text, request, learned) or 0.0

    told, base = _told(scene.said, lambda one, text: share(text, one.request) >= MUCH)
    known = [one for one in scene.task if one.reference.strip()]
    wanted = fmean(share(one.reference, one.request) >= MUCH for one in known) if known else 0.0
    usual = max(wanted, _copies_of_each_other(scene, learned))
    degree = {one.id: share(one.tuned, one.request) for one in scene.said}
    return Sign(code="copied", told=told, base=base, usual=usual, degree=degree)


def _copies_of_each_other(scene: Scene, learned: Collection[Run]) -> float:
    """The share of the training answers that stand for the most part in others of them."""
    counts = Counter(run for one in scene.lessons for run in runs(one.output))
    elsewhere = {run for run in learned if counts[run] > 1}
    return scene.share(lambda one: (copied(one.output, f"{one.instruction}\n{one.input}", elsewhere) or 0.0) >= MUCH)


def _cut_off(scene: Scene) -> Sign | None:
    """Answers that did not end; of those that loop it is known why."""
    straight = [one for one in scene.said if not scene.loops(one.tuned)]
    cut = [one for one in straight if not one.tuned_finished]
    wanted = [(words_in(one.tuned), length) for one in cut if (length := scene.wanted_words(one))]
    room = bool(wanted) and median(words / length for words, length in wanted) < 1
    told = {one.id: not one.tuned_finished for one in straight}
    base = sum(not one.base_finished for one in straight)
    return Sign(code="cut_off", told=told, base=base, numbers={"room": room})


def _format(scene: Scene) -> Sign | None:
    held = [(one, one.expected) for one in scene.said if one.expected is not None and has_form(one.expected)]
    forms = {one.id: form for one, form in held}
    told, base = _told([one for one, _ in held], lambda one, text: not keeps_form(text, forms[one.id]))
    by_kind = {one.category: form for one, form in reversed(held)}

    def departs(one: Lesson) -> bool:
        form = by_kind.get(one.category)
        return form is not None and not keeps_form(one.output, form)

    of_kinds = [one for one in scene.sample if one.category in by_kind]
    usual = (sum(map(departs, of_kinds)) + 0.5) / (len(of_kinds) + 1) if of_kinds else 0.0
    counts = Counter(found for one, form in held if told[one.id] for found in _departures(one.tuned, form))
    numbers = {"departures": [(code, place, count) for (code, place), count in counts.most_common(3)]}
    degree = {one.id: float(len(_departures(one.tuned, form))) for one, form in held}
    return Sign(
        code="wrong_format", told=told, base=base, usual=usual, degree=degree, rows=scene.rows(departs), numbers=numbers
    )


def _departures(text: str, form: AgreedFormat) -> set[tuple[str, int]]:
    """By which an answer has not its form: a code, and the place of the section or key that it is about, from 1; else 0."""
    places = {name: place for names in (form.sections, form.json_keys) for place, name in enumerate(names, 1)}
    found = [one for one in departures_of(text, form) if one.code in COUNTS]
    return {(one.code, places.get(str(one.numbers.get("label") or one.numbers.get("key")), 0)) for one in found}


def _generic(scene: Scene) -> Sign | None:
    """Answers that would do for another request as well, or take up less of their own than wanted answers do."""
    told_of = [one for one in scene.whole if not (one.expected and one.expected.labels)]
    lessons = spread(scene.lessons, max(FEWEST_LESSONS, len(told_of)))
    if len(lessons) < FEWEST_LESSONS or not told_of:
        return None
    asked = [f"{one.instruction}\n\n{one.input}" for one in lessons]
    outputs = [one.output for one in lessons]
    wanted = taken_up(asked, outputs)
    limit = _least_taken_up(wanted)
    requests = [one.request for one in told_of]
    sides = [[one.tuned for one in told_of], [one.base for one in told_of]]
    has, base = (_generic_ones(requests, side, limit) for side in sides)
    shares = taken_up(requests, sides[0])
    numbers = {
        "alike": sum(would_do_for_another(requests, sides[0])),
        "taken": _percent(shares),
        "wanted": _percent(wanted),
    }
    return Sign(
        code="generic",
        told={one.id: each for one, each in zip(told_of, has, strict=True)},
        base=sum(base),
        usual=fmean(_generic_ones(asked, outputs, limit)),
        degree={one.id: 1 - (share or 0.0) for one, share in zip(told_of, shares, strict=True)},
        numbers=numbers,
    )


def _generic_ones(requests: Sequence[str], answers: Sequence[str], limit: float) -> list[bool]:
    twins, shares = would_do_for_another(requests, answers), taken_up(requests, answers)
    return [twin or (share is not None and share <= limit) for twin, share in zip(twins, shares, strict=True)]


def _percent(shares: Sequence[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return 100 * fmean(known) if known else None


def _least_taken_up(wanted: Sequence[float | None]) -> float:
    """Half of what nine of ten wanted answers take up at least; below 0 where too few are known."""
    known = sorted(share for share in wanted if share is not None)
    return known[len(known) // 10] / 2 if len(known) >= FEWEST_LESSONS else -1.0


def _short(scene: Scene) -> Sign | None:
    return _of_length(scene, "too_short", is_short, -1.0)


def _long(scene: Scene) -> Sign | None:
    return _of_length(scene, "too_long", is_long, 1.0)


def _of_length(scene: Scene, code: FaultCode, is_off: Callable[[int, float], bool], sign: float) -> Sign | None:
    wanted = {one.id: length for one in scene.straight if (length := scene.wanted_words(one))}
    told_of = [one for one in scene.straight if one.id in wanted]
    told, base = _told(told_of, lambda one, text: is_off(words_in(text), wanted[one.id]))

    def lesson_is_off(one: Lesson) -> bool:
        length = scene.length_of_kind(one.category)
        return length is not None and is_off(words_in(one.output), length)

    off = [one for one in told_of if told[one.id]]
    numbers = {
        "words": median(words_in(one.tuned) for one in off) if off else None,
        "wanted": median(wanted[one.id] for one in off) if off else None,
    }
    degree = {one.id: sign * (words_in(one.tuned) + 1) / (wanted[one.id] + 1) for one in told_of}
    usual, rows = scene.share(lesson_is_off), scene.rows(lesson_is_off)
    return Sign(code=code, told=told, base=base, usual=usual, degree=degree, rows=rows, numbers=numbers)
