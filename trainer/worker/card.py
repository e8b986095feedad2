"""The model card of a saved version: a README in Hugging Face's style, written for engineers.

Pure: provenance in, Markdown out. It praises nothing; a figure that was not measured is said to be missing.
"""

import json
import re
from collections.abc import Mapping
from typing import Any


def model_card(provenance: Mapping[str, Any], card: Mapping[str, Any]) -> str:
    """``provenance`` as in ``provenance.json``; ``card`` is what the request says besides (``title``, ``goal``). What people wrote is quoted on one line, and cannot become markup or metadata."""
    base, training = provenance["base"], provenance.get("training") or {}
    title = _plain(str(card.get("title") or provenance.get("name") or provenance["run_id"]))
    version = f", version {provenance['version']}" if provenance.get("version") else ""
    goal = _plain(str(card.get("goal") or ""))
    rows = provenance["rows"]
    metadata = {
        "base_model": base["name"],
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "tags": ["lora", "threadtune"],
        **({"license": base["license"]} if isinstance(base.get("license"), str) else {}),
    }
    lines = [
        "---",
        *(f"{key}: {json.dumps(value)}" for key, value in metadata.items()),  # JSON is YAML, whatever it contains
        "---",
        "",
        f"# {title}{version}",
        "",
        f"A LoRA adapter for `{_plain(base['name'])}`, trained by Threadtune in run `{provenance['run_id']}`.",
        *(["", f"> {goal}"] if goal else []),
        "",
        "## Figures",
        "",
        *_figures(training),
        "",
        "## Training",
        "",
        f"- Rows: {_rows(rows['parts'])}; all of them in `rows.jsonl`. Left out: {len(rows['left_out'])}.",
        "- Loss on the completion only, in the base model's own chat template.",
        f"- Recipe: {_recipe(provenance.get('recipe'))}.",
        *_course(training),
        "- Software: " + ", ".join(f"{name} {number}" for name, number in provenance["versions"].items()) + ".",
        "",
        "## Limits",
        "",
        "- The figures are of the few held-out rows named above; they say little about other requests.",
        "- General abilities were tried on a few short requests only (`comparison.md` of the run), and may have suffered.",
        "- A model of this kind states wrong things fluently. Have a person check what it writes.",
        "- It needs the base model named above; `provenance.json` holds the hashes of what was used.",
        "",
    ]
    return "\n".join(lines)


def _figures(training: Mapping[str, Any]) -> list[str]:
    losses, validation = training.get("losses"), training.get("validation")
    if not losses and not validation:
        return ["Not measured: the run was stopped before its end."]
    lines = ["Mean loss per token of the answer, in nats; lower is better.", ""]
    lines += ["| | rows | base | tuned |", "|---|---|---|---|"]
    if losses:
        base, tuned = losses["base"], losses["tuned"]
        lines.append(f"| test loss | {losses['rows']} | {base['loss']:.4f} | {tuned['loss']:.4f} |")
        lines.append(f"| test perplexity | {losses['rows']} | {base['perplexity']:.2f} | {tuned['perplexity']:.2f} |")
    if validation:
        known = training.get("continued")
        name = f"validation loss, where it began from version {known['version']}" if known else "validation loss"
        lines.append(f"| {name} | {validation['rows']} | {validation['before']:.4f} | {validation['best']:.4f} |")
        if not validation["improved"]:
            lines += ["", "**Training did not improve the validation loss.**"]
    if losses and losses["tuned"]["loss"] >= losses["base"]["loss"]:
        lines += ["", "**Training did not improve the test loss.**"]
    return lines


def _recipe(recipe: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{key} {value}" for key, value in recipe.items()) if recipe else "not recorded"


def _course(training: Mapping[str, Any]) -> list[str]:
    if not training:
        return []
    early = ", stopped early" if training.get("stopped_early") else ""
    steps = f"{training['steps']} of {training['steps_planned']} steps{early}"
    adapter = f"step {training['best_step']}, with {training['adapter']['trainable_parameters']:,} trained parameters"
    known = training.get("continued")
    course = f"- {steps}; the adapter is that of {adapter}."
    if not known:
        return [course]
    return [f"- It continued the adapter of version {known['version']} (SHA-256 {known['adapter_sha256']}).", course]


def _rows(parts: Mapping[str, int]) -> str:
    golden = f", {parts['golden']} to compare judges with people" if parts.get("golden") else ""
    return f"{parts['train']} to train on, {parts['validation']} for validation, {parts['test']} for the test{golden}"


def _plain(text: str) -> str:
    """One line without anything that Markdown or HTML would act on."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", " ".join(text.split()))[:500]
