"""Whatever a model does, the interview gets a text or a reason, never an exception."""

import asyncio
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from pydantic import BaseModel

from agent.models import Unavailable
from agent.models.factory import make_chat_model
from agent.models.langchain import LangChainModel


class Title(BaseModel):
    title: str


def model_saying(*texts: str, patience: float = 5.0) -> LangChainModel:
    async def make() -> BaseChatModel:
        return GenericFakeChatModel(messages=iter([AIMessage(content=text) for text in texts]))

    return LangChainModel(make, nothing, patience=patience)


async def nothing() -> None:
    return None


ASK: list[dict[str, str]] = [{"role": "user", "content": "Write a haiku"}]


async def test_a_text_comes_back_stripped() -> None:
    assert await model_saying(" one line \n").text(ASK, 20) == "one line"


async def test_an_answer_without_words_is_none_with_a_reason() -> None:
    model = model_saying("  ")
    assert await model.text(ASK, 20) is None
    assert model.unavailable_reason == Unavailable.EMPTY


async def test_a_structured_answer_is_checked_by_its_schema() -> None:
    model = model_saying('{"title": "Rain"}', '{"name": "Rain"}')
    assert await model.structured(ASK, Title, 20) == Title(title="Rain")
    assert await model.structured(ASK, Title, 20) is None
    assert model.unavailable_reason == Unavailable.EMPTY


async def test_a_model_that_takes_too_long_is_left() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    model = LangChainModel(never, nothing, patience=0.01)
    assert await model.text(ASK, 20) is None
    assert model.unavailable_reason == Unavailable.SLOW


@pytest.mark.parametrize("setting", ["embedded", "nobody:nothing"])
async def test_a_model_that_is_not_there_is_down(setting: str) -> None:
    model = make_chat_model(setting, None)
    assert await model.text(ASK, 20) is None
    assert model.unavailable_reason == Unavailable.DOWN
    await model.aclose()
