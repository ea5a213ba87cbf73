# The two commands that matter: `make run` and `make test`. Nothing here needs root or anything beyond Python 3.11.
.DEFAULT_GOAL := help
.PHONY: run test lint bench help requirements schema screenshots clean
SHELL := /bin/sh

VENV ?= .venv
PORT ?= 8501
PY := $(VENV)/bin/python
TESTS ?= tests
# A figure taken while the machine was busy is taken again.
QUIET := --reruns 3 --reruns-delay 10

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

$(VENV)/.base:
	@python=$$(for p in python3.13 python3.12 python3.11 python3 python; do \
		command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done); \
	if [ -z "$$python" ]; then echo "make: Python 3.11 or newer is needed. Debian/Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13" >&2; exit 1; fi; \
	made() { "$$python" -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); return 1; }; }; \
	made || { command -v uv >/dev/null 2>&1 && uv venv --quiet --seed --python "$$(command -v $$python)" $(VENV); } \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && echo "Installing python3-venv ..." \
		&& apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null && made; } \
	|| { echo "make: $$python cannot create an environment (its venv module is missing). Debian/Ubuntu: sudo apt-get install python3-venv; or install uv" >&2; exit 1; }
	@touch $@

$(VENV)/.run: $(VENV)/.base requirements.txt pyproject.toml
	@echo "Installing what the dashboard needs (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(PY) -m framework.simulation.warm || echo "The replay could not be compiled ahead; the first one takes some seconds more."
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.txt
	@echo "Installing what the tests need (once) ..."
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

run: $(VENV)/.run ## create the environment and start the dashboard (PORT=8501)
	@exec $(PY) -m framework run --port $(PORT)

test: $(VENV)/.dev ## install what the tests need, a browser included, and run them all (TESTS=... for a part)
	@$(PY) tests/browser.py
	@$(PY) -m pytest $(TESTS) -n 2 -m "not bench"
	@if [ "$(TESTS)" = tests ]; then $(PY) -m pytest tests/bench -m bench $(QUIET); fi

lint: $(VENV)/.dev ## ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: $(VENV)/.dev ## speed, as ratios to a peer measured in the same run
	@$(PY) -m pytest tests/bench -m bench -s $(QUIET)

schema: $(VENV)/.run ## rewrite pricing/schema.json from the records
	@$(PY) -m framework.catalogue.schema

screenshots: $(VENV)/.dev ## retake the README's pictures
	@$(PY) tests/browser.py
	@$(PY) tests/screens.py

requirements: $(VENV)/.dev ## recompile the pinned requirements from pyproject.toml
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --output-file requirements.txt pyproject.toml
	@$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header --extra dev --extra providers --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## remove the environment and caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
