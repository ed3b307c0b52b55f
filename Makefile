# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: 2026 The Mooring Authors
#
# Everything a person does with this repository.  `make help` lists it.
# All paths are relative, so that the folder may have any name.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
ifeq ($(origin CC),default)
CC := gcc
endif
VENV := .venv
RUN := $(VENV)/bin/python
export CC

# Tests that sweep over more cases than the suite has time for.
CAMPAIGNS := $(addprefix tests/chip/test_,power_cuts.py power_cuts_fuses.py line_noise.py \
	boot_model.py sequence_attacks.py power_attacks.py) tests/lab/test_faults_campaign.py

# Arguments for a single run, such as `make test ARGS="-k gate -x"`.
ARGS ?=

##@ Use it

.PHONY: demo
demo: env-demo ext ## Show a chip being locked, licensed, refused and lapsed
	@$(RUN) -m mooring_lab.demo $(ARGS)

.PHONY: test
test: env-test ext ## Run the test suite
	@$(RUN) -m pytest $(ARGS)

.PHONY: bench
bench: env-bench ext ## Run the benchmarks; tables also in build/benchmarks.txt, all in .json, plots in .svg
	@mkdir -p build
	@$(RUN) -m pytest benchmarks --quiet --benchmark-only --benchmark-quiet \
	  --benchmark-json=build/benchmarks.json $(ARGS)

.PHONY: fleet
fleet: env-test ext ## Boot 10,000 chips: rate, memory a chip, where the time goes: ARGS="--workers 2"
	@$(RUN) -m benchmarks.fleet $(ARGS)

.PHONY: evaluate-location
evaluate-location: env-test ext ## Locate measured sites from each other; tables and maps in docs/
	@$(RUN) -m mooring_host.cli location evaluate --out docs --on 2026-11-01 $(ARGS)

.PHONY: scenarios
scenarios: env-test ext ## Play all diversion scenarios, expected against seen: ARGS="--report x.html"
	@$(RUN) -m mooring_host.cli scenario run --all $(ARGS)

.PHONY: plan-landmarks
plan-landmarks: env-test ext ## Budgets, landmarks and cost for sites: ARGS="--sites MINE.csv --out build"
	@$(RUN) -m mooring_host.cli location plan --out docs --on 2026-11-01 $(ARGS)

##@ Work on it

.PHONY: check
check: env-dev ext ## Format, lint, types, C warnings, generated files, licences; no tests
	@$(RUN) tools/check.py $(ARGS)

.PHONY: ext
ext: env-demo ## Compile the Python extensions if a C source changed
	@$(RUN) firmware/build_ffi.py --if-stale

.PHONY: firmware
firmware: env-dev ext ## Build the boot ROM's RV32IMC images, and report their sizes
	@$(RUN) firmware/build_rom.py $(ARGS)

.PHONY: generated
generated: env-dev ext ## Write every generated file anew
	@$(RUN) tools/generated.py --write

.PHONY: sanitize
sanitize: env-test ext ## Run the suite with the firmware under ASan and UBSan
	@$(RUN) tools/sanitize.py $(ARGS)

.PHONY: coverage
coverage: env-dev ext ## Run the suite and report the lines of C and Python that ran
	@$(RUN) tools/measure_coverage.py $(ARGS)

.PHONY: fuzz
fuzz: env-dev ext ## Fuzz each parser of hostile input with libFuzzer
	@$(RUN) tests/fuzz/run.py $(ARGS)

.PHONY: mutation
mutation: env-test ext ## Switch off each refusal of the ROM in turn; a named test must fail
	@$(RUN) tests/mutation/run.py $(ARGS)

.PHONY: prove
prove: env-test ext ## Prove the parsers free of run-time errors; needs Frama-C (optional)
	@$(RUN) tools/prove.py $(ARGS)
	@MOORING_CAMPAIGN=full $(RUN) -m pytest -q tests/firmware/test_proofs.py

.PHONY: campaign
campaign: env-test ext ## Run every case of the sweeps that the suite samples: ARGS="-k power"
	@MOORING_CAMPAIGN=full $(RUN) -m pytest -s $(CAMPAIGNS) $(ARGS)

.PHONY: verify-campaign
verify-campaign: env-test ext ## Verify ten million signatures by every back end: ARGS="--seed 2"
	@PYTHONPATH=tests$${PYTHONPATH:+:$$PYTHONPATH} $(RUN) -m benches.verify_campaign $(ARGS)

##@ Environment

# Stamps lie inside the environment, so that removing it forgets them.
STAMPS := $(VENV)/.stamp
PIP := $(RUN) -m pip -qq --disable-pip-version-check install

.PHONY: env-demo env-test env-bench env-dev
env-demo: $(STAMPS)-project ## Make .venv with what the demo needs
env-test: $(STAMPS)-test env-demo ## Add what the tests need
env-bench: $(STAMPS)-bench env-test ## Add peers to measure against
env-dev: $(STAMPS)-dev env-test ## Add what the checks need

$(STAMPS)-python: | prerequisites
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(STAMPS)-%: requirements/%.txt $(STAMPS)-python
	@echo "installing requirements/$*.txt"
	@$(PIP) --require-hashes --requirement $<
	@touch $@

$(STAMPS)-project: pyproject.toml firmware/hatch_build.py $(STAMPS)-demo
	@echo "installing the project"
	@MOORING_SKIP_EXTENSIONS=1 $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: prerequisites
prerequisites:
	@PYTHON="$(PYTHON)" CC="$(CC)" tools/prerequisites

.PHONY: lock
lock: prerequisites ## Resolve requirements/*.in into hashed requirements/*.txt
	@PYTHON="$(PYTHON)" tools/lock $(ARGS)

.PHONY: clean
clean: ## Remove the environment and everything built
	@rm -rf $(VENV) build dist
	@find firmware/python hw_models -name '*.so' -delete

.PHONY: help
help: ## List these targets
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
