# Every target sets up what it needs by itself: a virtual environment from the lock file, with uv where it is installed.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready
WORKERS ?= 2

.PHONY: setup test lint clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing $(VENV) && uv pip install -q -p $(PY) -r requirements.lock && uv pip install -q -p $(PY) --no-deps -e . ; \
	else \
	  python3 -m venv $(VENV) && $(PY) -m pip install -q --disable-pip-version-check -r requirements.lock && \
	  $(PY) -m pip install -q --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $@

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo

test: lint
	$(PY) -m pytest -n $(WORKERS) --dist loadscope

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .quarterdeck
