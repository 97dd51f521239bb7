# Two commands do everything on a fresh machine: `make demo` and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8000
# The first Python that runs and is new enough; a name on the path alone says neither.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
RUN := $(VENV)/bin
WORKERS ?= auto
# The pinned files are complete: pip resolving them again may stumble over an extra's newer release.
INSTALL := $(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps
PIN := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)$$/  make \1|\2/' | column -t -s '|'

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "The portal needs Python 3.11 or newer, and none was found. Say which to use: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment here. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	$(INSTALL) -r requirements-dev.txt
	@touch $@ $(VENV)/.run

setup: $(VENV)/.run ## Make the environment in .venv with what the portal runs on

setup-dev: $(VENV)/.dev ## Make the environment with what working on it needs, too

demo: export DJANGO_SETTINGS_MODULE := portal.settings.development
demo: export DEBUG := false
# What would bury the address, the accounts and the mail.
demo: export LOG_LEVEL ?= WARNING
demo: export PORT := $(PORT)
demo: export BASE_URL ?= http://localhost:$(PORT)
demo: setup ## Serve the portal with its demonstration content on http://localhost:8000 (PORT=... for another)
	@$(RUN)/python manage.py prepare
	@$(RUN)/python manage.py load_demo --with-accounts
	@$(RUN)/python manage.py search_check --repair
	@$(RUN)/python manage.py demo_notice
	@exec $(RUN)/honcho start --no-prefix

# What runs on PostgreSQL besides on SQLite: all that search promises, every address for every role, the demonstration,
# and what writes at the same moment. Elasticsearch holds what the rows hold, whichever database they are in.
ON_POSTGRESQL := -k "not elasticsearch and not sqlite" tests/search tests/core/test_prepared.py tests/core/test_health.py tests/site/test_url_table.py tests/demo/test_loading.py tests/events/test_crowd.py tests/forums/test_crowd.py tests/forums/test_searching.py

test: setup-dev system-packages lint test-postgresql ## Run every check and every test
	$(RUN)/python -m pytest -n $(WORKERS) --dist loadscope

test-postgresql: setup-dev system-packages ## Run the tests of search, and of much else, on a PostgreSQL of their own
	$(RUN)/python -m tools.postgresql $(RUN)/python -m pytest -n $(WORKERS) --dist loadscope $(ON_POSTGRESQL)

# Apart from `make test`, because to count costs half as much again as to test.
coverage: setup-dev system-packages ## Say which lines and branches no test reaches; fails below the floor
	$(RUN)/coverage erase
	$(RUN)/python -m pytest -n $(WORKERS) --dist loadscope --cov --cov-report=term:skip-covered

elasticsearch: setup-dev ## Start an Elasticsearch on this machine for trials, and say how to use and stop it
	@$(RUN)/python -m tools.elasticsearch start

elasticsearch-stop: ## Stop the Elasticsearch that make elasticsearch started
	@$(RUN)/python -m tools.elasticsearch stop

system-packages: ## Install the Debian packages that tests need (as root), or say which are missing
	@tools/system_packages.sh

lint: setup-dev ## Check style, types, templates, layers and migrations
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy .
	$(RUN)/djlint --lint . --quiet
	$(RUN)/lint-imports
	$(RUN)/python manage.py makemigrations --check --dry-run

format: setup-dev ## Write the code as the linters want it
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

bench: setup-dev ## Measure pages against a bare view; writes benchmarks/latest.json
	$(RUN)/python -m benchmarks

bench-search: setup-dev ## Measure search over 100,000 made-up entries (RECORDS=1000000 for more, ENGINE=elasticsearch for the cluster)
	$(RUN)/python -m benchmarks.search $(if $(RECORDS),--records $(RECORDS)) $(if $(ENGINE),--engine $(ENGINE))

bench-markdown: setup-dev ## Measure how long texts take to be laid out that were made to take long
	$(RUN)/python -m benchmarks.markdown

bench-thesaurus: setup-dev ## Measure the import and export of a thesaurus of 30,000 concepts
	$(RUN)/python -m benchmarks.thesaurus

bench-forums: setup-dev ## Measure the forums small and with 2,000,000 posts (TOPICS=, POSTS=, FOLDER= keeps them, ON=postgresql)
	$(RUN)/python -m benchmarks.forums $(if $(TOPICS),--topics $(TOPICS)) $(if $(POSTS),--posts $(POSTS)) $(if $(FOLDER),--folder $(FOLDER)) $(if $(ON),--$(ON))

soak: setup-dev system-packages ## Let fifty members post at once, alone and while the portal is killed under them; minutes
	$(RUN)/python -m benchmarks.soak --kills 0
	$(RUN)/python -m benchmarks.soak
	$(RUN)/python -m benchmarks.soak --postgresql --kills 0
	$(RUN)/python -m benchmarks.soak --postgresql

screenshots: setup-dev system-packages ## Take pictures of every kind of page into screenshots/, and the README's picture
	$(RUN)/python -m tools.screenshots

requirements: setup-dev ## Pin the dependencies again from the .in files
	$(RUN)/uv pip compile $(PIN) requirements.in -o requirements.txt
	$(RUN)/uv pip compile $(PIN) requirements-dev.in -o requirements-dev.txt

.PHONY: help setup setup-dev demo test test-postgresql coverage elasticsearch elasticsearch-stop system-packages lint format bench bench-search bench-markdown bench-thesaurus bench-forums soak screenshots requirements
