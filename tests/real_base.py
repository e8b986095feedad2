"""The real base model, for the tests marked ``real_model``: where `make setup` put it, never fetched by a test."""

import asyncio

import pytest

from bot.bootstrap import base_models
from bot.settings import Settings
from storage.base_models import BaseModel
from storage.errors import BaseModelMissing


def real_base() -> BaseModel:
    """The base model of this machine; the test fails, rather than not to run, where there is none."""
    settings = Settings()
    try:
        return asyncio.run(base_models(settings).resolve("SmolLM2-135M-Instruct"))
    except BaseModelMissing as missing:
        pytest.fail(f"run `make setup` first: {missing}")
