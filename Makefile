# Every target sets itself up: a virtual environment in .venv, made once and again when the lock changes.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BOT_STAMP := $(VENV)/.bot-installed
COMPILED := $(VENV)/.compiled
export UV_HTTP_TIMEOUT ?= 300
export UV_HTTP_RETRIES ?= 10
export UV_LINK_MODE ?= copy
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: run predict train-setup test check bench format lock words golden mutants screens image-test clean
# The bot alone: no TensorFlow. Nights train once `make train-setup` has been run.
run: $(BOT_STAMP) $(COMPILED)
	@$(BIN)/python -m bot

# One forecast without Telegram and without a network: GOOG, ^GSPC or ^IXIC of the sample.
TICKER ?= GOOG
predict: $(BOT_STAMP)
	@PRICE_SOURCE=$${PRICE_SOURCE:-sample} $(BIN)/python -m forecasting predict '$(TICKER)' $(if $(CHART),--chart '$(CHART)')

train-setup: $(STAMP)

test: $(STAMP) $(COMPILED)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow"

bench: $(STAMP) $(COMPILED)
	$(BIN)/python -m benchmarks

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Pins for every platform at once; no address of any package index is written.
lock: $(STAMP)
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header \
		--all-extras pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header \
		pyproject.toml -c requirements.lock -o requirements-bot.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-header \
		--extra train --extra cluster pyproject.toml -c requirements.lock -o requirements-train.lock

# Builds both images, starts them and asks for every answer, where Docker, podman or buildah is at hand; says so where not.
image-test: $(STAMP)
	@$(BIN)/python -m tests.images

UV_VERSION := 0.13.9
# Installs what is asked for; the registry is asked again where it does not answer.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@for try in 1 2 3 4 5; do \
		{ test -x $(BIN)/uv || $(BIN)/python -m pip install -q --disable-pip-version-check --retries 10 --timeout 60 uv==$(UV_VERSION); } && \
		$(BIN)/uv pip install -q --python $(BIN)/python $(1) && touch $@ && break; \
		echo "the package registry did not answer, trying again ($$try)"; sleep $$((try * 5)); \
	done; test -e $@
endef

# The index prices of the sample lie in the package arch; the bot reads that one file, so it comes
# without what arch itself needs.
$(BOT_STAMP): requirements-bot.lock
	@echo "Setting up the bot in $(VENV), once: 180 MB to download, 650 MB on disk. Training is not part of it: make train-setup."
	$(call install,-r requirements-bot.lock)
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps "$$(grep -o '^arch==[0-9.]*' requirements.lock)" \
		|| echo "without the package arch the sample has GOOG alone"

$(STAMP): pyproject.toml requirements.lock
	@echo "Setting up training and tests in $(VENV), once: 2.7 GB on disk, several minutes."
	$(call install,-r requirements.lock)
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ $(BOT_STAMP)

# Where Python is forbidden to keep what it compiled, every start would compile all of it anew: here
# it is kept once, of the bot and of the packages that it imports.
$(COMPILED): $(shell find bot forecasting localchat storage -name '*.py')
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import bot.cli.run_local, bot.compose_rest' && touch $@

# The golden forecast belongs to the shipped model: renewed in the commit that replaces the artefact.
golden: $(STAMP)
	$(BIN)/python -m tests.forecasting.golden

# Small changes that no test notices, in the modules of tests/mutants.py or those in MODULES; takes long.
mutants: $(STAMP)
	nice -n 10 $(BIN)/python -m tests.mutants $(MODULES)

# The screens of README and docs, from the product as it is; needs Chromium.
screens: $(STAMP)
	nice $(BIN)/python -m tests.localchat.screens
	nice $(BIN)/python -m tests.localchat.group_screens

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

# Every sentence for translators; each language gets the new ones, empty, and is compiled.
words: $(STAMP)
	$(BIN)/pybabel -q extract -F bot/words/babel.cfg -k t -k plain -k w -k raw -k n:1,2 --no-location --sort-output \
		--project=tickercast --version=0 --copyright-holder="The Tickercast authors" -o bot/words/locale/tickercast.pot bot
	@for po in bot/words/locale/*/LC_MESSAGES/tickercast.po; do \
		language=$$(basename $$(dirname $$(dirname $$po))); \
		$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete -N --ignore-pot-creation-date \
			-i bot/words/locale/tickercast.pot -o $$po -l $$language && \
		$(BIN)/pybabel -q compile -i $$po -o $${po%.po}.mo || exit 1; \
	done
