# Every command of the repository. `make help` lists them; the work is done by cargo and by the files in scripts/.

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
TOOLS := $(abspath $(or $(DOORCODE_TOOLS),.tools))
SITE := $(TARGET)/site
DOORCODE := $(TARGET)/release/doorcode
WASM := --target wasm32-unknown-unknown

export CARGO_TARGET_DIR := $(TARGET)
export DOORCODE_TOOLS := $(TOOLS)

# What a browser test or a benchmark starts.
DRIVE := DOORCODE_BIN=$(DOORCODE) DOORCODE_SITE_DIR=$(SITE)

.DEFAULT_GOAL := help
.PHONY: help run site build test check release bench screenshots e2e test-api setup-test

help: ## List the commands.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Build Doorcode and serve it (first time about 8 minutes, then seconds).
	@DOORCODE_SITE_DIR=$(SITE) exec $(DOORCODE) serve

site: ## Build what the browser loads into target/site (about 3 minutes, then seconds).
	@scripts/build-site $(SITE)

build: site ## Build what `make run` serves, without serving it.
	@echo "Building the server (about 4 minutes the first time) …"
	@cargo build --release --package server --bin doorcode

release: ## Build one self-contained file, target/release/doorcode (about 8 minutes).
	@scripts/build-site $(SITE)
	@echo "Building the server with the site inside it (about 4 minutes the first time) …"
	@DOORCODE_SITE_DIR=$(SITE) cargo build --release --package server --bin doorcode --features embed-site
	@ls -l $(DOORCODE) | awk '{ printf "%s, %.1f MB: copy it anywhere and run it.\n", $$NF, $$5 / 1048576 }'

check: ## Check format and lints, native and WASM (about 3 minutes, then seconds).
	@scripts/setup-rust
	@echo "Checking the format …"
	@cargo fmt --all --check
	@echo "Linting the server's half (about 2 minutes the first time) …"
	@cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
	@echo "Linting the browser's half (about 1 minute the first time) …"
	@cargo clippy --package frontend --package app --features app/hydrate --lib $(WASM) -- -D warnings

test: setup-test check ## Run every check and test on both databases and in a browser (about 37 minutes, then about 20).
	@echo "Running the Rust tests (about 4 minutes to build the first time) …"
	@scripts/with-postgres scripts/test-rust
	@scripts/test-wasm
	@$(MAKE) --no-print-directory test-api
	@$(MAKE) --no-print-directory e2e
	@echo "All green: format, lints, Rust tests, the API by its document, and browser tests."

setup-test: # Fetches what the tests need and the machine lacks.
	@scripts/setup-rust
	@scripts/setup-test

test-api: setup-test build ## Try the API by its OpenAPI document only (about 2 minutes).
	@$(DRIVE) scripts/test-api $(ARGS)

e2e: setup-test build ## Run the browser tests only; ARGS="sign-in --project=no-js" narrows them (about 14 minutes).
	@echo "Running the browser tests (about 14 minutes) …"
	@cd end2end && $(DRIVE) npx playwright test $(ARGS)

screenshots: setup-test build ## Take the README's pictures again (about a minute).
	@cd end2end && $(DRIVE) DOORCODE_SCREENSHOTS=1 npx playwright test --project=hydrated screenshots

bench: setup-test release ## Measure a release: size, memory, start, speed and delivery (about 2 minutes, once built).
	@DOORCODE_SITE_DIR=$(SITE) cargo build --release --package server --example bare --features embed-site
	@cargo build --release --package domain --example measure
	@cargo build --release --package backend --example deliver
	@DOORCODE_SITE_DIR=$(SITE) cargo build --release --package server --example sign_ins --features embed-site
	@DOORCODE_BIN=$(DOORCODE) DOORCODE_BARE=$(TARGET)/release/examples/bare \
		DOORCODE_MEASURE=$(TARGET)/release/examples/measure DOORCODE_DELIVER=$(TARGET)/release/examples/deliver \
		DOORCODE_SIGN_INS=$(TARGET)/release/examples/sign_ins scripts/with-postgres scripts/bench
