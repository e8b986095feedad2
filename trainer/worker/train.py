"""Train a LoRA adapter on the completions of a run's rows: one flat loop.

It knows local files and one attempt. It does not know who asked, what the figures mean to them, or that there are
other attempts than those whose checkpoints it was given.

``result``:
    losses       test rows: {"base": {"loss", "perplexity"}, "tuned": {...}, "rows", "tokens", "by_row", "no_memory"}, or
                 None without any. by_row: [{"id", "base", "tuned", "base_swapped", "tuned_swapped", "tokens"}, ...]; the
                 swapped ones are of the row's answer after another row's request, None where no row asks otherwise.
                 no_memory: ids of the rows for which memory was too short
    validation   {"before", "best", "best_step", "improved", "rows", "tokens", "history": [[step, loss], ...]}; before: of
                 the base, or of the version that it continues
    continued    {"version", "adapter_sha256"} of that version; None of a run that started afresh
    proof        see ``proof.of_learning``
    left_out     [{"id", "position", "reason", "tokens"}, ...]
    steps, steps_planned, epochs_done, best_step, stopped_early, tokens_seen, seconds, tokens_per_second, ...
Losses are means over the tokens of the completions (end of turn included), in nats. The adapter that is kept is the
best *trained* one; ``validation["improved"]`` says whether it is better than what training began with.
"""

import hashlib
import json
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import peft
import torch
import transformers

from storage.domain.recipes import Recipe
from trainer.run_dir import WorkerResult, read_json_lines, write_atomically
from trainer.worker import adapters, base, checkpoints, proof, resources, row_losses
from trainer.worker.adapters import Tensors
from trainer.worker.attempt import Attempt
from trainer.worker.checkpoints import Checkpoint, Progress
from trainer.worker.examples import Example, LeftOut, batches, check_enough, read_examples
from trainer.worker.failures import Refused
from trainer.worker.loss import CompletionLoss

_log = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 20.0
"""Work lost to a kill, at most; a checkpoint of SmolLM2-135M at rank 16 takes 0.3 s."""

_LOST = 2.0
"""Times ln(vocabulary), the loss of a uniform guess: three steps in a row above it are a run that will not come back."""


def train(attempt: Attempt, clock: Callable[[], float] = time.monotonic) -> WorkerResult:
    """Do the attempt. Raises Refused and Overtaken; what torch raises for want of memory is left to the caller."""
    spec, recipe = attempt.spec, attempt.spec.recipe
    assert recipe is not None, "a train job has a recipe"
    assert spec.rows is not None, "a train job has rows"
    began = clock()
    attempt.report(phase="loading")

    # What can be refused is refused before the slow part.
    folder, rows = Path(spec.base), read_rows(Path(spec.rows))
    if len(rows) < 10:
        check_enough(len(rows), [], [], recipe.context)
    config = base.read_config(folder) if base.check_files(folder) else {}
    context = min(recipe.context, int(config.get("max_position_embeddings", recipe.context)))
    examples, left_out = read_examples(base.load_tokenizer(folder), rows, context)
    check_enough(len(rows), examples, left_out, context)
    parts = {part: [e for e in examples if e.part == part] for part in ("train", "validation", "test")}
    longest = max(example.length for example in examples)
    at_once = resources.tokens_at_once(config, recipe, base.check_files(folder), longest, base.device())
    resources.check_disk(attempt.folder.path, resources.training_disk(config, recipe.rank))

    loaded = base.load(folder)
    model = adapters.attach(loaded.model, recipe)
    model.eval()  # the base's own dropout stays off; LoRA's is 0
    loss = CompletionLoss(model.get_base_model(), at_once)
    base_name = base.public_name(spec.base_provenance, folder)
    start = adapters.start_from(model, Path(spec.adapter), recipe, base_name) if spec.adapter else None
    parameters = adapters.trainable(model)
    optimizer = torch.optim.AdamW(parameters.values(), lr=recipe.learning_rate, weight_decay=0.0)

    per_epoch = math.ceil(len(parts["train"]) / recipe.batch_size)
    steps = per_epoch * recipe.epochs
    due = validation_steps(per_epoch, recipe)
    began_with = adapters.sha256(Path(spec.adapter) / adapters.WEIGHTS) if spec.adapter else ""
    fingerprint = _fingerprint(examples, recipe, config, began_with)
    shapes = {name: tuple(tensor.shape) for name, tensor in adapters.tensors_of(model).items()}
    resumed = checkpoints.newest(
        [Path(path) for path in spec.resume_from] + [attempt.folder.checkpoints], fingerprint, shapes
    )
    done = Progress(seed=recipe.seed, steps=steps, fingerprint=fingerprint)
    best: Tensors | None = None
    if resumed is not None:
        done, best = resumed.progress, resumed.best
        adapters.restore(model, resumed.adapter)
        checkpoints.restore_optimizer(optimizer, parameters, resumed.optimizer)
        if best is not None:
            adapters.write_folder(attempt.folder.adapter, model, best, base_name)
        _log.info("resumed at step %d from %s", done.step, resumed.path.parent.parent.name)
    began -= done.seconds

    def validate() -> None:
        """Measure the validation loss and keep the adapter if it is the best trained one so far."""
        nonlocal done, best
        attempt.report(phase="validating")
        value, tokens = measure(loss, parts["validation"], attempt)
        if not math.isfinite(value):
            if done.step == 0:
                raise Refused("base_unreadable", base=folder.name, detail="the base's own loss is not a number")
            raise Refused("diverged", step=done.step, loss=value, learning_rate=recipe.learning_rate)
        better = done.step > 0 and value < min((loss for step, loss in done.history if step > 0), default=math.inf)
        done = replace(done, history=(*done.history, (done.step, value)))
        if better:
            best = adapters.tensors_of(model)
            attempt.check_token()
            adapters.write_folder(attempt.folder.adapter, model, best, base_name)
        epoch = done.step / per_epoch
        attempt.report(step=done.step, steps=steps, epoch=epoch, validation_loss=value, validation_tokens=tokens)

    def keep() -> None:
        attempt.check_token()
        checkpoints.save(
            attempt.folder.checkpoints,
            Checkpoint(
                progress=replace(done, seconds=clock() - began),
                adapter=adapters.tensors_of(model),
                optimizer=checkpoints.optimizer_tensors(optimizer, parameters),
                best=best,
            ),
        )

    if not done.history:
        validate()
        keep()
    kept_at, trained_seconds, tokens_before, lost = clock(), 0.0, done.tokens_seen, 0
    recent: deque[tuple[int, int, float]] = deque(maxlen=10)
    attempt.report(phase="training")
    while done.step < steps and not stopped_early(done.history, recipe.patience) and not attempt.cancelled:
        attempt.check_token()
        step_began = clock()
        epoch, place = divmod(done.step, per_epoch)
        batch = batches(parts["train"], recipe.batch_size, recipe.seed, epoch)[place]
        rate = learning_rate(done.step, steps, recipe)
        for group in optimizer.param_groups:
            group["lr"] = rate

        value, labels = loss.backward(batch)
        norm = float(torch.nn.utils.clip_grad_norm_(parameters.values(), recipe.max_grad_norm))
        lost = lost + 1 if value > _LOST * math.log(config.get("vocab_size", 50_000)) else 0
        if not math.isfinite(value) or not math.isfinite(norm) or lost >= 3:
            ids = [example.row_id for example in batch]
            last: dict[str, Any] = {"step": done.step + 1, "loss": value, "grad_norm": norm, "row_ids": ids}
            attempt.report(**last, steps=steps, epoch=last["step"] / per_epoch)  # the curve shows where it broke
            raise Refused("diverged", **last, learning_rate=rate)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

        tokens = sum(example.length for example in batch)
        done = replace(
            done,
            step=done.step + 1,
            epoch=(done.step + 1) // per_epoch,
            batch=(done.step + 1) % per_epoch,
            tokens_seen=done.tokens_seen + tokens,
            learning_rate=learning_rate(done.step + 1, steps, recipe),
        )
        now = clock()
        recent.append((tokens, len(batch), now - step_began))
        trained_seconds += now - step_began
        spent = sum(seconds for *_, seconds in recent)
        attempt.report(
            step=done.step,
            steps=steps,
            epoch=done.step / per_epoch,
            epochs=recipe.epochs,
            loss=value,
            learning_rate=rate,
            grad_norm=norm,
            labels=labels,
            tokens_per_second=sum(tokens for tokens, *_ in recent) / max(spent, 1e-9),
            examples_per_minute=60 * sum(examples for _, examples, _ in recent) / max(spent, 1e-9),
            eta_seconds=_eta(done, parts, recipe, due, recent),
            seconds=now - began,
            row_ids=[example.row_id for example in batch],
        )
        if done.step in due:
            validate()
            attempt.report(phase="training")
        if done.step in due or now - kept_at >= CHECKPOINT_SECONDS:
            keep()
            kept_at = clock()
        if spec.hold_seconds_per_step:
            time.sleep(spec.hold_seconds_per_step)

    cancelled = attempt.cancelled and done.step < steps and not stopped_early(done.history, recipe.patience)
    if done.step > done.history[-1][0]:  # stopped between two validations: what was learned since counts too
        validate()
        keep()
    if best is None:  # cancelled before the first step
        return WorkerResult(token=spec.token, cancelled=True)

    # What is measured is what was saved: the adapter as its file has it.
    attempt.report(phase="measuring")
    best = adapters.read_tensors(attempt.folder.adapter / adapters.WEIGHTS)
    adapters.restore(model, best)
    result = {
        "losses": row_losses.of_test_rows(model, loss, parts["test"], attempt),
        "validation": _validation(done.history, parts["validation"]),
        "proof": proof.of_learning(
            model=model,
            loss=loss,
            train=parts["train"],
            held_out=parts["test"] or parts["validation"],
            adapter=best,
            history=done.history,
            start=start,
        ),
        "continued": {"version": recipe.from_version, "adapter_sha256": began_with} if start else None,
        "steps": done.step,
        "steps_planned": steps,
        "epochs_done": round(done.step / per_epoch, 3),
        "epochs": recipe.epochs,
        "best_step": _best_trained(done.history)[0],
        "stopped_early": done.step < steps and not cancelled,
        "tokens_seen": done.tokens_seen,
        "seconds": clock() - began,
        "tokens_per_second": (done.tokens_seen - tokens_before) / trained_seconds if trained_seconds else None,
        "peak_memory_bytes": resources.peak_memory(),
        "tokens_at_once": at_once,
        "arithmetic": loss.arithmetic,
        "resumed_at_step": resumed.progress.step if resumed else None,
        "rows": {part: len(found) for part, found in parts.items()},
        "rows_sha256": adapters.sha256(Path(spec.rows)),
        "left_out": [_left_out(item) for item in left_out],
        "adapter": {
            "rank": recipe.rank,
            "alpha": recipe.alpha,
            "trainable_parameters": sum(parameter.numel() for parameter in parameters.values()),
            "sha256": adapters.sha256(attempt.folder.adapter / adapters.WEIGHTS),
        },
        "recipe": recipe.to_json(),
        "device": loaded.device.type,
        "versions": versions(),
        "base": base.public_provenance(spec.base_provenance, folder),
    }
    attempt.check_token()
    write_atomically(attempt.folder.adapter / "training.json", json.dumps(result, indent=2, default=str))
    return WorkerResult(token=spec.token, result=result, cancelled=cancelled)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a run. Raises Refused (``rows_missing``, ``rows_unreadable``)."""
    if not path.is_file():
        raise Refused("rows_missing")
    try:
        rows = list(read_json_lines(path))
        complete = all(isinstance(row[key], str) for row in rows for key in ("instruction", "output", "part"))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("rows_unreadable", detail=repr(error)) from error
    if not complete:
        raise Refused("rows_unreadable", detail="instruction, output and part must be text")
    return rows


def learning_rate(step: int, steps: int, recipe: Recipe) -> float:
    """The rate of the step after ``step`` are done: a linear rise over the warm-up, then a cosine down towards 0."""
    warmup = max(1, round(recipe.warmup_ratio * steps)) if recipe.warmup_ratio else 0
    if step < warmup:
        return recipe.learning_rate * (step + 1) / warmup
    way = (step - warmup) / max(1, steps - warmup)
    return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * min(1.0, way)))


def validation_steps(per_epoch: int, recipe: Recipe) -> set[int]:
    """The steps after which the validation loss is measured, the last one among them."""
    parts = min(recipe.validations_per_epoch, per_epoch)
    within = {math.ceil(per_epoch * part / parts) for part in range(1, parts + 1)}
    return {epoch * per_epoch + step for epoch in range(recipe.epochs) for step in within}


def stopped_early(history: Sequence[tuple[int, float]], patience: int) -> bool:
    """Whether the last ``patience`` validations brought nothing better than what was before them, base included."""
    losses = [loss for _, loss in history]
    return len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience])


def measure(loss: CompletionLoss, examples: Sequence[Example], attempt: Attempt) -> tuple[float, int]:
    """The mean loss per label in nats, and the labels. Raises Overtaken between two passes."""
    total, labels = 0.0, 0
    for part, count in loss.sums(examples):
        attempt.check_token()
        total, labels = total + part, labels + count
    return total / labels, labels


def versions() -> dict[str, str]:
    return {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}


def _best_trained(history: Sequence[tuple[int, float]]) -> tuple[int, float]:
    return min((item for item in history if item[0] > 0), key=lambda item: item[1])


def _validation(history: Sequence[tuple[int, float]], examples: Sequence[Example]) -> dict[str, Any]:
    step, best = _best_trained(history)
    before = history[0][1]
    return {
        "before": before,
        "best": best,
        "best_step": step,
        "improved": best < before,
        "rows": len(examples),
        "tokens": sum(len(example.completion) for example in examples),
        "history": [list(item) for item in history],
    }


def _eta(
    done: Progress,
    parts: Mapping[str, Sequence[Example]],
    recipe: Recipe,
    due: set[int],
    recent: Sequence[tuple[int, int, float]],
) -> float:
    """Seconds until all steps are done. The tokens to come are known exactly; a token that is only read costs about a
    third of one that is learned from (forward against forward and twice backward, less the frozen gradients)."""
    sizes = {part: sum(example.length for example in found) for part, found in parts.items()}
    pace = sum(seconds for *_, seconds in recent) / sum(tokens for tokens, *_ in recent)
    to_train = max(0, recipe.epochs * sizes["train"] - done.tokens_seen)
    to_read = sizes["validation"] * sum(step >= done.step for step in due) + 4 * sizes["test"]
    return pace * (to_train + to_read / 3)


def _fingerprint(examples: Sequence[Example], recipe: Recipe, config: Mapping[str, Any], began_with: str) -> str:
    what = [[asdict(example) for example in examples], recipe.to_json(), dict(config), began_with]
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _left_out(item: LeftOut) -> dict[str, Any]:
    return {"id": item.row_id, "position": item.position, "reason": item.reason, "tokens": item.tokens}
