# Set-up, demo, tests and checks. Needs make and a Python 3.11 or newer with venv; everything else goes into .venv.
#   make demo     install, plan an example goal, check the plan
#   make test     install, run the tests (PYTEST_ARGS='-k durations' for a part of them)
# A different interpreter: make PYTHON=python3.13 test

GOAL ?= Build a user authentication system with OAuth2, email verification, and password reset
PYTEST_ARGS ?=
FUZZ_ARGS ?=
UPGRADE ?=
TARGET ?=
SUITES ?=
PARTS ?=

ifndef PYTHON
PYTHON := $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$name"; break; fi; done)
endif

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
LOCKED := $(PIP) --require-hashes
# The back end that builds the project comes from the lock too, hence no isolated build.
THIS := $(PIP) --no-deps --no-build-isolation --editable .
DEMO := build/demo/user-authentication.plan.yaml

# What .venv was made for. It is made anew when the folder was moved or another Python is asked for.
MADE_FOR := $(CURDIR) $(if $(PYTHON),$(shell "$(PYTHON)" -c 'import sys; print(sys.base_prefix, sys.version.split()[0])' 2>/dev/null))
ifneq ($(shell cat $(VENV)/made-for 2>/dev/null),$(MADE_FOR))
.PHONY: $(VENV)/made-for
endif

.PHONY: help demo test slow test-hard fuzz lint style types layers wheel vsix test-vscode lock clean
.DELETE_ON_ERROR:
# Two targets at once would install into one .venv at once.
.NOTPARALLEL:

help:
	@echo "make demo   install and plan an example goal"
	@echo "make test   install and run the tests"
	@echo "make slow   run the tests that make test leaves out"
	@echo "make test-hard  try hostile input, size and long use, and print the figures of docs/reliability.md (PARTS=yaml_suite: a part)"
	@echo "make fuzz   fuzz everything that reads what others write, at least 30 minutes each (FUZZ_ARGS='journal --minutes 5')"
	@echo "make lint   style, types and layers"
	@echo "make wheel  build dist/*.whl"
	@echo "make vsix   build dist/*.vsix, the VS Code extension with a server of its own (TARGET=darwin-arm64: for another platform)"
	@echo "make test-vscode  try the extension in a real VS Code, which is put into a cache folder (minutes, the first time)"
	@echo "make lock   resolve the dependencies again (UPGRADE=1: to their newest versions)"
	@echo "make clean  delete what the others made"

demo: $(VENV)/installed
	@mkdir -p $(dir $(DEMO))
	$(VENV)/bin/orchestrate plan '$(subst ','\'',$(GOAL))' --no-context --output $(DEMO) --force
	$(VENV)/bin/orchestrate check $(DEMO)

test: $(VENV)/installed-test
	$(PY) -m pytest -m "not slow" --numprocesses auto $(PYTEST_ARGS)

slow: $(VENV)/installed-test
	$(PY) -m pytest -m slow --numprocesses auto $(PYTEST_ARGS)

fuzz: $(VENV)/installed-test
	$(LOCKED) -r constraints/fuzz.txt
	$(PY) -m tests.fuzz $(FUZZ_ARGS)

test-hard: $(VENV)/installed-test
	$(PY) -m tests.hard $(PARTS)

lint: style types layers

style: $(VENV)/installed-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

# Told not to ask the network whether there is a newer pyright.
types: $(VENV)/installed-dev
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(PY) -m pyright --project pyproject.toml --pythonpath $(PY)

layers: $(VENV)/installed-dev
	$(VENV)/bin/lint-imports

wheel: $(VENV)/installed-test
	rm -rf dist
	$(PY) -m build --no-isolation --outdir dist

# Node comes as a wheel; npm's packages are locked in vscode-client/.
vsix: $(VENV)/installed-test
	PYTHON='$(CURDIR)/$(PY)' vscode-client/scripts/package.sh $(TARGET)

test-vscode: $(VENV)/installed-test
	PYTHON='$(CURDIR)/$(PY)' vscode-client/scripts/test.sh $(SUITES)

$(VENV)/made-for:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed and '$(or $(PYTHON),python3)' is not one." >&2; \
	  echo "On Debian or Ubuntu: sudo apt-get install -y python3 python3-venv" >&2; \
	  echo "If it is installed under another name: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' cannot make virtual environments: its venv package is missing." >&2; \
	  echo "On Debian or Ubuntu: sudo apt-get install -y python3-venv" >&2; exit 1; }
	rm -rf $(VENV)
	"$(PYTHON)" -m venv $(VENV)
	@echo "$(MADE_FOR)" > $@

$(VENV)/installed: constraints/runtime.txt constraints/build.txt pyproject.toml $(VENV)/made-for
	$(LOCKED) -r constraints/runtime.txt -r constraints/build.txt
	$(THIS)
	@touch $@

$(VENV)/installed-test: constraints/test.txt pyproject.toml $(VENV)/made-for
	$(LOCKED) -r constraints/test.txt
	$(THIS)
	@touch $@

$(VENV)/installed-dev: constraints/dev.txt pyproject.toml $(VENV)/made-for
	$(LOCKED) -r constraints/dev.txt
	$(THIS)
	@touch $@

# One resolution for everything (dev), and cuts of it for those who need less.
RESOLVE = $(PY) -m uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command "make lock"
# With the extras: of what is asked for with one and locked without, pip wants the newest release whatever is locked.
RESOLVE_ALL = $(RESOLVE) --no-strip-extras

lock: $(VENV)/made-for
	$(LOCKED) -r constraints/lock.txt
	$(RESOLVE_ALL) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev --output-file constraints/dev.txt
	$(RESOLVE_ALL) --upgrade --constraints constraints/dev.txt pyproject.toml --group test --output-file constraints/test.txt
	$(RESOLVE) --upgrade --constraints constraints/dev.txt pyproject.toml --output-file constraints/runtime.txt
	sed -n '/^typer==/!s/^\([a-z].*\) \\$$/\1/p' constraints/runtime.txt >constraints/bundled.in
	echo 'typer<0.29 # from then on it brings pydantic, compiled for each Python: more than all else in a .vsix' >>constraints/bundled.in
	$(RESOLVE) --upgrade --no-annotate --constraints constraints/bundled.in pyproject.toml --output-file constraints/bundled.txt
	rm constraints/bundled.in
	$(RESOLVE) --upgrade --constraints constraints/dev.txt --group build --output-file constraints/build.txt
	$(RESOLVE_ALL) $(if $(UPGRADE),--upgrade) --resolution lowest-direct pyproject.toml --group test \
	  --output-file constraints/lowest.txt
	$(RESOLVE) $(if $(UPGRADE),--upgrade) --group lock --output-file constraints/lock.txt
	$(RESOLVE) $(if $(UPGRADE),--upgrade) --group fuzz --output-file constraints/fuzz.txt

clean:
	rm -rf vscode-client/node_modules vscode-client/dist vscode-client/server vscode-client/LICENSE
	rm -rf $(VENV) build dist .pytest_cache .hypothesis .ruff_cache .import_linter_cache
