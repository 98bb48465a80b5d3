# Every target sets up what it needs by itself: a virtual environment from the lock file, with uv where it is installed.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready
WORKERS ?= 3

.PHONY: setup demo drill bench crash test lint clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing $(VENV) && uv pip install -q -p $(PY) -r requirements.lock && uv pip install -q -p $(PY) --no-deps -e . ; \
	else \
	  python3 -m venv $(VENV) && $(PY) -m pip install -q --disable-pip-version-check -r requirements.lock && \
	  $(PY) -m pip install -q --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $@

demo: setup
	@$(VENV)/bin/quarterdeck demo

drill: setup
	@$(VENV)/bin/quarterdeck drill $(if $(JSON),--json $(JSON))

bench: setup
	@$(PY) -m bench $(if $(JSON),--json $(JSON))

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo

# SEED=n plays the points in that order again; POINT=name plays one, or all whose names begin so.
crash: setup
	@SEED='$(SEED)' POINT='$(POINT)' $(PY) -m pytest -m crash -n 2 --dist load --maxschedchunk 1 \
	  $(if $(POINT),tests/crash,tests/crash tests/runbooks)

# The crash matrix last: it plays as many points at a time as two cores bear.
test: lint
	$(PY) -m pytest -m "not crash" -n $(WORKERS) --dist loadscope --no-loadscope-reorder
	$(PY) -m pytest -m crash -n 2 --dist load --maxschedchunk 1

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .quarterdeck
