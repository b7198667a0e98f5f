# nous-tools: every target installs what it needs and can be the first one run on a bare machine.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
ROUNDS ?= 3
MINUTES ?= 60
RELEASE := .build/release
# libFuzzer without a main, which comes with the compiler.
FUZZER = $(shell swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/clang/lib/linux/libclang_rt.fuzzer_no_main-$(shell uname -m).a
SYSTEM_PACKAGES := libarchive-dev libopenblas-dev libsqlite3-dev libzstd-dev pkg-config bible-kjv jq mandoc openssh-client python3-venv qemu-user shellcheck strace time zstd

.PHONY: help setup build man deb test test-examples test-tutorial test-slurm setup-slurm test-cron test-storage test-deb test-dishonest test-hostile test-hostile-quick test-roots test-ledger test-ledger-quick setup-interop fuzz fuzz-quick fuzzer round interop lint bench-gemm bench-train bench-learning bench-shard bench-codec bench-merge bench-audit bench-convergence bench-attacks bench-copies bench-check bench-ledger simulate install clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install the Debian packages this project needs (does nothing if they are there)
	@missing=; for package in $(SYSTEM_PACKAGES); do \
	    dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' \
	        || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then echo 'setup: every system package is installed'; exit 0; fi; \
	echo "setup: installing$$missing"; \
	run=; [ "$$(id -u)" = 0 ] || run=sudo; \
	$$run apt-get update -qq; \
	DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing >/dev/null

build: setup ## build the five commands in release mode
	swift build -c release
	Tests/KernelSymbols/run.sh $(RELEASE)

test: setup ## run every test that needs only Swift and Debian's base system
	swift test

test-hostile: build ## feed nous-shard with hostile inputs of full size and watch its memory
	Tests/Hostile/run.sh $(RELEASE) build/hostile

test-hostile-quick: build ## the same with inputs a twentieth as large
	Tests/Hostile/run.sh --quick $(RELEASE) build/hostile

test-roots: setup ## train four sizes of model in every way and compare with the known states
	swift build -c release --product state-roots
	Tests/StateRoots/run.sh $(RELEASE)/state-roots

test-dishonest: build ## judge 217 dishonest and 114 honest contributions and print what was found
	Tests/DishonestWorker/run.sh "$(CURDIR)/$(RELEASE)" "$(CURDIR)/build/dishonest"

test-examples: build ## run every example of --help, here, elsewhere and with standard output closed
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES='hledger sqlite3'
	Tests/Examples/run.sh $(RELEASE) build/examples

test-tutorial: build ## run every command of docs/tutorial.md and of README's round by hand
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES=hledger
	ROUNDS=1 examples/demonstration/round.sh build/one-round $(RELEASE) >/dev/null
	Tests/Tutorial/run.sh $(RELEASE) build/one-round build/tutorial-test

test-slurm: build setup-slurm ## run three rounds on a Slurm cluster of this one machine, with preemption and a drained node
	Tests/Slurm/run.sh $(RELEASE) build/slurm

setup-slurm: ## install what test-slurm needs
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES='munge slurm-client slurmctld slurmd'

test-cron: build ## a week of two home computers: missed, killed and doubled slots, a full disk, a lost remote
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES='faketime rclone systemd'
	Tests/Cron/run.sh $(RELEASE) build/cron

test-storage: build ## rounds over remotes of rclone, and what cut and damaged bytes come to
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES='python3-venv rclone'
	Tests/ObjectStorage/run.sh $(RELEASE) build/storage

test-deb: deb ## install the package on a bare Debian 12, and work there (as root, with a network)
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES=debootstrap
	Tests/Debian/run.sh build/deb/nous-tools.deb build/debian

test-ledger: build ## kill, fail and crowd the writers of a ledger (minutes)
	Tests/LedgerFaults/run.sh $(RELEASE) build/ledger-faults

test-ledger-quick: build ## the same with fewer writers and kills
	Tests/LedgerFaults/run.sh $(RELEASE) build/ledger-faults 4 200 50

fuzz: fuzzer ## fuzz every parser for MINUTES=60 together, on one core; ADDRESS=1 checks memory
	$(if $(ADDRESS),MEMORY=2048) Tests/Fuzz/run.sh .build/fuzzing/release/fuzz build/fuzz $$((60 * $(MINUTES)))

fuzz-quick: fuzzer ## the same for 38 seconds
	Tests/Fuzz/run.sh .build/fuzzing/release/fuzz build/fuzz 38

fuzzer: setup
	$(if $(ADDRESS),NOUS_FUZZER_ADDRESS=1) NOUS_FUZZER=$(FUZZER) swift build --scratch-path .build/fuzzing -c release --product fuzz

round: build ## train, verify, merge and settle ROUNDS=3 rounds on the King James Bible
	ROUNDS=$(ROUNDS) examples/demonstration/round.sh build/round $(RELEASE)

setup-interop: setup
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES='chromium hledger ledger sqlite3'

interop: setup-interop round ## check formats and numerics against programs we did not write
	Tests/Interop/run.sh build/python $(RELEASE) build/round

lint: setup ## check formatting, module boundaries, shell scripts and manual pages
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	swift build --explicit-target-dependency-import-check error
	grep -rlE '^#!/usr/bin/env bash|^# shellcheck shell=' examples Tests Benchmarks Scripts packaging .ci \
	    | xargs shellcheck -x
	Scripts/manual_pages.py .build/debug build/man-lint
	mandoc -T lint -W warning build/man-lint/*.1

bench-gemm: build ## measure the exact matrix product against OpenBLAS
	mkdir -p build/bench
	$(RELEASE)/bench-gemm --output build/bench/gemm.ndjson

bench-train: build ## measure training steps against PyTorch, eager and compiled, in turns
	Scripts/python-environment.sh build/python
	mkdir -p build/bench
	build/python/bin/python Benchmarks/train/compare.py $(RELEASE)/bench-train build/bench/train.ndjson

bench-learning: build ## train nanoGPT's character-level budget beside PyTorch and compare the curves
	Scripts/python-environment.sh build/python
	Benchmarks/learning/run.sh build/bench $(RELEASE) build/python/bin/python

bench-shard: build ## measure encoding, training and packing against other tokenizers, in turns
	Scripts/python-environment.sh build/python
	mkdir -p build/bench
	build/python/bin/python Tests/Interop/vocabularies.py build/vocabularies
	build/python/bin/python Benchmarks/shard/inputs.py build/bench/shard
	build/python/bin/python Benchmarks/shard/compare.py $(RELEASE) build/bench/shard build/vocabularies \
	    build/bench/shard.ndjson

bench-convergence: build ## learning and bytes of every method, beside synchronous training (hours)
	Benchmarks/study/run.sh convergence build/bench/study $(RELEASE)

bench-attacks: build ## what dishonest workers cost under every merge rule (hours)
	Benchmarks/study/run.sh attacks build/bench/study $(RELEASE)

bench-copies: build ## how alike honest updates and copies with noise are (20 minutes)
	Benchmarks/study/run.sh copies build/bench/study $(RELEASE)

bench-codec: build ## measure the bits and the speed of compressed updates
	Benchmarks/codec/run.sh build/bench $(RELEASE)

bench-audit: build ## measure what audits of two of sixteen segments and whole replays cost
	Benchmarks/audit/run.sh $(RELEASE) build/bench/audit build/bench/audit.ndjson

bench-check: build ## how fast contributions are checked before any replay, at 124M parameters
	$(RELEASE)/bench-merge check examples/demonstration/run.yaml base

bench-merge: build ## merge 10 and 1,000 contributions to 124M parameters; needs 10 GB of disk
	mkdir -p build/bench
	Benchmarks/merge/compare.py $(RELEASE) examples/demonstration/run.yaml build/bench/merge build/bench/merge.ndjson

bench-ledger: build ## append, audit, prove and settle a ledger of a million entries (3 GB of disk)
	mkdir -p build/bench
	$(RELEASE)/bench-ledger 1000000 build/bench/ledger build/bench/ledger.ndjson

simulate: ROUNDS = 1000
simulate: build ## simulate a run of WORKERS=10000 over ROUNDS=1000 with SEED=1, and measure the tools at that size
	mkdir -p build/bench
	$(RELEASE)/simulate --workers $(or $(WORKERS),10000) --rounds $(ROUNDS) --seed $(or $(SEED),1) \
	    --tools "$(or $(TOOLS),$(RELEASE))" build/bench/simulate build/bench/simulate.ndjson

man: build ## write the manual pages of all commands to build/man
	@rm -rf build/man
	Scripts/manual_pages.py $(RELEASE) build/man

install: man ## install commands, manual pages and completions under PREFIX=/usr/local
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES=patchelf
	packaging/install.sh $(RELEASE) build/man "$(DESTDIR)" "$(PREFIX)"

deb: build ## make the Debian package build/deb/nous-tools.deb
	@$(MAKE) --no-print-directory setup SYSTEM_PACKAGES=dpkg-dev
	@rm -rf build/deb
	@$(MAKE) --no-print-directory install DESTDIR=build/deb/stage PREFIX=/usr
	packaging/deb.sh build/deb/stage build/deb/nous-tools.deb
	rm -r build/deb/stage

clean: ## remove everything that was built
	rm -rf .build build
