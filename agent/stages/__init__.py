"""The stages of a conversation, one a file, named for what they do. No stage imports another."""

from collections.abc import Awaitable, Callable

from langgraph.runtime import Runtime

from agent.context import Context
from agent.stages.announce_model import announce_model
from agent.stages.ask_goal import ask_goal
from agent.stages.ask_model import ask_model
from agent.stages.begin_project import begin_project
from agent.stages.change_recipe import change_recipe
from agent.stages.compare_models import compare_models
from agent.stages.confirm_row import confirm_row
from agent.stages.deliver_answer import deliver_answer
from agent.stages.edit_row import edit_row
from agent.stages.explain import explain
from agent.stages.forget_rows import forget_rows
from agent.stages.learn_goal import learn_goal
from agent.stages.list_examples import list_examples
from agent.stages.list_models import list_models
from agent.stages.propose_recipe import propose_recipe
from agent.stages.report_failure import report_failure
from agent.stages.report_training import report_training
from agent.stages.say_hello import say_hello
from agent.stages.start_training import start_training
from agent.stages.take_example import take_example
from agent.stages.take_upload import take_upload
from agent.state import Position, State

Node = Callable[[State, Runtime[Context]], Awaitable[Position]]

STAGES: dict[str, Node] = {
    stage.__name__: stage
    for stage in (
        announce_model,
        ask_goal,
        ask_model,
        begin_project,
        change_recipe,
        compare_models,
        confirm_row,
        deliver_answer,
        edit_row,
        explain,
        forget_rows,
        learn_goal,
        list_examples,
        list_models,
        propose_recipe,
        report_failure,
        report_training,
        say_hello,
        start_training,
        take_example,
        take_upload,
    )
}
