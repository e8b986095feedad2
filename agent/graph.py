"""The conversation as a graph: one place to wait, one router, one node for each stage. It reads as the diagram.

        START -> wait -(route)-> <stage> -> wait -> ...
        begin_project -> say_hello, or the stage of a command that had waited for a project
        say_hello, begin_project -> ask_goal | learn_goal -> ask_brief -> (take_answer -> ask_brief)* -> plan_coverage
        plan_coverage, change_plan -> take_upload | ask_example
        share_project -> take_upload
        confirm_row, take_upload, map_columns, review_rows -> find_patterns -> ask_example
        agree_format, skip_question, go_back, follow_remedy -> ask_example

Each arrow out of a stage may also lead to ``wait``: whenever a person is asked something.

It knows no sentences and no rules; edges that depend on something are in ``routing``.
"""

from functools import cache
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import interrupt

from agent.context import Context
from agent.routing import FORKS, NODES, route
from agent.stages import STAGES
from agent.state import VERSION, State, as_heard, was_away

Graph = CompiledStateGraph[State, Context, State, State]


async def wait(state: State) -> State:
    """The only place where a conversation waits, for however long, across restarts."""
    event: dict[str, Any] = interrupt("next event")
    begun: State = {"replies": [], "said_before": [], "outcome": "", "version": VERSION}
    if was_away(state.get("event"), event):
        begun["returned_by"] = event["id"]
    return {**begun, "event": as_heard(event, state.get("stage", "hello"))}


def build(checkpointer: BaseCheckpointSaver[Any]) -> Graph:
    """The graph with this checkpointer. Its diagram is compiled once: LangGraph takes 0.1 s to look through our stages."""
    return _compiled().copy({"checkpointer": checkpointer})


@cache
def _compiled() -> Graph:
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("wait", wait)
    graph.add_edge(START, "wait")
    for name in NODES:
        graph.add_node(name, STAGES[name])  # type: ignore[arg-type]  # a stage returns the Position part of the State
        if name not in FORKS:
            graph.add_edge(name, "wait")
    for name, (choose, ends) in FORKS.items():
        graph.add_conditional_edges(name, choose, list(ends))
    graph.add_conditional_edges("wait", route, list(NODES))
    return graph.compile()
