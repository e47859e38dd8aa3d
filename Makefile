# One command each; `make test` is what CI calls. Everything is made below .venv/ and build/, nothing elsewhere, but that
# the tests keep what Kafka and OpenSearch are made of where `logburl services` does.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.SUFFIXES:

PYTHON ?= python3
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo build/uv/bin/uv)
BIN := .venv/bin
LOCKED := .venv/locked
STAMP := .venv/installed
KERNEL := $(wildcard ingest/kernel/Cargo.* ingest/kernel/src/*.rs)

export UV_NO_PROGRESS := 1
LOG := tests/demo/faulty.log.zst

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP) ## put everything into .venv (needs Python 3.11 or later, uses uv or fetches it)

$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "logburl needs Python 3.11 or later: make PYTHON=…")'
	if [ "$(UV)" != uv ] && ! [ -x $(UV) ]; then
		$(PYTHON) -m venv build/uv 2>/dev/null && build/uv/bin/pip install --quiet uv ||
			$(PYTHON) -m pip install --quiet --target build/uv uv ||
			{ echo "logburl: neither uv nor venv nor pip (Debian: apt-get install python3-venv)" >&2; exit 1; }
	fi
	if ! [ -x $(BIN)/python ]; then $(UV) venv --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv; fi
	$(UV) pip sync --quiet --python $(BIN)/python requirements.lock
	touch $@

$(STAMP): $(LOCKED) pyproject.toml hatch_build.py $(KERNEL)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --reinstall-package logburl --editable .
	if ! compgen -G 'ingest/_kernel.*[!i]' >/dev/null; then
		echo "logburl: no cargo, or it failed: built without the Rust kernel; the slower numpy twin serves" >&2
	fi
	touch $@

demo: $(STAMP) ## scan a recorded log with a fault in it; the report goes to build/demo/report.html
	@mkdir -p build/demo
	$(BIN)/logburl scan $(LOG) -o html > build/demo/report.html
	$(BIN)/logburl scan $(LOG)
	echo
	echo "The same as a page: $(CURDIR)/build/demo/report.html"

stream-demo: $(STAMP) ## the demo's log through a real Kafka and a daemon into a real OpenSearch (fetches 150 MB with Maven)
	@$(BIN)/python -m tests.demo.stream

test: tools $(STAMP) lint wheel ## run all checks, the tests on the wheel as users get it

lint: $(STAMP) ## format, lint, import and type checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	if cargo fmt --version >/dev/null 2>&1; then cargo fmt --check --manifest-path ingest/kernel/Cargo.toml; fi

pytest: $(STAMP) ## run the tests and the examples in docstrings, on the checkout as it stands
	$(BIN)/pytest

tools: ## in CI: a toolchain for the kernel, a browser for the report, Maven for the servers
	@.ci/tools

wheel: $(STAMP) ## build sdist and wheel, run the tests on the wheel in a clean environment outside the checkout
	UV=$(UV) .ci/wheel

fmt: $(STAMP) ## format and fix
	$(BIN)/ruff check --fix-only --quiet . || true
	$(BIN)/ruff format .
	if cargo fmt --version >/dev/null 2>&1; then cargo fmt --manifest-path ingest/kernel/Cargo.toml; fi

golden: $(STAMP) ## write the golden results anew; look at the difference before you commit it
	$(BIN)/pytest --update-golden

bench: $(STAMP) ## speed and memory beside other tools; writes the figures into README.md
	$(BIN)/python -m tests.bench

measure: $(STAMP) ## quality on labelled corpora; writes the figures into README.md
	$(BIN)/python -m tests.measure

fuzz: $(STAMP) ## kernel and numpy twin on arbitrary bytes, for ten minutes
	$(BIN)/python -m tests.fuzz

picture: demo ## take the README's picture of the demo's report anew (needs Chromium)
	@chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
		--user-data-dir=build/chromium --window-size=1100,1150 --screenshot=$(CURDIR)/deploy/reports/report.png \
		file://$(CURDIR)/build/demo/report.html 2>/dev/null

record-demo: $(STAMP) ## record the demo's logs anew (needs PostgreSQL; 14 minutes)
	$(BIN)/python -m tests.demo.record faulty
	$(BIN)/python -m tests.demo.record quiet

lock: ## resolve the dependencies anew
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --all-extras --group dev --upgrade \
		pyproject.toml --output-file requirements.lock

lock-services: $(STAMP) ## resolve anew what Kafka and OpenSearch are made of (needs Maven)
	$(BIN)/python -m logburl.deploy.services.lock

clean: ## remove all that was made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -f ingest/_kernel.*.so ingest/_kernel.pyd

.PHONY: help install demo stream-demo test lint pytest tools wheel fmt golden bench measure fuzz picture record-demo lock lock-services clean
