"""The same product, whichever library computes it; the quicker one is found by trying."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional

from tests.unit.trainer.worker.conftest import RECIPE, make_rows
from trainer.worker import adapters, products
from trainer.worker.base import load
from trainer.worker.examples import encode
from trainer.worker.loss import CompletionLoss


@pytest.fixture(autouse=True)
def _tried_anew() -> Iterator[None]:
    products.onednn_is_quicker.cache_clear()
    yield
    products.onednn_is_quicker.cache_clear()


@pytest.fixture(params=[True, False], ids=["oneDNN", "MKL"])
def library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(products, "onednn_is_quicker", lambda: request.param)
    return bool(request.param)


@pytest.mark.parametrize("shape", [(5, 8), (1, 8), (2, 3, 8)])
def test_products_are_those_of_torch(library: bool, shape: tuple[int, ...]) -> None:
    torch.manual_seed(0)
    x, weight, bias = torch.randn(shape), torch.randn(6, 8), torch.randn(6)
    torch.testing.assert_close(products.linear(x, weight, bias), functional.linear(x, weight, bias))
    torch.testing.assert_close(products.linear(x, weight), functional.linear(x, weight))
    back = torch.randn(*shape[:-1], 6)
    torch.testing.assert_close(products.linear(back, weight.T), back @ weight)


def test_a_product_is_added_to_what_is_there(library: bool) -> None:
    x, weight, total = torch.randn(5, 8), torch.randn(6, 8), torch.randn(5, 6)
    expected = total + x @ weight.T
    assert products.add_linear(total, x, weight) is total
    torch.testing.assert_close(total, expected)


def test_bfloat16_is_left_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_by_onednn", None)
    x, weight = torch.ones(5, 8, dtype=torch.bfloat16), torch.ones(6, 8, dtype=torch.bfloat16)
    assert products.linear(x, weight).tolist() == [[8.0] * 6] * 5


def test_a_quick_layer_still_learns_where_a_gradient_is_recorded(library: bool) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(8, 6), torch.nn.ReLU())
    products.quicken(model)
    assert type(model[0]) is products.QuickLinear
    x = torch.randn(5, 8)
    with torch.no_grad():
        quick = model(x)
    model(x).sum().backward()
    torch.testing.assert_close(quick, model(x).detach())
    assert model[0].weight.grad is not None


def test_loss_and_gradients_do_not_depend_on_the_library(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = load(base)
    model = adapters.attach(loaded.model, RECIPE)
    examples = [encode(loaded.tokenizer, row) for row in make_rows(4)]
    losses, gradients = [], []
    for quicker in (True, False):
        monkeypatch.setattr(products, "onednn_is_quicker", lambda quicker=quicker: quicker)
        losses.append(CompletionLoss(model.get_base_model(), 1000, torch.float32).backward(examples)[0])
        gradients.append([p.grad.clone() for p in adapters.trainable(model).values() if p.grad is not None])
        model.zero_grad(set_to_none=True)
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    assert len(gradients[0]) == 28
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("torchs", "onednns", "chosen"), [(2.0, 1.0, True), (1.1, 1.0, False), (1.0, 2.0, False)])
def test_the_quicker_library_is_found_by_trying(
    torchs: float, onednns: float, chosen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = iter([torchs, onednns])

    def quickest(work: Callable[[], Any]) -> float:
        work()
        return next(told)

    monkeypatch.setattr(products, "quickest", quickest)
    assert products.onednn_is_quicker() is chosen


@pytest.mark.parametrize("error", [AttributeError, RuntimeError, NotImplementedError])
def test_a_torch_without_onednn_goes_on_as_it_is(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(products, "_by_onednn", missing)
    assert products.onednn_is_quicker() is False


def test_a_library_that_computes_something_else_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_by_onednn", lambda x, weight, bias: functional.linear(x, weight, bias) + 1)
    told = iter([9.0, 1.0])
    monkeypatch.setattr(products, "quickest", lambda work: next(told))
    assert products.onednn_is_quicker() is False
