# The commands of this repository. The work is done by the scripts in deploy/; read those.

.PHONY: help run stop build openapi test test-new-app test-sanitized fuzz bench bench-speed bench-equal-answers bench-lists bench-build bench-page
.PHONY: check-api lint clean

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' Makefile

run: ## Install what is missing, build, start everything; again: replace only what is old
	@deploy/run

stop: ## Stop everything that make run started
	@deploy/stop

build: ## Build the release program
	@deploy/build

openapi: ## Write docs/openapi.json from the routes
	@deploy/build
	@.build/program/release/gatehouse openapi docs/openapi.json

test: ## Run every test on throw-away stacks of its own
	@deploy/test

test-new-app: ## Make packages by gatehouse new-app, and build and test these
	@deploy/test-new-app

test-sanitized: ## Run the Swift tests under ThreadSanitizer and AddressSanitizer
	@deploy/test-sanitized

fuzz: ## Try the OpenAPI document with random calls for longer than make test does
	@deploy/fuzz

bench: ## Do what the four below do
	@Tests/Bench/run
	@Tests/Bench/build

bench-speed: ## Measure speed beside others
	@Tests/Bench/run speed

bench-equal-answers: ## Measure whether answers tell if an address has an account
	@Tests/Bench/run equal-answers

bench-lists: ## Measure lists of a million rows
	@Tests/Bench/run lists

bench-build: ## Measure how long make run takes, from a fresh clone and again
	@Tests/Bench/build

bench-page: ## Put what bench-speed and bench-build found last into docs/performance.md
	@Tests/Bench/run page

check-api: ## Tell which changes since the last version break what other packages use
	@deploy/check-api

lint: ## Check the style of the Swift code, the scripts and the nginx configuration
	@deploy/lint

clean: ## Stop everything, then remove .run/ and all build output
	@deploy/clean
