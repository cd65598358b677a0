# Two commands do all the set-up: `make report` and `make test`. Type `make` to see every task.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# One thread a process: small matrices gain nothing from more, and results stay bit for bit the same.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.PHONY: help setup report batch kills test lab lint bench lock calibrate clean

help: ## show the tasks
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## install exactly what requirements.lock names, once
	@bash setup.sh $(VENV)

report: setup ## run every chapter of every study; prints the path of reports/index.html
	@$(BIN)/analysis run --all

batch: setup ## run the batch that ships, or go on with it; see docs/batch.md
	@$(BIN)/analysis batch shipped

test: setup ## run the tests
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow" tests

lint: setup ## check the code and the notebooks, and the layers of the house
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports --no-cache

# In a container one is root, and JupyterLab starts as root only when told to.
lab: setup ## open JupyterLab on the notebooks
	@$(BIN)/jupyter lab $$(test $$(id -u) -ne 0 || echo --allow-root) notebooks

bench: setup ## speed and memory, side by side with peers
	@for each in benchmarks/*.py; do $(BIN)/python $$each || exit 1; done

calibrate: setup ## slow checks by simulation: size, coverage, bias
	@$(BIN)/python -m pytest -m slow tests/calibration

kills: setup ## slow: kill batches at random moments, also on Dask, and look whether anything is lost
	@$(BIN)/python -m tests.faults.kills --kills 50 --seed 1
	@$(BIN)/python -m tests.faults.kills --kills 20 --seed 1 --dask
	@$(BIN)/python -m pytest -m slow tests/faults

lock: ## make requirements.lock again from pyproject.toml (needs uv)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra dev --extra dask --extra slurm pyproject.toml -o requirements.lock

clean: ## remove what was built: the set-up, derived data and reports
	@rm -rf $(VENV) data/processed reports build
