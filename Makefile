# Abitare: everything one does with the portal. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8000
# Where the installation keeps what it writes: the database, photos, mail, backups.
PORTAL_VAR ?= $(CURDIR)/var
export PORTAL_VAR

VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PACKAGES := portal community manutenzione risparmio
DATABASE := $(PORTAL_VAR)/portal.sqlite3

MIGRATIONS := $(wildcard $(PACKAGES:%=%/migrations/*.py))
CATALOGUES := $(shell find $(PACKAGES) -name '*.po' 2>/dev/null)
STATIC_FILES := $(shell find $(PACKAGES) -path '*/static/*' -type f 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format demo bench soak backup restore admin lock wheel clean FORCE

help: ## list what one can make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(PORTAL_VAR)/.ready ## serve the portal with its demo on http://localhost:8000 (PORT= for another)
	@PORTAL_DEMO=1 PORTAL_BASE_URL=$${PORTAL_BASE_URL:-http://localhost:$(PORT)} $(MANAGE) serve --port $(PORT)

test: $(VENV)/.dev ## lint, types, contracts, the suite on both databases, the browser (ONLY="lint sqlite" for some)
	@$(BIN)/python -m tests.harness $(ONLY)

lint: $(VENV)/.dev ## the stages of `make test` that read the code and do not run it
	@$(BIN)/python -m tests.harness lint

format: $(VENV)/.dev ## put the code in its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

demo: $(PORTAL_VAR)/.catalogues $(PORTAL_VAR)/.static ## put the demo back as it was on its first day
	@PORTAL_DEMO=1 $(MANAGE) demo --reset
	@touch $(PORTAL_VAR)/.ready

bench: $(VENV)/.dev ## measure, and print the figures as ratios of one run (ONLY="guides weight" for some)
	@$(BIN)/python -m bench $(ONLY)

soak: $(VENV)/.dev ## run every proof at its full size (hours may pass)
	@$(BIN)/python -m tests.harness soak

backup: $(VENV)/.base ## write the database and the photos into one file in var/backups/
	@$(MANAGE) backup

restore: $(VENV)/.base ## put a backup back whole: make restore FILE=var/backups/….tar.gz
	@test -n "$(FILE)" || { echo "Say which: make restore FILE=var/backups/….tar.gz"; exit 2; }
	@$(MANAGE) restore "$(FILE)"

admin: $(VENV)/.base $(PORTAL_VAR)/.static ## make the first administrator of an installation without the demo (EMAIL= NAME=)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) admin $(if $(EMAIL),--email "$(EMAIL)") $(if $(NAME),--name "$(NAME)")

lock: ## resolve pyproject.toml into requirements/*.lock again (UPGRADE=1 for newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	$(LOCK) --extra production --extra dev -o requirements/dev.lock
	$(LOCK) --extra production -c requirements/dev.lock -o requirements/production.lock
	$(LOCK) -c requirements/dev.lock -o requirements/base.lock

# Hashes and no addresses: whoever installs uses the registry that their own pip knows.
LOCK = uv pip compile pyproject.toml --quiet $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links

wheel: $(PORTAL_VAR)/.catalogues ## pack the portal and its plugins for another Wagtail site, into dist/
	@$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps -w dist .

clean: ## remove what can be made again; var/ with its data stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache var/test
	rm -f $(PORTAL_VAR)/.static $(PORTAL_VAR)/.catalogues $(PORTAL_VAR)/.ready
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

# -- What the targets above stand on: each stamp says "done, since the files it depends on" -------------------------------

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "The portal needs Python 3.11 or newer as $(PYTHON) (PYTHON= for another)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "This Python has no venv module. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

# The lock is whole, and leaves out what nobody uses (pyproject.toml, tool.uv): nothing is added to it here.
INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps

$(VENV)/.base: requirements/base.lock | $(VENV)/pyvenv.cfg
	@echo "Installing what the portal stands on …"
	@$(INSTALL) -r $<
	@touch $@

# A superset of the base lock, so that both live in one environment.
$(VENV)/.dev: requirements/dev.lock | $(VENV)/pyvenv.cfg
	@echo "Installing what the tests stand on …"
	@$(INSTALL) -r $<
	@touch $@

$(PORTAL_VAR)/.catalogues: $(CATALOGUES) $(VENV)/.base
	@mkdir -p -m 700 $(@D)
	@$(MANAGE) catalogues --compile
	@touch $@

$(PORTAL_VAR)/.static: $(STATIC_FILES) $(VENV)/.base
	@mkdir -p -m 700 $(@D)
	@echo "Gathering style sheets, scripts and icons …"
	@$(MANAGE) collectstatic --noinput --clear --verbosity 0
	@touch $@

# The demo is loaded once; a database that somebody removed is made again.
$(PORTAL_VAR)/.ready: $(MIGRATIONS) $(PORTAL_VAR)/.catalogues $(PORTAL_VAR)/.static $(if $(wildcard $(DATABASE)),,FORCE)
	@echo "Preparing the database …"
	@PORTAL_DEMO=1 $(MANAGE) demo
	@touch $@
