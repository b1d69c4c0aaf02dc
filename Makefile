# Each target sets up what it needs in .venv; a second run starts at once.
BIN := .venv/bin

.PHONY: demo test lint types bench clean

demo: .venv/demo.stamp  ## the whole way on real measurements, into out/demo
	$(BIN)/ratelaw demo

test: .venv/test.stamp  ## the quick suite
	$(BIN)/pytest -m "not slow and not gpu"

lint: .venv/test.stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/test.stamp
	$(BIN)/basedpyright --pythonpath $(BIN)/python

bench: .venv-bench/bench.stamp  ## against the peers, which get an environment of their own
	OMP_NUM_THREADS=1 .venv-bench/bin/python benchmarks --out out/bench.json --table out/bench.md

clean:
	rm -rf .venv .venv-bench build dist out ./*.egg-info .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/%.stamp: pyproject.toml constraints.txt .ci/environment
	@.ci/environment $*

.venv-bench/bench.stamp: pyproject.toml benchmarks/peers.txt .ci/environment
	@.ci/environment bench
