# The commands of this repository. The work is done by the scripts in deploy/; read those.

.PHONY: help run stop build openapi test test-new-app test-sanitized fuzz check-api lint clean
.PHONY: bench bench-speed bench-equal-answers bench-lists bench-build bench-page

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-19s %s\n", $$1, $$2 }' Makefile

run: ## Install packages, build and start everything; later runs replace only outdated parts
	@deploy/run

stop: ## Stop everything that make run started
	@deploy/stop

build: ## Build the release program
	@deploy/build

openapi: ## Write docs/openapi.json from the routes
	@deploy/build
	@.build/program/release/gatehouse openapi docs/openapi.json

test: ## Run every test on throw-away stacks
	@deploy/test

test-new-app: ## Make packages by gatehouse new-app, then build and test them
	@deploy/test-new-app

test-sanitized: ## Run the Swift tests under ThreadSanitizer and AddressSanitizer
	@deploy/test-sanitized

fuzz: ## Check the OpenAPI document with random calls, longer than make test does
	@deploy/fuzz

bench: ## Run the four benchmarks below
	@Tests/Bench/run
	@Tests/Bench/build

bench-speed: ## Compare the speed with that of other programs
	@Tests/Bench/run speed

bench-equal-answers: ## Measure whether answers reveal if an address has an account
	@Tests/Bench/run equal-answers

bench-lists: ## Measure lists of a million rows
	@Tests/Bench/run lists

bench-build: ## Measure how long make run takes, in a fresh clone and again
	@Tests/Bench/build

bench-page: ## Put the last figures of bench-speed and bench-build into docs/performance.md
	@Tests/Bench/run page

check-api: ## List changes since the last tag that break other packages
	@deploy/check-api

lint: ## Check the style of the Swift code, the scripts and the nginx configuration
	@deploy/lint

clean: ## Stop everything, then remove .run/ and all build output
	@deploy/clean
