# Two commands do it all on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The system's Node when it is 24 or newer, else node@24 from npm in .tools/.
SYSTEM_NODE := $(shell node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
ifeq ($(shell test $(SYSTEM_NODE) -ge 24 && echo yes),yes)
  NODE_24 :=
else
  NODE_24 := .tools/node_modules/.bin/node
  export PATH := $(CURDIR)/.tools/node_modules/.bin:$(PATH)
endif
BIN := node_modules/.bin
VITEST := $(BIN)/vitest run --config test/vitest.config.ts --project

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.tools/node_modules/.bin/node:
	@command -v npm >/dev/null || { echo "shakedown needs git, make, and Node >= 18 with npm" >&2; exit 2; }
	npm install --prefix .tools --no-save --no-package-lock --loglevel=error node@24

node_modules/.installed: package.json package-lock.json | $(NODE_24)
	npm ci --loglevel=error
	ln -sf ../../runner/cli/shakedown.mjs $(BIN)/shakedown
	touch $@

.tools/k6: test/tools/k6/go.mod test/tools/k6/go.sum
	@command -v go >/dev/null || { echo "make k6 needs Go >= 1.25; or put a k6 on the PATH, or set K6_BIN" >&2; exit 2; }
	mkdir -p .tools
	cd test/tools/k6 && CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-s -w' -o $(CURDIR)/$@ go.k6.io/k6/v2

setup: node_modules/.installed ## install what the rest needs (they call it themselves)

demo: setup ## run the main job on real processes, embedded: under 5 minutes, leaves a report
	node test/tools/demo.main.ts $(DEMO)

test: check ## everything but the slow tiers
	$(VITEST) fast

test-sessions: setup ## whole sessions: many trials, searches, TLS and k6, histories, CI workflows, the installed package: minutes
	$(VITEST) sessions --maxWorkers 2 --maxConcurrency 1

test-crash: setup ## kill the harness at every step of every fault: nothing may be left
	$(VITEST) crash

test-demo: setup ## run the demo without its plant, and with it moved: both must be noticed
	$(VITEST) demo

check: setup ## types, lint, format, architecture: seconds
	$(BIN)/tsc --project test/tsconfig.json
	$(BIN)/biome check --error-on-warnings .
	$(VITEST) fast test/architecture.test.ts

golden: setup ## make the golden files and the JSON Schemas again; look at the diff
	node runner/scenario/write-schema.main.ts
	UPDATE_GOLDEN=1 $(VITEST) fast test/render test/cli/judge-docs.test.ts
	git diff --stat

k6: .tools/k6 ## build the pinned k6 into .tools/, where scenarios with engine: k6 find it: minutes, once

bench-peers: setup ## install the load generators to compare with, as far as package registries offer them, into .tools/
	node test/bench/install-peers.main.ts

bench: setup ## compare load generators: requests per CPU-second, accuracy, truth under a stall and under losses; cost of samplers
	node test/bench/bench.main.ts $(BENCH)

calibrate: setup ## measure the error rates that verdicts and history claim and how near a search comes, on simulated sessions; fails where an aim is missed
	for study in test/calibrate/*.main.ts; do node $$study; done

clean: ## remove what the targets above made, but not results/
	rm -rf dist node_modules .tools

.PHONY: help setup demo test test-sessions test-crash test-demo check golden k6 bench bench-peers calibrate clean
