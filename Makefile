# Commands for people and CI. 'make help' lists them.

GO        ?= go
BIN       := $(CURDIR)/bin
LINT      := $(BIN)/golangci-lint
LINT_PIN  := v2.15.0
STAT_PIN  := v0.0.0-20250908214217-97024824d090

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these commands.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Run everything in one process on ./matchday-data, with pages on http://127.0.0.1:8080.
	$(GO) run ./cmd/matchday serve

.PHONY: demo
demo: ## Load the sample world and show one learner's way from credential to seat.
	$(GO) run ./cmd/matchday demo

.PHONY: build
build: ## Build a static binary into bin/.
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/matchday ./cmd/matchday

.PHONY: check
check: needs lint race ## Everything that CI runs: what tests need, linters, all tests with the race detector.

.PHONY: test
test: ## All tests, without the race detector.
	$(GO) test ./...

.PHONY: race
race: ## All tests with the race detector.
	$(GO) test -race -timeout 20m ./...

.PHONY: check-long
check-long: needs ## The races and crashes that tests repeat a few times, as often as they are meant to be; about an hour.
	MATCHDAY_LONG=1 $(GO) test -count=1 -p 1 -timeout 4h -v $$(grep -rl --include='*_test.go' MATCHDAY_LONG . | xargs -n 1 dirname | sort -u)

.PHONY: lint
lint: $(LINT) ## Formatting, go vet and linters.
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(LINT) run ./...

$(LINT):
	GOBIN=$(BIN) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_PIN)

.PHONY: needs
needs: ## Install what tests need and the machine lacks: a real redis-server (Debian, as root).
	@command -v redis-server >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends redis-server; \
	  else echo "redis-server is missing: the tests against a real Redis will be skipped"; fi

.PHONY: bench
bench: ## Benchmarks of every package, with allocations.
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: eval-match
eval-match: ## How well the score ranks the occupations of ESCO and O*NET, beside simpler scores.
	QUALITY=1 $(GO) test -count=1 -v -run 'TestQuality$$' ./matcher

.PHONY: bench-match
bench-match: LEARNERS ?= 100000,1000000
bench-match: needs ## The kernel against Bleve, PostgreSQL, Redis, Roaring and plain Go at 100,000 and 1,000,000 learners.
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql postgresql-client; \
	  else echo "PostgreSQL is missing: it will be named so"; fi
	BENCH_MATCH=$(LEARNERS) $(GO) test -count=1 -timeout 3h -v -run 'TestMatch$$' ./bench/match
	BENCH_MATCH=$(LEARNERS) $(GO) test -count=1 -timeout 1h -v -run 'TestFullScoreBesidePlain$$' ./matcher

.PHONY: bench-advice
bench-advice: ## Advice at the size of bench-spine's input: processor time of each kind of question.
	$(GO) test -run '^$$' -bench 'Advice$$' -benchtime 1x ./matcher

.PHONY: bench-fresh
bench-fresh: ## How soon after an update an answer contains it, at 1,000 updates a second with questions beside.
	$(GO) run ./bench/fresh

.PHONY: bench-spine
bench-spine: ## The main job on real input with the built binary: time and peak memory of each step.
	$(GO) run ./bench/spine

.PHONY: bench-schedule
bench-schedule: ## Solved days: time, distance from the optimum, fairness, repair. The figures of docs/schedule.md.
	REPORT=1 $(GO) test -count=1 -v -run 'TestReport$$' -bench . -benchmem ./interview/schedule

.PHONY: bench-interview
bench-interview: ## 10,000 invitations out and 10,000 replies in over ten days at once: rates, and times to the seat on the stream.
	BENCH_INTERVIEW=10000 $(GO) test -count=1 -timeout 30m -v -run 'TestReplyRate$$' ./test

.PHONY: eval-skills
eval-skills: ## Measure resolving and tagging on the annotated postings in ../shared/data.
	@$(GO) run ./skills/eval

.PHONY: fit-skills
fit-skills: ## Learn the weights of the tagger anew from the same, and print them.
	@$(GO) run ./skills/eval -fit

.PHONY: fuzz
fuzz: ## Fuzz every decoder for 20 seconds each.
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime 20s -fuzzminimizetime 10x $$pkg || exit 1; \
	  done; \
	done

.PHONY: docs
docs: ## Write docs/openapi.json and docs/events.md anew from the code.
	$(GO) test ./web -run OpenAPI -update
	$(GO) test ./test -run EventsDoc -update
