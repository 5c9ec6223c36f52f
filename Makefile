PYTHON ?= python3
PORT ?= 8000
VAR_DIR ?= var
export PORT VAR_DIR

BIN := .venv/bin
UV_VERSION := 0.13.9

ACTIONS := $(filter-out %__init__.py,$(wildcard helpdesk/tickets/actions/*.py))
WEBHOOKS := $(filter-out %__init__.py %admin.py %apps.py %urls.py %models.py,$(wildcard webhooks/*.py webhooks/handlers/*.py))
# Left out: tests that start other processes, which a mutation does not reach, and tests of migrations.
OTHER_PROCESSES := $(addprefix tests/webhooks/test_,concurrency.py locked_rows.py killed_worker.py kills.py schema_changes.py server.py)
TESTS_OF_ACTIONS := $(filter-out %test_migrations.py,$(wildcard tests/tickets/test_*.py)) tests/bulk/test_undo.py tests/workspace/test_changed_ticket.py \
	tests/webhooks/test_order.py tests/api/v1/test_merge.py tests/conversations/actions/test_notes.py tests/workspace/test_tags.py
TESTS_OF_WEBHOOKS := $(filter-out $(OTHER_PROCESSES),$(wildcard tests/webhooks/test_*.py)) $(addprefix tests/operations/test_,doctor.py doctor_checks.py metrics.py) \
	tests/privacy/erased tests/privacy/export $(addprefix tests/privacy/test_,erasure.py concurrent_work.py)
TESTS_OF_ACCESS := tests/teams/interrupted $(addprefix tests/teams/test_,sessions.py session_limits.py pages.py account_frame.py required_second_factor.py two_factor_login.py) \
	tests/test_access.py tests/teams/reauthentication

.PHONY: help demo dev setup serve test coverage lint types style imports templates migrations browser-test chromium client-test mutation bench messages icons screenshots lock sbom audit semgrep
.DEFAULT_GOAL := help

help:  ## List the targets
	@sed -n 's/^\([a-z-]*\):.*  ## /\1	/p' Makefile | expand -t 16

demo: export TRIAL = 1
demo: setup  ## Set everything up, start the server and send it a day of events
	exec $(BIN)/python manage.py demo

setup: export TRIAL = 1
setup: .venv/installed  ## Install dependencies; prepare translations, database and static files
	$(BIN)/python manage.py setup

dev: export TRIAL = 1
dev: export DEBUG = 1
dev: setup  ## Run the server and a worker; restart both when a file changes
	$(BIN)/watchfiles --sigint-timeout 15 "$(BIN)/python manage.py serve" helpdesk webhooks templates

serve: .venv/installed  ## Run the production server with the existing database and files
	exec $(BIN)/python manage.py serve

test: .venv/installed  ## Run the tests on PostgreSQL, except those in a browser
	$(BIN)/python -m pytest -m "not browser" -n auto --maxschedchunk 2

browser-test: .venv/installed chromium  ## Run the tests in Chromium (the system's; installed on Debian if you are root)
	$(BIN)/python -m pytest tests/browser -m browser -n 2 --maxschedchunk 1

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || { apt-get update -q && apt-get install -qy chromium; }
	@command -v chromium-headless-shell >/dev/null || apt-get install -qy chromium-headless-shell || true  # takes a third of the CPU time

client-test: .venv/installed  ## Lint the API's schema, and test clients generated from it (needs Node; uses Java if installed)
	$(BIN)/python -m pytest tests/clients/generated_clients.py

mutation: export TRIAL = 1
mutation: setup  ## Mutate a sample of functions, and report which mutants survive the tests (takes an hour)
	-nice $(BIN)/python -m tests.mutation --most 60 helpdesk/teams/access.py -- $(TESTS_OF_ACCESS)
	-nice $(BIN)/python -m tests.mutation --most 120 $(WEBHOOKS) -- $(TESTS_OF_WEBHOOKS)
	nice $(BIN)/python -m tests.mutation --most 120 $(ACTIONS) -- $(TESTS_OF_ACTIONS)

bench: export VAR_DIR := $(VAR_DIR)/benchmark
bench: export TRIAL = 1
bench: .venv/installed  ## Benchmark intake and API, processing, publishing, bulk changes, outgoing e-mail, and the pages with a million tickets
	$(BIN)/python manage.py setup
	$(BIN)/python -m benchmarks.intake
	$(BIN)/python -m benchmarks.processing
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.slow_bodies
	$(BIN)/python -m benchmarks.bad_signatures
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.reports
	$(BIN)/python -m benchmarks.api
	$(BIN)/python -m benchmarks.publishing
	$(BIN)/python -m benchmarks.bulk
	$(BIN)/python -m benchmarks.outgoing
	$(BIN)/python -m benchmarks.inbound
	$(BIN)/python -m benchmarks.questions

messages: .venv/installed  ## Update the message catalogue from the code (needs gettext)
	TRIAL=1 $(BIN)/python manage.py makemessages -l pt_BR --no-obsolete --no-location --no-wrap --ignore .venv --ignore var

icons: .venv/installed  ## Render the app's icons from static/icon.svg (needs Chromium)
	$(BIN)/python -m tests.draw_icons

screenshots: .venv/installed chromium  ## Retake docs/screenshots from a demo of their own (needs Chromium)
	@test -e /usr/lib/chromium/locales/pt-BR.pak || apt-get install -qy chromium-l10n || true  # the browser's own controls in Portuguese
	$(BIN)/python -m tests.browser.screenshots

coverage: .venv/installed  ## Run the tests with coverage; fails below the minimum
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m "not browser" -n auto --maxschedchunk 2
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

lint: .venv/installed  ## Check style, types, templates, migrations and the direction of imports
	@$(MAKE) --jobs 2 --output-sync --keep-going --no-print-directory types style imports templates migrations

types: .venv/installed
	SECRET_KEY=for-static-checks-only-0123456789-abcdefghij ALLOWED_HOSTS=localhost DATABASE_URL=postgres://localhost/none $(BIN)/mypy

style: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check

imports: .venv/installed
	$(BIN)/lint-imports

templates: .venv/installed
	git ls-files 'templates/*.html' | xargs -r $(BIN)/djade --check --target-version 5.2
	! git grep -nE '.{161}' -- templates  # no line of a template over 160 characters

migrations: .venv/installed
	TRIAL=1 $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest tests/migrations

.venv/installed: requirements/development.txt
	@echo "Installing the locked dependencies …"
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --require-hashes requirements/development.txt
	@touch $@

sbom: .venv/installed  ## Write an SBOM of production in CycloneDX: sbom.cdx.json in VAR_DIR
	mkdir -p $(VAR_DIR)
	$(BIN)/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements/production.txt \
		--sv 1.6 --output-reproducible -o $(VAR_DIR)/sbom.cdx.json

audit: .venv/installed  ## Check production's dependencies for known vulnerabilities (asks PyPI)
	$(BIN)/uv tool run --quiet --from pip-audit==2.10.1 pip-audit --requirement requirements/production.txt --disable-pip --strict

SEMGREP = $(BIN)/uv tool run --quiet --from semgrep==1.185.0 semgrep scan --quiet --metrics off --disable-version-check

semgrep: .venv/installed  ## Test our own semgrep rules, then check the code with them (semgrep from PyPI, nothing else)
	$(SEMGREP) --test --config semgrep/rules.yml semgrep/rules.py
	$(SEMGREP) --error --config semgrep/rules.yml helpdesk webhooks

lock:  ## Regenerate the hashed locks from requirements/*.in and the extra of pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/production.in -o requirements/production.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes pyproject.toml --extra telemetry --constraints requirements/production.txt -o requirements/telemetry.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes requirements/development.in -o requirements/development.txt
