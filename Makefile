# The daily commands; CONTRIBUTING.md says more. `make` alone lists them.

VENV ?= .venv
BIN := $(VENV)/bin
T ?=

.DEFAULT_GOAL := help
.PHONY: help setup test lint format docs cassette ci

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make an environment in .venv with all that developers need
	python3 -m venv --without-pip $(VENV)
	pip --python $(VENV) install -q -e '.[dev]'

test: ## run the tests, or some of them: make test T=tests/pages
	$(BIN)/pytest -q $(T)

lint: ## check formatting, lint and types
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

format: ## mend formatting, and what else can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

docs: ## write the generated parts of the docs anew
	$(BIN)/python -m docs.generate

cassette: ## record the main job's cassette again, from the replica
	$(BIN)/python -m tests.cassettes.record_releases

ci: ## run what CI runs: the README's commands in a fresh clone, then lint
	.ci/run
