# What a developer or an operator says here; `make` alone lists it.
PORTDESK := .venv/bin/portdesk
.PHONY: help setup demo test run check sandbox docs bench
.SILENT:

help:
	sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

setup: ## make .venv from the lock file (others do this by themselves)
	./bootstrap.sh

demo: setup ## play the example stories on a sandbox, then keep serving; EXIT=1 ends after them
	$(PORTDESK) demo $(if $(filter-out 0,$(EXIT)),--exit)

sandbox: setup ## the whole stack with a clock that you steer, until Ctrl-C
	$(PORTDESK) sandbox

run: setup ## the whole stack on the real clock, state in ./var
	$(PORTDESK) run

check: setup ## ruff, mypy, house rules, generated docs (no servers)
	.venv/bin/ruff check -q .
	.venv/bin/mypy --no-error-summary
	.venv/bin/pytest tests/house
	.venv/bin/python -m launch.docs --check

# A file's tests stay together, for they share what they start; the longest files begin first (tests/conftest.py).
test: setup ## the whole test suite; ARGS="-k word" narrows it
	.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

bench: setup ## measure against the bare engine, one JSON object a line; ONLY=name, QUICK=1, DB=postgresql
	ONLY=$(ONLY) QUICK=$(QUICK) DB=$(DB) .venv/bin/python -m bench

docs: setup ## write docs/api.md and docs/settings.md anew
	.venv/bin/python -m launch.docs
