# Every target sets up what it needs; `make help` lists them.

PYTHON ?= python3
PORT ?= 8000
DEMO_ARGS ?=
BENCH_ARGS ?=

BIN := .venv/bin
SETUP := $(PYTHON) scripts/setup.py
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long bench lint types lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install all that running needs: Debian and Python packages, styles, fonts, translations
	@$(SETUP) run

demo: setup ## Run the 2019 survey from invitation to report, then serve it on PORT (8000); DEMO_ARGS=--no-serve only runs it
	@VAR_DIR=var/demo BASE_URL=http://127.0.0.1:$(PORT) \
		$(BIN)/python manage.py demo studies/divercity_2019 --port $(PORT) $(DEMO_ARGS)

# Without --no-loadscope-reorder files with few tests come last, and with us those take longest.
test: ## Run all tests on the embedded default, then those that could differ on PostgreSQL and Redis
	@$(SETUP) test
	env -u DATABASE_URL -u REDIS_URL $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m tests.servers -- $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not once"

test-long: ## Kill workers in the middle of a mail-out: 1,000 times on PostgreSQL and Redis, 100 times on the embedded default
	@$(SETUP) test
	$(BIN)/python -m tests.kills --kills 1000 --servers
	$(BIN)/python -m tests.kills --kills 100

bench: ## Measure speed and memory on PostgreSQL, all or BENCH_ARGS="pages letters numbers"; writes var/bench/bench.json
	@$(SETUP) test
	$(BIN)/python -m tests.servers -- $(BIN)/python -m benchmarks $(BENCH_ARGS)

lint: ## Check style and format
	@$(SETUP) dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: ## Check types
	@$(SETUP) dev
	$(BIN)/mypy

lock: ## Pin all requirements anew, with hashes, from pyproject.toml
	@$(SETUP) run
	PATH="$$PATH:$(BIN)" $(COMPILE) --output-file requirements.txt
	PATH="$$PATH:$(BIN)" $(COMPILE) --group test --constraint requirements.txt --output-file requirements-test.txt
	PATH="$$PATH:$(BIN)" $(COMPILE) --group dev --constraint requirements-test.txt --output-file requirements-dev.txt

clean: ## Remove what set-up made; var/ stays, for answers may be in it
	rm -rf .venv node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find locale -name '*.mo' -delete
	find . -name __pycache__ -prune -exec rm -rf {} +
