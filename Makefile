# Every task has its name here; `make help` lists them. All of them can be run again at any time:
# what is up to date is left as it is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TYPES := build/types
ENGINES := checker/engine traces/engine
ENGINE_SOURCES := $(foreach engine,$(ENGINES),$(wildcard $(engine)/src/*.rs) $(engine)/Cargo.toml \
	$(engine)/Cargo.lock)
NATIVE := gtcheck.checker._engine gtcheck.traces._native
NATIVE_FILES := checker/_engine*.so traces/_native*.so
CODE := $(addprefix $(TYPES)/gtcheck/,__init__.py cli checker traces models)
CARGO := cargo
IN_ENGINES = for engine in $(ENGINES); do (cd $$engine && $(CARGO) $(1)) || exit 1; done
HAS_ENGINES := $(BIN)/python -c 'import gtcheck.checker._engine, gtcheck.traces._native'

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check format gate bench clean lint types stubs tidy rust rust-lint

help: ## List the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

setup: $(READY) $(TYPES)/gtcheck ## Make .venv and install gtcheck with its native engines
	@$(HAS_ENGINES) \
		|| { echo 'a native engine is gone; make clean, then try again' >&2; exit 1; }

demo: setup ## Explore both protocols and check two sample logs
	$(BIN)/gtcheck explore async
	$(BIN)/gtcheck explore mrsc
	$(BIN)/gtcheck observe docs/examples/mrsc-run.jsonl
	@echo '$(BIN)/gtcheck observe docs/examples/stale-read.jsonl   (this one is violated, and ends with 1)'
	@$(BIN)/gtcheck observe docs/examples/stale-read.jsonl; test $$? -eq 1

test: setup check rust gate ## Run everything: checks, Rust tests, the gate, Python tests
	$(BIN)/pytest

check: setup lint types stubs rust-lint tidy ## Run the linters, the type checker and the tidy test

format: setup ## Format the code, Python and Rust
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(call IN_ENGINES,fmt)

gate: setup ## Hold the project's own models and sample logs to gtcheck.toml
	$(BIN)/gtcheck gate gtcheck.toml

bench: setup ## Measure exploration against SPIN, which is installed if missing and if root
	@command -v spin >/dev/null || { test "$$(id -u)" -eq 0 && apt-get install -qq -y spin gcc; } \
		|| { echo 'bench needs SPIN: run apt-get install spin gcc' >&2; exit 2; }
	$(BIN)/python bench/explore.py

clean: ## Remove what was built, .venv too
	rm -rf $(VENV) build $(addsuffix /target,$(ENGINES)) $(NATIVE_FILES)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy $(CODE)
	$(BIN)/mypy tests bench docs

stubs: setup
	MYPYPATH=$(TYPES) $(BIN)/python -m mypy.stubtest $(NATIVE)

tidy: setup
	$(BIN)/pytest tests/test_tidy.py

rust: $(READY)
	$(call IN_ENGINES,test --quiet)

rust-lint: $(READY)
	$(call IN_ENGINES,fmt --check)
	$(call IN_ENGINES,clippy --quiet --all-targets -- -D warnings)

# The package is the repository's root, so type checkers find it by name through this link.
$(TYPES)/gtcheck:
	mkdir -p $(TYPES)
	ln -sfn ../.. $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'gtcheck needs Python 3.11 or later; make PYTHON=... names another one' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Installing gtcheck goes on without an engine that cannot be built; here it must not, and
# an engine built earlier must not stand in for it.
$(READY): pyproject.toml $(ENGINE_SOURCES) | $(BIN)/python
	@command -v $(CARGO) >/dev/null \
		|| { echo 'the native engines need a Rust toolchain: see https://rustup.rs' >&2; exit 1; }
	$(BIN)/pip install -q 'setuptools>=80' 'setuptools-rust>=1.11'
	rm -f $(NATIVE_FILES)
	$(BIN)/pip install -q --no-build-isolation -e '.[dev]'
	@$(HAS_ENGINES) || { echo 'a native engine did not build; see what cargo says:' >&2; \
		$(call IN_ENGINES,build --release); exit 1; }
	$(BIN)/python -m compileall -q __init__.py cli checker models traces
	touch $@
