# Two commands do it all on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The system's Node when it is 24 or newer, else node@24 from npm in .tools/.
SYSTEM_NODE_MAJOR := $(shell node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
ifeq ($(shell test $(SYSTEM_NODE_MAJOR) -ge 24 && echo yes),yes)
  TOOLS :=
else
  TOOLS := .tools/node_modules/.bin/node
  export PATH := $(CURDIR)/.tools/node_modules/.bin:$(PATH)
endif

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.tools/node_modules/.bin/node:
	@command -v npm >/dev/null || { echo "shakedown needs git, make, and Node >= 18 with npm" >&2; exit 2; }
	npm install --prefix .tools --no-save --no-package-lock --loglevel=error node@24

node_modules/.installed: package.json package-lock.json $(TOOLS)
	npm ci --loglevel=error
	mkdir -p node_modules/.bin
	ln -sf ../../runner/cli/shakedown.mjs node_modules/.bin/shakedown
	touch $@

setup: node_modules/.installed ## installs what the rest needs (called by the others)

check: setup ## types, lint, format, architecture: seconds
	node_modules/.bin/tsc --project test/tsconfig.json
	node_modules/.bin/biome check --error-on-warnings .
	node_modules/.bin/vitest run --config test/vitest.config.ts test/architecture.test.ts

.PHONY: help setup check
