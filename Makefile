# Everything runs in an environment of its own, made on first use with any Python >= 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints/ci.txt

.PHONY: demo test lint types contracts index check wheel fuzz bench bench-signing bounds clean

demo: $(VENV)/.base
	$(BIN)/python tools/demo.py build/demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -q $(TESTS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports
	$(BIN)/python tools/index.py --check

index: $(VENV)/.base
	$(BIN)/python tools/index.py

check: lint types contracts test

wheel: $(VENV)/.dev
	$(BIN)/python -m pip wheel -q --no-deps -w dist .

fuzz: $(VENV)/.dev
	$(BIN)/python -m pip install -q -e '.[fuzz]' -c $(CONSTRAINTS)
	$(BIN)/python fuzz/readers.py --long

bench: $(VENV)/.dev
	$(BIN)/python -m pip install -q -e '.[bench]'
	$(BIN)/python bench/peers.py

bounds: $(VENV)/.dev
	$(BIN)/python bench/bounds.py

bench-signing: $(VENV)/.dev
	$(BIN)/python -m pip install -q -e '.[interop]'
	$(BIN)/python bench/signing.py

$(VENV)/.base: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -e . -c $(CONSTRAINTS)
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install -q -e '.[dev]' -c $(CONSTRAINTS)
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
