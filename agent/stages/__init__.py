"""The stages of a conversation, one a file, named for what they do. No stage imports another."""

from collections.abc import Awaitable, Callable

from langgraph.runtime import Runtime

from agent.context import Context
from agent.stages.agree_format import agree_format
from agent.stages.announce_model import announce_model
from agent.stages.announce_publication import announce_publication
from agent.stages.answer_reminder import answer_reminder
from agent.stages.answer_survey import answer_survey
from agent.stages.ask_brief import ask_brief
from agent.stages.ask_example import ask_example
from agent.stages.ask_goal import ask_goal
from agent.stages.ask_model import ask_model
from agent.stages.begin_project import begin_project
from agent.stages.change_plan import change_plan
from agent.stages.change_recipe import change_recipe
from agent.stages.change_roles import change_roles
from agent.stages.compare_models import compare_models
from agent.stages.confirm_row import confirm_row
from agent.stages.contrast_drafts import contrast_drafts
from agent.stages.deliver_answer import deliver_answer
from agent.stages.draft_rows import draft_rows
from agent.stages.edit_row import edit_row
from agent.stages.edit_rubric import edit_rubric
from agent.stages.evaluate_models import evaluate_models
from agent.stages.explain import explain
from agent.stages.export_rows import export_rows
from agent.stages.find_patterns import find_patterns
from agent.stages.follow_remedy import follow_remedy
from agent.stages.forget_replies import forget_replies
from agent.stages.forget_rows import forget_rows
from agent.stages.give_consent import give_consent
from agent.stages.go_back import go_back
from agent.stages.learn_goal import learn_goal
from agent.stages.learn_reason import learn_reason
from agent.stages.learn_rule import learn_rule
from agent.stages.link_accounts import link_accounts
from agent.stages.list_examples import list_examples
from agent.stages.list_models import list_models
from agent.stages.map_columns import map_columns
from agent.stages.pick_draft import pick_draft
from agent.stages.pin_request import pin_request
from agent.stages.plan_coverage import plan_coverage
from agent.stages.propose_recipe import propose_recipe
from agent.stages.rate_answers import rate_answers
from agent.stages.redact_row import redact_row
from agent.stages.remind import remind
from agent.stages.report_failure import report_failure
from agent.stages.report_training import report_training
from agent.stages.retrain import retrain
from agent.stages.review_rows import review_rows
from agent.stages.say_hello import say_hello
from agent.stages.score_answers import score_answers
from agent.stages.set_reminders import set_reminders
from agent.stages.share_project import share_project
from agent.stages.show_chart import show_chart
from agent.stages.show_comparison import show_comparison
from agent.stages.show_goal import show_goal
from agent.stages.show_history import show_history
from agent.stages.show_judge import show_judge
from agent.stages.show_stats import show_stats
from agent.stages.skip_question import skip_question
from agent.stages.sort_text import sort_text
from agent.stages.start_training import start_training
from agent.stages.take_answer import take_answer
from agent.stages.take_document import take_document
from agent.stages.take_example import take_example
from agent.stages.take_feedback import take_feedback
from agent.stages.take_message import take_message
from agent.stages.take_upload import take_upload
from agent.stages.use_version import use_version
from agent.state import Position, State

Node = Callable[[State, Runtime[Context]], Awaitable[Position]]

STAGES: dict[str, Node] = {
    stage.__name__: stage
    for stage in (
        agree_format,
        announce_model,
        announce_publication,
        answer_survey,
        follow_remedy,
        show_chart,
        rate_answers,
        pin_request,
        evaluate_models,
        retrain,
        use_version,
        show_history,
        score_answers,
        show_comparison,
        ask_brief,
        ask_example,
        ask_goal,
        ask_model,
        begin_project,
        change_plan,
        change_recipe,
        change_roles,
        compare_models,
        confirm_row,
        contrast_drafts,
        deliver_answer,
        draft_rows,
        edit_row,
        edit_rubric,
        explain,
        export_rows,
        find_patterns,
        forget_replies,
        forget_rows,
        go_back,
        learn_goal,
        learn_reason,
        learn_rule,
        link_accounts,
        list_examples,
        list_models,
        map_columns,
        pick_draft,
        plan_coverage,
        propose_recipe,
        redact_row,
        remind,
        answer_reminder,
        set_reminders,
        report_failure,
        report_training,
        review_rows,
        say_hello,
        share_project,
        show_goal,
        show_judge,
        show_stats,
        skip_question,
        sort_text,
        start_training,
        take_answer,
        take_document,
        take_example,
        take_feedback,
        give_consent,
        take_message,
        take_upload,
    )
}
