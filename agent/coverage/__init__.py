"""What examples to ask for: packs, the plan made from one, the thinnest cell of the plan. It knows no conversation."""

from agent.coverage.asking import question
from agent.coverage.changing import changed
from agent.coverage.classify import aspects_of, category_of, classify_with
from agent.coverage.packs import Aspect, Category, Expected, Loaded, Pack, PackProblem, Prompt, load_packs, read_pack
from agent.coverage.plan import Cell, cells, plan_for, progress, skips, suggest, thinnest

__all__ = [
    "Aspect",
    "Category",
    "Cell",
    "Expected",
    "Loaded",
    "Pack",
    "PackProblem",
    "Prompt",
    "aspects_of",
    "category_of",
    "cells",
    "changed",
    "classify_with",
    "load_packs",
    "plan_for",
    "progress",
    "question",
    "read_pack",
    "skips",
    "suggest",
    "thinnest",
]
