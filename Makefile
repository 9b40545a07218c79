# Everything that is needed: Python 3.11 or newer with pip and venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= demo
# Small fits are slower with several maths threads.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
# Tests start hundreds of processes, which shall not compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-all coverage lint format bench bench-active docs constraints clean

# The demonstration: a project in $(DEMO)/ and the whole loop on it.
demo: $(VENV)/run
	$(BIN)/workbench demo $(DEMO) --yes

# Everything that must hold, in under 10 minutes. Three at once, since many wait for processes;
# who is done takes from who is not, so that a long one at the end is not waited for by all.
test: $(VENV)/dev
	$(BIN)/pytest -n 3 --dist worksteal -m "not slow"

# And what takes longer.
test-all: $(VENV)/dev
	$(BIN)/pytest -n 3 --dist worksteal

# Lines and branches of the core that the tests reach: 95 % at least.
coverage: $(VENV)/dev
	$(BIN)/pytest -n 3 --dist worksteal -m "not slow" --cov

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Timings, as ratios against peers in the same run.
bench: $(VENV)/bench
	$(BIN)/python -m benchmarks

# Label efficiency of the query strategies, against random and the peers.
bench-active: $(VENV)/bench
	$(BIN)/python -m benchmarks.active

# The site in build/docs: reference, keys and screenshots from the code, pages with what commands print.
docs: $(VENV)/dev
	$(BIN)/python docs/database.py
	$(BIN)/python docs/reference.py
	$(BIN)/python docs/keys.py
	$(BIN)/python docs/screenshots.py
	$(BIN)/python docs/pages.py README.md docs/tutorial.md docs/how-to/*.md
	$(BIN)/zensical build --strict

# Writes the exact versions that are installed now, those of all extras that tests and benchmarks need.
constraints: $(VENV)/bench
	( echo "# Exact versions that were tested together (Python 3.11); written by: make constraints"; \
	  $(BIN)/pip freeze --exclude-editable | sed 's/+cpu$$//' ) > constraints.txt

$(VENV)/run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/run

$(VENV)/bench: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	touch $@ $(VENV)/dev $(VENV)/run

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
