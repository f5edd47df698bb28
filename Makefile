# Two commands: `make reproduce` and `make test`. Both set everything up on first use.

VENV := .venv
BIN := $(VENV)/bin
# Python 3.11 or 3.12, the newest that the pinned packages allow.
PYTHON := $(shell for python in python3.11 python3.12 python3 python; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
	2>/dev/null && command -v $$python && break; done)

.PHONY: help setup reproduce quick test proof chaos bench check clean

# Of `make chaos`.
SEED := 0
ROUNDS := 40
# Of `make bench`.
SCALE := 0.1
BENCH :=

help:
	@echo "make reproduce   set up and run the whole study (dvc repro under local services)"
	@echo "make quick       the same at a tenth, in three minutes, to see that all works here"
	@echo "make test        set up, check the code and run the tests"
	@echo "make proof       the tests that take minutes, and many random examples"
	@echo "make chaos       kill parts of a small run at random, 40 times, and compare the bits"
	@echo "make bench       measure how fast everything is, against what it replaces, in 35 minutes"
	@echo "                 and write tests/bench/RESULTS.md anew (BENCH=whole SCALE=0.4: the"
	@echo "                 study with MNIST against the serial script, in 45 minutes more)"
	@echo "make check       ruff, mypy and import contracts alone"
	@echo "make clean       remove what the tools cached; keeps data, results and finished units"

setup: $(VENV)/.complete

$(VENV)/.complete: pyproject.toml constraints.txt
	$(if $(PYTHON),,$(error Python 3.11 or 3.12 is needed and none was found on PATH; install one and run again))
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m pip check
	touch $@

reproduce: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m flows reproduce

# Everything at a tenth, in minutes; results stay as they are.
quick: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m flows reproduce --quick

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Two processes take file after file, in the order of tests/conftest.py.
PYTEST := $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder
test: check
	PATH="$(CURDIR)/$(BIN):$$PATH" $(PYTEST)

proof: check
	PATH="$(CURDIR)/$(BIN):$$PATH" HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -m "proof or not proof"

chaos: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.chaos --seed $(SEED) --rounds $(ROUNDS)

# BENCH="loss suite" measures these alone. BENCH=whole SCALE=0.4 runs that share of the study, and
# the serial script of it, with MNIST, in three quarters of an hour; SCALE=1 takes over two hours.
bench: setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m tests.bench --scale $(SCALE) $(BENCH)

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
