# Everything a person does with this tree. `make help` lists it.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help

PREFIX  ?= /usr/local
DESTDIR ?=
BINARY  := build/release/bin/sidecar-injector
# ccache makes a second build of the same sources nearly free; without it all works, slower.
export SIDECAR_LAUNCHER ?= $(shell command -v ccache)

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | \
	  awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

.PHONY: deps
deps: ## Install the Debian packages that are missing (as root or with sudo)
	@test/tools/deps.sh

.PHONY: build
build: deps ## Build the program: build/release/bin/sidecar-injector
	@cmake --preset release >/dev/null
	cmake --build --preset release --target sidecar-injector

.PHONY: test
test: build ## Build and run every test that needs no cluster
	@cmake --build --preset release
	ctest --preset release

.PHONY: e2e
e2e: build ## Test against a real API server, built once in 6 minutes; SCENARIOS="5 26" for some
	@test/tools/deps.sh e2e
	test/tools/deps.sh ui || echo "e2e: no browser can be installed: the pages are not tested in one"
	export SIDECAR_INJECTOR=$(BINARY)
	# Where nothing but loopback can be reached, and no port is taken.
	e2e/run.py --isolated $(SCENARIOS)
	# Again, fewer, as on a newer server.
	[[ -n "$(SCENARIOS)" ]] || e2e/run.py --as-of-1.22 --isolated

.PHONY: reference
reference: build ## Write docs/REFERENCE.md (template functions) and docs/COMMANDS.md (commands) anew
	@cmake --build --preset release --target inject_test
	SIDECAR_WRITE_REFERENCE=1 build/release/lib/inject/inject_test --gtest_filter='FunctionReferenceTest.*'
	$(BINARY) man -o markdown >docs/COMMANDS.md

.PHONY: demo
demo: build ## Show all of it on a live API server; CLUSTER=1: on that of KUBECONFIG
	@if SIDECAR_INJECTOR=$(BINARY) e2e/demo.py --check $(if $(CLUSTER),--cluster); then
	  SIDECAR_INJECTOR=$(BINARY) e2e/demo.py $(if $(CLUSTER),--cluster)
	else
	  e2e/demo_offline.sh $(BINARY)
	fi

.PHONY: demo-offline
demo-offline: build ## Put a sidecar into config/samples/sleep.yaml and show what was added
	@e2e/demo_offline.sh $(BINARY)

.PHONY: lint
lint: deps ## Check format, layering and house rules
	@test/tools/lint.sh

.PHONY: chart
chart: ## Write anew what is made of the chart: its README and schema, config/
	@python3 charts/tools/generate.py

.PHONY: test-chart
test-chart: ## Render the chart in every way and check the result
	@test/tools/deps.sh e2e
	python3 charts/test/chart_test.py

.PHONY: tidy
tidy: deps ## Run clang-tidy over every source
	@cmake --preset dev >/dev/null
	test/tools/tidy.sh build/dev

.PHONY: check
check: lint tidy check-asan check-tsan check-clang ## All of the above, and the tests under ASan+UBSan, TSan and clang

.PHONY: check-clang
check-clang: deps
	@cmake --preset clang >/dev/null
	cmake --build --preset clang
	ctest --preset clang

# Every module; the command line's tests start the program, which `make test` does.
ASAN_TESTS := $(foreach m,base yaml gotemplate kubetypes inject pki observe http diagnose,lib/$(m)/$(m)_test) \
  webhook/webhook_test
# Instrumented, these take longer to build than a CI run may. `make check` has them.
ifndef CI
ASAN_TESTS += lib/kube/kube_test controller/certs/controller_certs_test controller/controller_test
endif
.PHONY: check-asan
check-asan: deps
	@cmake --preset asan >/dev/null
	cmake --build --preset asan --target $(notdir $(ASAN_TESTS))
	for test in $(ASAN_TESTS); do
	  ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 build/asan/$$test --gtest_brief=1
	done

# The modules that several threads call.
TSAN_TESTS := $(foreach m,base http observe kube,lib/$(m)/$(m)_test) webhook/webhook_test
ifndef CI
TSAN_TESTS += controller/certs/controller_certs_test
endif
.PHONY: check-tsan
check-tsan: deps
	@cmake --preset tsan >/dev/null
	cmake --build --preset tsan --target $(notdir $(TSAN_TESTS))
	for test in $(TSAN_TESTS); do
	  TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=test/tools/tsan.supp build/tsan/$$test
	done

.PHONY: bench
bench: deps ## Measure speed and memory, as ratios within one run
	@cmake --preset release >/dev/null
	cmake --build --preset release
	test/bench/run.sh build/release

.PHONY: soak
soak: deps ## Load the injection endpoint for a quarter of an hour: no lost request, no growth
	@cmake --preset release >/dev/null
	cmake --build --preset release --target sidecar-injector load
	test/bench/webhook_soak.py build/release

.PHONY: fuzz
fuzz: deps ## Fuzz each target for FUZZ_SECONDS (60) with libFuzzer
	@cmake --preset fuzz >/dev/null
	cmake --build --preset fuzz
	test/fuzz/run.sh build/fuzz $${FUZZ_SECONDS:-60}

.PHONY: install
install: build ## Install program, man page and shell completion below DESTDIR/PREFIX
	@install -D -s -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/sidecar-injector
	ln -sf sidecar-injector $(DESTDIR)$(PREFIX)/bin/kubectl-sidecar
	ln -sf sidecar-injector $(DESTDIR)$(PREFIX)/bin/kubectl_complete-sidecar
	place() { mkdir -p "$$(dirname "$$1")" && cat >"$$1" && chmod 644 "$$1"; }
	$(BINARY) man | gzip -9n | place $(DESTDIR)$(PREFIX)/share/man/man1/sidecar-injector.1.gz
	$(BINARY) completion bash | place $(DESTDIR)$(PREFIX)/share/bash-completion/completions/sidecar-injector
	$(BINARY) completion zsh | place $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_sidecar-injector
	$(BINARY) completion fish | place $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/sidecar-injector.fish
	echo "installed below $(DESTDIR)$(PREFIX)"

.PHONY: image
image: build ## Build the container image without a registry, run it, print its size
	@test/tools/deps.sh image
	release/image_test.sh $(BINARY) build/image

.PHONY: reproducible
reproducible: build ## Build what is committed again elsewhere, and compare byte for byte
	@release/reproducible.sh $(BINARY)

.PHONY: dist
dist: build ## Make a release in build/dist: tarball, image, chart, CRDs, SBOM, checksums
	@test/tools/deps.sh e2e
	release/dist.sh $(BINARY) build/dist

.PHONY: deb
deb: build ## Make a Debian package in build/dist
	@release/deb.sh $(BINARY) build/dist

.PHONY: clean
clean: ## Remove everything that was built
	@rm -rf build
