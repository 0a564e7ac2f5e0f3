# The two commands: “make demo” for an answer with its sources, “make test” for the tests.
# “make check” is the quick part of the tests: what to run before each commit.
PYTHON ?= python3
BIN := .venv/bin

PYTEST := $(BIN)/pytest --numprocesses auto --dist loadfile

.PHONY: demo test check lint generated clean

demo: .venv/installed
	$(BIN)/kg build
	$(BIN)/kg query who-met-whom --param place=China

test: lint
	$(PYTEST)

check: lint
	$(PYTEST) -m "not slow"

lint: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

generated: .venv/installed-for-tests
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[reasoner,serve]'
	touch $@

.venv/installed-for-tests: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@
