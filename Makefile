# What one types. `make setup` first; every other target does it too, and it is quick when nothing changed.
#
#   TORCH=cpu|cuda     which build of torch==2.13.0 to install (default cpu; on a Mac there is but one)
#   TORCH_INDEX=URL    where the CPU build comes from when pip's own sources do not have it
#   PYTHON=python3.11  which interpreter makes the environment
#   VENV=.venv         where the environment lies
#   DEMO_HOME=FOLDER   where `make demo` keeps its home folder (default: a fresh temporary one, kept for a look)
#   ARGS="-k words"    handed to pytest by `make test` and `make soak`
#   JOBS=2             how many test processes `make test` runs side by side (some need 2 GB each; 3 where 12 GB are free)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

TORCH ?= cpu
TORCH_VERSION := 2.13.0
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
PYTHON ?= python3
VENV ?= .venv
DEMO_HOME ?=
ARGS ?=
# Many tests wait for processes that they have started, so that one process more than cores makes use of the time.
JOBS ?= $(shell awk '/MemAvailable/ { print ($$2 > 12000000) ? 3 : 2; found = 1 } END { if (!found) print 2 }' /proc/meminfo 2>/dev/null || echo 2)
BIN := $(VENV)/bin
PACKAGES := bot agent trainer dataset storage bench tests
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help setup environment demo test check lint format soak run

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | head -n 10
	@echo 'Targets: setup demo run test check lint format soak'

setup: environment
	@$(BIN)/threadtune setup
	@echo 'Ready. Begin with: $(BIN)/threadtune chat'

# The environment is made anew when the lock file, the interpreter, the build of torch or the project's own
# dependencies change; the stamp is written last, so that an interrupted set-up is simply gone on with.
environment:
	@case '$(TORCH)' in cpu|cuda) ;; *) echo "TORCH must be cpu or cuda, not '$(TORCH)'." >&2; exit 2 ;; esac
	@wanted="$$( { cat requirements.lock pyproject.toml; $(PYTHON) -VV; echo '$(TORCH)'; pwd; } | cksum)"; \
	if [ -x $(BIN)/threadtune ] && [ "$$(cat $(VENV)/.threadtune 2>/dev/null || true)" = "$$wanted" ]; then exit 0; fi; \
	if [ ! -x $(BIN)/python ] || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  $(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed (PYTHON=python3.11)." if sys.version_info < (3, 11) else 0)'; \
	  $(PYTHON) -m venv $(VENV); fi; \
	rm -f $(VENV)/.threadtune; \
	echo 'Installing torch $(TORCH_VERSION) ($(TORCH)) ...'; \
	$(MAKE) --no-print-directory torch-$(TORCH); \
	echo 'Installing the other pinned packages ...'; \
	$(PIP) install --quiet --requirement requirements.lock; \
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .; \
	echo "$$wanted" > $(VENV)/.threadtune

# A stateful Slack server for tests/slack_emulate, from npm. Without npm those tests are skipped (in CI they fail).
EMULATE := tests/slack_emulate
.PHONY: slack-emulate
slack-emulate:
	@if cmp -s $(EMULATE)/package-lock.json $(EMULATE)/node_modules/.installed; then exit 0; fi; \
	if ! command -v npm >/dev/null; then echo 'npm is not installed: the tests on the emulated Slack are skipped.' >&2; exit 0; fi; \
	echo 'Installing the emulated Slack for the tests ...'; \
	npm ci --prefix $(EMULATE) --ignore-scripts --no-audit --no-fund --loglevel error; \
	cp $(EMULATE)/package-lock.json $(EMULATE)/node_modules/.installed

# `==2.13.0+cpu` names the CPU build: a local wheel or pip's own sources may have it, else PyTorch's index has.
# On a Mac the plain version is the only build.
.PHONY: torch-cpu torch-cuda
torch-cpu:
	@if [ "$$(uname -s)" = Darwin ]; then $(PIP) install --quiet 'torch==$(TORCH_VERSION)'; \
	else $(PIP) install --quiet 'torch==$(TORCH_VERSION)+cpu' 2>/dev/null \
	  || $(PIP) install --quiet --extra-index-url '$(TORCH_INDEX)' 'torch==$(TORCH_VERSION)+cpu'; fi

# `===` is equality letter by letter: 2.13.0 and not 2.13.0+cpu. For Linux that is the registry's CUDA build.
torch-cuda:
	@$(PIP) install --quiet 'torch===$(TORCH_VERSION)'

demo: setup
	@home='$(DEMO_HOME)'; [ -n "$$home" ] || home="$$(mktemp -d -t threadtune-demo.XXXXXX)"; \
	echo "Home folder: $$home"; \
	THREADTUNE_OLLAMA= $(BIN)/threadtune chat --script examples/demo.chat --home "$$home"

run: setup
	@$(BIN)/threadtune run

# The tests start a hundred processes of ours: bytecode is kept, even where the environment asks for none.
test: setup slack-emulate
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m 'not soak' -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint test

lint: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports --no-cache

format: environment
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

soak: setup
	@$(BIN)/python -m pytest -m soak --timeout 0 $(ARGS)
