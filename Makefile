# The two commands: “make demo” for an answer with its sources, “make test” for the tests.
# “make check” is the quick part of the tests: what to run before each commit.
PYTHON ?= python3
BIN := .venv/bin

PYTEST := $(BIN)/pytest --numprocesses auto --dist loadfile

.PHONY: demo test check lint test-lowest test-newest lock mutants generated clean

demo: .venv/installed
	$(BIN)/kg build
	$(BIN)/kg query who-met-whom --param place=China --cite

test: lint
	$(PYTEST)

check: lint
	$(PYTEST) -m "not slow"

lint: .venv/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The tests on the lowest versions that pyproject.toml allows, and on the newest.
test-lowest: RESOLUTION := lowest-direct
test-newest: RESOLUTION := highest
test-lowest test-newest: .venv/installed-for-tests
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/$@
	$(BIN)/uv pip install --quiet --python .venv/$@ --resolution $(RESOLUTION) --editable '.[test]'
	.venv/$@/bin/pytest --numprocesses auto --dist loadfile

# Which changes of the code no test notices: make mutants PACKAGE=kg/lineage
mutants: .venv/installed-for-tests
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutants]'
	$(BIN)/python benchmarks/mutants.py $(PACKAGE)

# What to install where kg is deployed: pip install --require-hashes -r requirements.lock
lock: .venv/installed-for-tests
	$(BIN)/uv pip compile --quiet --upgrade pyproject.toml --extra serve --extra reasoner \
	  --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --output-file requirements.lock

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
