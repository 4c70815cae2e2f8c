# Everything a newcomer needs: `make run` and `make test` install what is missing by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NPM := npm --prefix frontend
SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/vite.config.ts -type f 2>/dev/null)

.PHONY: help run test test-postgres lint types unit browser first-lane second-lane frontend faults fuzz soak bench bench-sync bench-export gallery lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

# --- Installing -------------------------------------------------------------------------------

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) scripts/system.py python node
	@test -x $(BIN)/python || { echo "Making the virtual environment…"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing the server's libraries…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the tools for tests…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/.npmrc
	@$(PYTHON) scripts/system.py node
	@echo "Installing the interface's libraries…"
	@$(NPM) ci --silent
	@touch $@

build/fonts/.installed: scripts/fonts.py app/exporting/fonts.py app/exporting/web/faces.py frontend/node_modules/.installed $(VENV)/.installed
	@$(BIN)/python scripts/fonts.py
	@touch $@

frontend/dist/.built: $(SOURCES) frontend/node_modules/.installed
	@echo "Building the interface…"
	@$(NPM) run --silent build
	@touch $@

frontend: frontend/dist/.built ## Build the interface

INSTALLED := $(VENV)/.installed build/fonts/.installed frontend/dist/.built
TESTABLE := $(INSTALLED) $(VENV)/.installed-dev

# --- Running ----------------------------------------------------------------------------------

run: $(INSTALLED) ## Start Chapterhouse with a demo guide (LAN=1: for phones and laptops on the same Wi-Fi)
	@$(if $(LAN),CHAPTERHOUSE_LAN=$(LAN)) $(BIN)/chapterhouse serve --demo

# --- Checking ---------------------------------------------------------------------------------

test: $(TESTABLE) ## Every check and every test
	@$(PYTHON) scripts/system.py chromium poppler java
	@$(MAKE) --no-print-directory lint types
	@$(NPM) run --silent test
	@$(MAKE) --no-print-directory -j2 first-lane second-lane

lint: $(TESTABLE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(NPM) run --silent lint

types: $(TESTABLE)
	frontend/node_modules/.bin/pyright
	$(NPM) run --silent check

unit: $(TESTABLE) ## The tests without a browser
	@$(BIN)/pytest -m "not e2e"

browser: $(TESTABLE) ## The tests in Chromium
	@$(PYTHON) scripts/system.py chromium
	@$(BIN)/pytest -m e2e

# Most tests wait for a page or a process: two lanes of about the same length take half the time.
# What the second one says comes at its end.
SECOND := tests/e2e tests/exporting

first-lane: $(TESTABLE)
	@$(BIN)/pytest $(addprefix --ignore=,$(SECOND))

second-lane: $(TESTABLE)
	@$(BIN)/pytest $(SECOND) >build/second-lane.txt 2>&1; ended=$$?; cat build/second-lane.txt; exit $$ended

test-postgres: $(TESTABLE) ## The same suite on a throw-away PostgreSQL
	@$(PYTHON) scripts/system.py postgresql redis chromium poppler java
	@$(BIN)/python -m scripts.postgres -- -m "not e2e"

faults: $(TESTABLE) ## The long form of the tests that kill and starve the server
	@FAULTS=long $(BIN)/pytest tests/faults tests/traces tests/properties -q --durations=10

fuzz: $(TESTABLE) ## Random edits against Yjs, bent updates against the server, random chapters against typst
	@$(BIN)/python -m tests.differential 1000
	@$(BIN)/python -m tests.hostile.orders 1 1000
	@$(BIN)/python -m tests.hostile.fuzzing 1 10000 180
	@$(BIN)/python -m tests.exporting.fuzzing 1 60

bench: bench-sync bench-export ## The benchmarks

bench-sync: $(TESTABLE) ## The sync beside Node's servers; writes docs/benchmarks and the README's table
	@$(PYTHON) scripts/system.py node postgresql redis
	@$(BIN)/python -m bench.sync --publish

bench-export: $(TESTABLE)
	@$(BIN)/python -m bench.export

gallery: $(TESTABLE) ## Draw docs/gallery anew: pages of the designs
	@$(PYTHON) scripts/system.py poppler
	@$(BIN)/python -m scripts.gallery

# --- Keeping ----------------------------------------------------------------------------------

lock: $(VENV)/.installed ## Resolve the Python libraries anew
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-dev.lock

clean: ## Remove what can be made again (not ./data)
	rm -rf $(VENV) build frontend/node_modules frontend/dist
