# Rounds of a run whose files are its state, with GNU make.
#
#   make -s -f /path/to/round.mk -j4 -C DIRECTORY ROUNDS=3 RUN=run.yaml TOOLS=/path/to/tools
#
# DIRECTORY holds the run file, tokenizer.json, data, ledger, keys/NAME.json and `workers`, whose lines are
# NAME THROUGHPUT [PROGRAM]; names are relative to it. Workers train side by side and contributions are
# judged side by side, as many as -j says. What is there is not made again, whatever its age: running this
# again goes on, and a larger ROUNDS starts the next round when the last is settled. To go on without a
# worker that delivers nothing, take its line out of `workers`. steps.sh says what the steps do.
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ROUNDS ?= 1
RUN ?= run.yaml
export RUN TOOLS PACK VOCABULARY TEXT TRAIN THREADS JOBS

steps := $(dir $(lastword $(MAKEFILE_LIST)))steps.sh
workers := $(shell awk '{ sub(/\#.*/, "") } NF { print $$1 }' workers)
rounds := $(shell seq $(ROUNDS))
$(if $(workers),,$(error there are no workers in '$(CURDIR)/workers'))
$(if $(rounds),,$(error ROUNDS is to be a number, found '$(ROUNDS)'))

# Those who work at once share the processors. What -j says stands in MAKEFLAGS only when steps are run.
all_at_once = $(if $(filter -j,$(MAKEFLAGS)),$(words $(workers)))
jobs = $(or $(patsubst -j%,%,$(filter -j%,$(MAKEFLAGS))),$(all_at_once),1)
JOBS = $(words $(wordlist 1,$(jobs),$(workers)))

missing = $(foreach file,$1,$(if $(wildcard $(file)),,$(file)))

# A file, what must be there before, and the step that makes it.
define rule
ifeq ($(wildcard $1),)
.PRECIOUS: $1
$1: | $(call missing,$2)
	@$(steps) $3
endif

endef
make = $(eval $(call rule,$(strip $1),$2,$(strip $3)))

define round # number, number before
$(call make, round-$1/assignments.ndjson, data $(if $(filter-out 1,$1),round-$2/settlement.txt), open $1)
$(foreach name,$(workers),$(call make, round-$1/$(name).contribution,\
    round-$1/assignments.ndjson checkpoint-$2.tar.zst, train $1 $(name)))
$(call make, round-$1/sealed, $(workers:%=round-$1/%.contribution), seal $1)
$(foreach name,$(workers),$(call make, round-$1/$(name).verdict, round-$1/sealed, judge $1 $(name)))
$(call make, round-$1/verdicts.ndjson, $(workers:%=round-$1/%.verdict), verdicts $1)
$(call make, checkpoint-$1.tar.zst, round-$1/verdicts.ndjson, merge $1)
$(call make, round-$1/settlement.txt, checkpoint-$1.tar.zst, settle $1)
$(call make, eval-$1.json, checkpoint-$1.tar.zst, evaluate $1)
endef

.PHONY: all evaluations
all: $(call missing,$(rounds:%=round-%/settlement.txt))
	@:
evaluations: $(call missing,$(foreach n,0 $(rounds),eval-$n.json))
	@:

$(call make, data, , shard)
$(call make, checkpoint-0.tar.zst, data, init)
$(call make, eval-0.json, checkpoint-0.tar.zst, evaluate 0)
before := 0
$(foreach n,$(rounds),$(call round,$n,$(before))$(eval before := $n))
