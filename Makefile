# make run     installs what is missing, builds and starts the gateway on :8080, admin plane on 127.0.0.1:8081
# make build   the release binary: .build/release/sluice
# make test    everything that CI runs
# make check   the rules that need no build, in seconds
# make bench   beside nginx and HAProxy; writes docs/performance.md. PEERS=1 adds LiteLLM and sglang-router, QUICK=1 is short

# Exclusivity is proven in debug builds and tests; checking it again at run time, the libraries' too, costs 7 % of a request.
# An executable that exports no symbols and packs its relocations has 6 MiB less in memory; functions in sections of their own
# can be left out by the linker when nothing calls them, and those that run laid out together (dev/order): 9 MiB less.
RELEASE_FLAGS = -Xswiftc -enforce-exclusivity=unchecked -Xswiftc -use-ld=lld \
	-Xswiftc -Xfrontend -Xswiftc -function-sections \
	-Xlinker --no-export-dynamic -Xlinker -z -Xlinker pack-relative-relocs \
	-Xlinker --symbol-ordering-file=$(CURDIR)/dev/symbols.order -Xlinker --no-warn-symbol-ordering
# How often each branch is taken (dev/profile): 8 % less CPU for a call.
PROFILE_FLAGS = -Xswiftc -Xfrontend -Xswiftc -ir-profile-use=$(CURDIR)/dev/sluice.profdata

.PHONY: build run test bench check

build:
	@dev/setup build
# The compiler's profile and the linker's list are no inputs that the build system knows of.
	@[ -n "$(BUILD_OPTIONS)" ] || cmp -s dev/sluice.profdata .build/sluice.profdata || { \
	  rm -rf "$$(readlink -f .build/release)" && mkdir -p .build && cp dev/sluice.profdata .build; }
	@[ ! .build/release/sluice -ot dev/symbols.order ] || rm -f .build/release/sluice
	swift build -c release --product sluice --static-swift-stdlib $(BUILD_OPTIONS) $(RELEASE_FLAGS) $(PROFILE_FLAGS)

# Arguments for the gateway: make run ARGUMENTS="--config sluice.yaml"
run: build
	@exec .build/release/sluice serve $(ARGUMENTS)

test:
	@dev/test

check:
	@dev/check

bench: build
	@dev/setup bench
	@python3 Benchmarks/bench.py $(if $(filter-out 0,$(PEERS)),--peers) $(if $(filter-out 0,$(QUICK)),--quick) $(ARGUMENTS)
