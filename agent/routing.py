"""Pure functions from the state to the next stage: every edge of the graph that depends on anything."""

from collections.abc import Callable

from agent.errors import UnknownEvent
from agent.reading import (
    is_slip,
    is_small_talk,
    read_decision,
    read_example,
    read_pick,
    read_roles,
    read_scores,
    reads_as_document,
    says_a_goal,
)
from agent.state import ASK_RUN, EVAL_RUN, State, Turn, turn_of

NODES = (
    "say_hello",
    "ask_goal",
    "learn_goal",
    "begin_project",
    "ask_brief",
    "take_answer",
    "show_goal",
    "skip_question",
    "go_back",
    "share_project",
    "change_roles",
    "link_accounts",
    "plan_coverage",
    "change_plan",
    "ask_example",
    "find_patterns",
    "agree_format",
    "take_example",
    "sort_text",
    "take_upload",
    "map_columns",
    "take_document",
    "confirm_row",
    "redact_row",
    "edit_row",
    "review_rows",
    "draft_rows",
    "contrast_drafts",
    "pick_draft",
    "learn_reason",
    "list_examples",
    "export_rows",
    "propose_recipe",
    "change_recipe",
    "start_training",
    "report_training",
    "compare_models",
    "edit_rubric",
    "show_judge",
    "learn_rule",
    "show_comparison",
    "rate_answers",
    "pin_request",
    "evaluate_models",
    "retrain",
    "use_version",
    "show_history",
    "score_answers",
    "show_chart",
    "follow_remedy",
    "announce_model",
    "announce_publication",
    "report_failure",
    "ask_model",
    "deliver_answer",
    "take_message",
    "give_consent",
    "take_feedback",
    "list_models",
    "answer_survey",
    "show_stats",
    "forget_rows",
    "forget_replies",
    "remind",
    "answer_reminder",
    "set_reminders",
    "explain",
)

_BY_WORD = {
    "new": "begin_project",
    "add": "take_example",
    "goal": "show_goal",
    "plan": "plan_coverage",
    "format": "find_patterns",
    "review": "review_rows",
    "draft": "draft_rows",
    "contrast": "contrast_drafts",
    "skip": "skip_question",
    "back": "go_back",
    "share": "share_project",
    "join": "share_project",
    "link": "link_accounts",
    "examples": "list_examples",
    "export": "export_rows",
    "ask": "ask_model",
    "forget": "forget_rows",
    "models": "list_models",
    "stats": "show_stats",
    "remind": "set_reminders",
    "chart": "show_chart",
    "compare": "show_comparison",
    "rate": "rate_answers",
    "rubric": "edit_rubric",
    "judge": "show_judge",
    "pin": "pin_request",
    "evaluate": "evaluate_models",
    "retrain": "retrain",
    "use": "use_version",
    "history": "show_history",
}
_WITHOUT_PROJECT = frozenset({"new", "models", "stats", "remind", "ask", "join", "link", "unknown"})

_OF_WORDS = tuple(
    dict.fromkeys(
        (
            *(stage for word, stage in _BY_WORD.items() if word != "new"),
            *(
                "change_roles",
                "start_training",
                "propose_recipe",
                "learn_reason",
                "learn_rule",
                "take_feedback",
                "score_answers",
                "explain",
            ),
        )
    )
)
"""Where commands lead, but for that which begins another project."""

_BY_CARD = {
    "question": "take_answer",
    "goal": "take_answer",
    "plan": "change_plan",
    "format": "agree_format",
    "row": "confirm_row",
    "text": "sort_text",
    "columns": "map_columns",
    "document": "take_document",
    "review": "review_rows",
    "contrast": "pick_draft",
    "recipe": "start_training",
    "run": "show_chart",
    "remedy": "follow_remedy",
    "rating": "rate_answers",
    "rubric": "edit_rubric",
    "judge": "show_judge",
    "rule": "learn_rule",
    "scores": "score_answers",
    "publication": "announce_publication",
    "pins": "pin_request",
    "evaluation": "evaluate_models",
    "promotion": "use_version",
    "weak": "show_history",
    "forget": "forget_rows",
    "role": "change_roles",
    "link": "link_accounts",
    "projects": "begin_project",
    "consent": "give_consent",
    "answer": "take_feedback",
    "survey": "answer_survey",
    "reminder": "answer_reminder",
    "reminders": "set_reminders",
}

_BY_CARDS_FORM = {
    "row": "edit_row",
    "review": "edit_row",
    "recipe": "change_recipe",
    "format": "agree_format",
    "question": "take_answer",
    "goal": "take_answer",
    "answer": "take_feedback",
    "rubric": "edit_rubric",
    "rule": "learn_rule",
    "scores": "score_answers",
    "survey": "answer_survey",
    "reminders": "set_reminders",
}
"""Cards with a form behind a button: it goes to the stage that would have taken the same in words."""
_BY_FORM = {
    "example": "take_message",
    "ask": "ask_model",
}
"""Forms that no card has opened, by name."""
_MANY_FACES = frozenset(
    {"review", "recipe", "rating", "scores", "run", "consent", "answer", "evaluation", "judge", "survey"}
)
"""Cards whose buttons change with their pages: the stage reads which row a button was about."""
_BY_STAGE = {
    "edit": "edit_row",
    "reason": "learn_reason",
    "better": "take_feedback",
    "change": "change_recipe",
    "question": "take_answer",
    "format": "agree_format",
    "plan": "change_plan",
    "rubric": "edit_rubric",
    "why": "learn_rule",
    "survey": "answer_survey",
    "zone": "set_reminders",
}
"""Stages that take whatever is written; all but ``_TAKES_ALL`` let a whole example pass."""
_IN_PROJECT = frozenset({"question", "plan"})
"""Stages whose answer is about the project one is in; the others know theirs by a card or a row."""
_TAKES_ALL = frozenset({"edit", "reason", "better", "change"})


def route(state: State) -> str:
    """The stage that answers the event in hand, whatever order events come in."""
    turn = turn_of(state)
    match turn.kind:
        case "job":
            return _of_job(turn)
        case "press":
            return _of_press(turn)
        case "form":
            return _of_form(turn)
        case "reminder":
            return "remind"
        case "forgotten":
            return "forget_replies"
        case "message":
            return _of_message(state, turn)
        case other:
            raise UnknownEvent(other)


def _of_job(turn: Turn) -> str:
    kind, ended = turn.payload["kind"], turn.payload["state"]
    if str(turn.payload["run_id"]).startswith(EVAL_RUN):
        return "evaluate_models"  # however it ended: the others go on
    if kind == "generate" and not str(turn.payload["run_id"]).startswith(ASK_RUN):
        return "compare_models"  # also without answers: what was trained is saved
    if kind == "publish":
        return "announce_publication"
    if ended == "failed":
        return "report_failure"
    if kind == "generate":
        return "deliver_answer"
    if kind == "train":
        return "report_training"
    return "announce_model" if ended == "done" else "report_failure"


def _of_press(turn: Turn) -> str:
    card = turn.card
    if card is None or (card["kind"] not in _MANY_FACES and turn.action not in card["labels"]):
        return "explain"
    if card["kind"] == "row" and turn.action == "redact":
        return "redact_row"
    if card["kind"] == "answer" and turn.action == "pin":
        return "pin_request"
    if card["kind"] == "weak" and turn.action == "retrain":
        return "retrain"
    if card["kind"] == "rating" and turn.action == "scores":
        return "score_answers"
    return _BY_CARD.get(card["kind"], "explain")


def _of_form(turn: Turn) -> str:
    """A form that a card had opened is taken as long as that card has the button; others are known by their names."""
    if not turn.payload.get("card_id"):
        return _BY_FORM.get(turn.form, "explain")
    known = turn.card is not None and _of_press(turn) != "explain"
    if known and _of_press(turn) == "pin_request":
        return "pin_request"
    return _BY_CARDS_FORM.get(turn.card["kind"], "explain") if turn.card and known else "explain"


def _of_message(state: State, turn: Turn) -> str:
    stage = state.get("stage", "hello")
    if turn.word is not None:
        return _of_word(state, turn.word, turn.rest)
    if turn.payload.get("too_long"):
        return "explain"
    if turn.files:
        return "take_upload" if state.get("project_id") else "say_hello"
    in_place = state.get("project_id") or stage not in _IN_PROJECT
    if stage in _BY_STAGE and in_place and (stage in _TAKES_ALL or not _is_example(turn.text)):
        return _BY_STAGE[stage]
    if stage in ("hello", "examples", "confirm") and (rates := _of_rating(state, turn.text)):
        return rates
    if stage == "hello":
        return "say_hello"
    if not state.get("project_id"):
        return "learn_goal"
    if stage == "confirm" and read_decision(turn.text):
        return "confirm_row"
    if stage == "examples" and reads_as_document(turn.text) and not _is_example(turn.text):
        return "sort_text"
    return "take_example"


def _of_rating(state: State, text: str) -> str:
    """The stage that takes a vote or scores in words, where somebody has such a card before them; else empty. They may be
    asked directly, where nothing else was ever said."""
    if state.get("ratings") and read_pick(text):
        return "rate_answers"
    if state.get("scorings") and read_scores(text):
        return "score_answers"
    return "rate_answers" if state.get("ratings") and is_slip(text) else ""


def _is_example(text: str) -> bool:
    given = read_example(text)
    return given is not None and bool(given.output)


def _of_word(state: State, word: str, rest: str) -> str:
    if not state.get("project_id") and word not in _WITHOUT_PROJECT:
        return "begin_project"
    if word == "skip" and state.get("stage") == "reason":
        return "learn_reason"
    if word in ("skip", "back") and state.get("stage") == "better":
        return "take_feedback"
    if word == "rate" and not {"scores", "score"}.isdisjoint(rest.casefold().rstrip(" .!").split()):
        return "score_answers"
    if word == "share" and read_roles(rest):
        return "change_roles"
    if word == "train":
        return "start_training" if rest.casefold() in ("start", "start now") else "propose_recipe"
    return _BY_WORD.get(word, "explain")


def after_hello(state: State) -> str:
    """A first message that is a wish already is taken as the goal; otherwise it is asked for."""
    turn = turn_of(state)
    wish = turn.kind == "message" and turn.word is None and not turn.files
    return "learn_goal" if wish and says_a_goal(turn.text) and not is_small_talk(turn.text) else "ask_goal"


def after_begin(state: State) -> str:
    """``/tune new`` may have the goal behind it; where it has shown the projects, or was refused, it waits. A command that
    needed a project goes on to its stage once one was picked; whoever has none is asked for a goal."""
    word = turn_of(state).word
    if word == "new" and state.get("outcome") == "asked":
        return "wait"
    if word not in (None, "new"):
        if state.get("project_id"):
            return _of_word(state, word, turn_of(state).rest)
        return "wait" if state.get("outcome") == "asked" else "say_hello"
    if state.get("project_id") or state.get("stage") != "goal":
        return "wait"
    return "learn_goal" if turn_of(state).rest else "ask_goal"


def after_goal(state: State) -> str:
    """A goal that was understood is asked about; one that was not is asked for again."""
    return "ask_brief" if state.get("project_id") else "wait"


def after_brief(state: State) -> str:
    """Where nothing is left to ask, a plan is made."""
    return "wait" if state.get("stage") == "question" else "plan_coverage"


def after_answer(state: State) -> str:
    return "ask_brief" if state.get("outcome") == "answered" else "wait"


def after_plan(state: State) -> str:
    """A file that came before there was a project is read now; otherwise the first example is asked for."""
    if state.get("outcome") != "planned" or not state.get("project_id"):
        return "wait"
    return "take_upload" if state.get("upload_events") else "ask_example"


def after_share(state: State) -> str:
    """Whoever has joined a project may have sent a file before."""
    return "take_upload" if state.get("outcome") == "answered" and state.get("upload_events") else "wait"


def after_rows(state: State) -> str:
    """Rows were decided or added: look for patterns, then ask for the next. A card of a project that one has left
    decides its row and no more."""
    came = state.get("outcome") in ("decided", "added", "finished")
    return "find_patterns" if came and state.get("project_id") else "wait"


def after_patterns(state: State) -> str:
    return "wait" if state.get("outcome") == "asked" else "ask_example"


def after_format(state: State) -> str:
    return "ask_example" if state.get("outcome") == "agreed" and state.get("project_id") else "wait"


def after_reminder(state: State) -> str:
    """A button that stands for a command goes on to its stage."""
    word = turn_of(state).word
    return _of_word(state, word, turn_of(state).rest) if word else "wait"


def after_settings(state: State) -> str:
    """An offer of reminders that came instead of a question was answered: now the example is asked for."""
    return "ask_example" if state.get("outcome") == "answered" and state.get("project_id") else "wait"


def after_remedy(state: State) -> str:
    """Where more examples are the remedy, the next one is asked for."""
    return "ask_example" if state.get("outcome") == "answered" and state.get("project_id") else "wait"


def after_back(state: State) -> str:
    """What was skipped is asked for again; every other step back asks by itself."""
    return "ask_example" if state.get("outcome") == "skipped" else "wait"


def after_skip(state: State) -> str:
    match state.get("outcome"):
        case "answered":
            return "ask_brief"
        case "skipped":
            return "ask_example"
        case _:
            return "wait"


FORKS: dict[str, tuple[Callable[[State], str], tuple[str, ...]]] = {
    "say_hello": (after_hello, ("ask_goal", "learn_goal")),
    "begin_project": (after_begin, ("ask_goal", "learn_goal", "say_hello", "wait", *_OF_WORDS)),
    "learn_goal": (after_goal, ("ask_brief", "wait")),
    "ask_brief": (after_brief, ("wait", "plan_coverage")),
    "take_answer": (after_answer, ("ask_brief", "wait")),
    "skip_question": (after_skip, ("ask_brief", "ask_example", "wait")),
    "go_back": (after_back, ("ask_example", "wait")),
    "plan_coverage": (after_plan, ("take_upload", "ask_example", "wait")),
    "change_plan": (after_plan, ("take_upload", "ask_example", "wait")),
    "share_project": (after_share, ("take_upload", "wait")),
    "confirm_row": (after_rows, ("find_patterns", "wait")),
    "take_upload": (after_rows, ("find_patterns", "wait")),
    "map_columns": (after_rows, ("find_patterns", "wait")),
    "review_rows": (after_rows, ("find_patterns", "wait")),
    "find_patterns": (after_patterns, ("ask_example", "wait")),
    "agree_format": (after_format, ("ask_example", "wait")),
    "follow_remedy": (after_remedy, ("ask_example", "wait")),
    "set_reminders": (after_settings, ("ask_example", "wait")),
    "answer_reminder": (after_reminder, ("begin_project", *_OF_WORDS, "wait")),
}
"""Stages after which the way forks within the turn."""
