# Makmal. `make help` lists what there is.
# Settings are given on the command line: make run PORT=8123 DATA_DIR=/srv/makmal DEMO=0

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements-setup.txt requirements.txt requirements-dev.txt
STAMP := $(VENV)/.installed
UV := UV_SYSTEM_CERTS=1 $(BIN)/uv
COMPILE := $(UV) pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11

# Only what was given reaches the programs, so that their own defaults hold otherwise.
ifdef PORT
export PORT
endif
ifdef DEMO
export DEMO
endif
ifdef DATA_DIR
export DATA_DIR
endif

# Set in many containers; without compiled files each start of Python compiles all it loads.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n  make run PORT=8123      another port\n  make run DEMO=0         start empty, in var/live\n  make run DATA_DIR=DIR   keep the data in DIR\n'

.PHONY: setup
setup: $(STAMP) ## Install everything into .venv (quick when nothing changed)

$(STAMP): $(LOCKS) scripts/setup.sh
	@PYTHON='$(PYTHON)' VENV='$(VENV)' sh scripts/setup.sh $(LOCKS)
	@touch $(STAMP)

.PHONY: run
run: $(STAMP) ## Start Makmal: web, worker and scheduler, with the demo loaded
	@exec $(BIN)/python scripts/serve.py

.PHONY: test
test: $(STAMP) ## Run the tests on everything that is installed here
	@$(BIN)/python scripts/test.py

.PHONY: check
check: $(STAMP) ## Style, types, import rules, templates, migrations
	@$(BIN)/python scripts/check.py

.PHONY: bench
bench: $(STAMP) ## Measure the product against its targets
	@$(BIN)/python -m benchmarks

.PHONY: migrate
migrate: $(STAMP) ## Bring the database up to date
	@$(BIN)/python manage.py migrate

.PHONY: migrations
migrations: $(STAMP) ## Write migrations for changed models
	@$(BIN)/python manage.py makemigrations

.PHONY: messages
messages: $(STAMP) ## Collect texts to translate and compile the catalogues
	@$(BIN)/python manage.py makemessages --all --no-location --ignore '.venv' --ignore 'var' --ignore 'frontend' --ignore 'tests'
	@$(BIN)/python manage.py compilemessages --ignore '.venv'

.PHONY: format
format: $(STAMP) ## Format the Python files
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

.PHONY: lock
lock: ## Choose the versions anew within the floors of requirements*.in
	@test -x $(BIN)/uv || PYTHON='$(PYTHON)' VENV='$(VENV)' sh scripts/setup.sh requirements-setup.txt
	$(COMPILE) --upgrade requirements-setup.in -o requirements-setup.txt
	printf 'Django<6\n' > $(VENV)/lts.in
	$(COMPILE) --upgrade -c $(VENV)/lts.in requirements.in -o requirements.txt
	$(COMPILE) --upgrade requirements-dev.in -o requirements-dev.txt
