# Kabinet's commands. `make help` lists them; what a machine lacks for one of them is installed by scripts/setup.sh.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BIN := bin/kabinet

# One set of flags for everything that is built, so that build, generate, vet and lint share one cache. Without cgo the
# binary is static and no C compiler is needed; only the race detector of the tests asks for one. The version is linked in,
# so the compiler need not ask git for it.
GOFLAGS_HERE := $(filter-out -trimpath -buildvcs%,$(shell go env GOFLAGS 2>/dev/null))
GOENV := CGO_ENABLED=0 GOFLAGS="$(strip $(GOFLAGS_HERE) -trimpath -buildvcs=false)"
LDFLAGS := -s -w -X main.version=$(VERSION)
LINT := $(GOENV) go tool -modfile=tools/go.mod golangci-lint
# Extra flags for go test, such as TESTFLAGS="-run TestPlaceOrder -v".
TESTFLAGS ?=
# What the program is started with by `make run`, such as ARGS="--preset clinic".
ARGS ?=

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: ## Build and serve the demo business, with a Postgres of its own
	@scripts/setup.sh run
	@$(MAKE) build
	$(BIN) serve --demo $(ARGS)

.PHONY: build
build: web ## Build bin/kabinet with its pages
	@mkdir -p $(dir $(BIN))
	$(GOENV) go build -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/kabinet

.PHONY: web
web: ## Build the pages into web/dist; without Node the binary is built without them
	@scripts/web.sh build

.PHONY: generate
generate: ## Write generated files anew: executor and models, schema.graphqls, the GraphiQL page
	$(GOENV) scripts/generate.sh write

.PHONY: verify
verify: ## Prove that generated files, formatting, lint, rooms, modules and every platform's build are in order
	@$(GOENV) VERSION="$(VERSION)" scripts/verify.sh

.PHONY: test
test: ## Set up what is missing and pass all tests: Go with the race detector, the pages, the clients' libraries, then the browser
	@scripts/setup.sh test
	@TESTFLAGS="$(TESTFLAGS)" scripts/test.sh go web clients browser

.PHONY: test-go
test-go: ## Pass the Go tests with the race detector (TESTFLAGS="-run Name" for some)
	@scripts/setup.sh test-go
	@TESTFLAGS="$(TESTFLAGS)" scripts/test.sh go

.PHONY: test-clients
test-clients: ## Pass the tests of the libraries that apps are built with, and the audits of GraphQL over HTTP
	@scripts/setup.sh run
	@scripts/test.sh clients

.PHONY: test-browser
test-browser: ## Pass the tests in a real browser
	@scripts/setup.sh test
	@scripts/test.sh browser

.PHONY: bench
bench: ## Measure against the floors of one run (ARGS="-only orders -length 1s"; ARGS=-h lists all)
	@scripts/setup.sh run
	@$(MAKE) build
	$(GOENV) go run ./test/bench $(ARGS)

.PHONY: screens
screens: ## Make docs/screens: each page on a phone and on a laptop, in both languages
	@scripts/setup.sh test
	@$(MAKE) build
	@cd test/browser && npm ci --silent && node screens.mjs

.PHONY: bench-web
bench-web: ## Measure how a throttled phone feels the first screens: largest paint, shifts, slowest touch (ROUNDS=5)
	@scripts/setup.sh test
	@$(MAKE) build
	@cd test/browser && npm ci --silent && node bench.mjs

.PHONY: torture
torture: ## Break what Kabinet stands on at random under load and check that nothing acknowledged is lost (KABINET_TORTURE=5m says how long, KABINET_TORTURE_SEED what is drawn)
	@scripts/setup.sh test-go
	KABINET_TORTURE=$(or $(KABINET_TORTURE),5m) go test -count=1 -timeout 90m -v -run Torture ./test/torture $(TESTFLAGS)

.PHONY: overload
overload: ## Send three times the orders that can be served and print what came of them (KABINET_OVERLOAD=30s says how long)
	@scripts/setup.sh test-go
	KABINET_OVERLOAD=$(or $(KABINET_OVERLOAD),30s) go test -count=1 -timeout 30m -v -run Overload ./test/torture $(TESTFLAGS)

.PHONY: upgrade
upgrade: ## Replace two processes of an older version by this one under load (FROM=v0.1.0 names its commit)
	@scripts/setup.sh test-go
	@scripts/upgrade.sh "$(FROM)"

.PHONY: released
released: ## Keep what this version makes of its demo, so that tests migrate it to every later schema; once for each release
	@scripts/setup.sh test-go
	@$(MAKE) build
	scripts/released.sh $(BIN) store/testdata/released

.PHONY: fuzz
fuzz: ## Feed what parses with made-up input, each target for a while (FUZZ=20s; ARGS="Socket|Upload" picks some)
	@scripts/setup.sh test-go
	@FUZZ=$(or $(FUZZ),20s) scripts/fuzz.sh "$(or $(ARGS),.)"

.PHONY: lint
lint: ## Run the linters
	$(LINT) run

.PHONY: fmt
fmt: ## Format the Go code
	gofmt -w $$(git ls-files --cached --others --exclude-standard '*.go' | grep -v -e '_gen\.go$$' -e '\.generated\.go$$')

.PHONY: clean
clean: ## Remove what was built; ./data is kept
	rm -rf bin internal/graphiql/page/node_modules test/browser/node_modules test/clients/node_modules tools/schema/node_modules web/node_modules
	git clean -fdXq web/dist
