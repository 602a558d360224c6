# One word for each job. Needs GNU make and either uv or Python 3.11, 3.12 or 3.13; all else goes into .venv/, once.
# Every path is relative, so that a checkout may lie in a folder with a space in its name.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup report test faults lab notebooks lint bench lock licences reference clean

RUN := .venv/bin/python
WORKERS ?= 2

# Nothing of the user's own Python leaks in, and what the libraries like to keep in the home folder stays in .venv/.
# Libraries are compiled when they are first used: to compile all of them takes longer than the rest of the set-up.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE
export PYTHONNOUSERSITE := 1
export IPYTHONDIR := $(shell pwd -P)/.venv/home/ipython
export JUPYTER_CONFIG_DIR := $(shell pwd -P)/.venv/home/jupyter
export JUPYTER_DATA_DIR := $(shell pwd -P)/.venv/home/jupyter-data
export MPLCONFIGDIR := $(shell pwd -P)/.venv/home/matplotlib

help:
	@echo "make report     clean the data, run the notebooks, build the site"
	@echo "make test       run every test, and compare every notebook with what is stored of it"
	@echo "make faults     the long harnesses: kills, full disks, spoilt data, edits, a lost worker, guards off (30 minutes)"
	@echo "make lab        open JupyterLab on the notebook to begin with; LAB=... adds options, such as LAB=--no-browser"
	@echo "make notebooks  run the committed notebooks again and store them as run"
	@echo "make setup      only set up .venv (the others do it when it is missing); PYTHON=... chooses the Python"
	@echo "make lint       check the style of the code"
	@echo "make bench      measure what it costs (15 minutes); BENCH=--quick only tries it"
	@echo "make lock       pin every library anew from pyproject.toml (needs uv)"
	@echo "make licences   list the licences of the locked libraries in docs/libraries.md"
	@echo "make reference  write docs/reference.md from the words of the code"
	@echo "make clean      remove what was built, not .venv"

setup: .venv/.ready
	@echo "Ready: .venv"

report: .venv/.ready
	@$(RUN) -m analysis build

test: .venv/.ready
	@$(RUN) -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --max-worker-restart 0 \
	  --nbval --nbval-sanitize-with tests/nbval.cfg tests notebooks src

faults: .venv/.ready
	@FAULTS=1 $(RUN) -m pytest -n $(WORKERS) --dist worksteal --max-worker-restart 0 tests/faults

# What is drawn in a notebook by hand looks like the charts of the report; JupyterLab asks no other computer anything.
lab: export MATPLOTLIBRC := $(shell pwd -P)/src/analysis/tell/charts.mplstyle
lab: .venv/.ready
	@mkdir -p .venv/share/jupyter/lab/settings
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
	  > .venv/share/jupyter/lab/settings/overrides.json
	@$(RUN) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/02-how-many-cases.ipynb \
	  --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	  --LabApp.extension_manager=readonly $(LAB)

notebooks: .venv/.ready
	@$(RUN) -m analysis notebooks

lint: .venv/.ready
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .

# What others use, for comparison only: in a folder of its own, so that no result rests on it.
bench: .venv/.ready build/peers/.ready
	@$(RUN) benchmarks/bench.py $(BENCH)

PEERS := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["peers"])
build/peers/.ready: pyproject.toml
	@rm -rf build/peers; $(RUN) -m pip install --quiet --no-deps --only-binary :all: --target build/peers \
	  $$($(RUN) -c '$(PEERS)')
	@touch $@

# Universal: one list for Linux, macOS and Windows and for every Python allowed, each library in one version.
lock:
	uv pip compile --no-config --universal --generate-hashes --only-binary :all: --fork-strategy fewest --quiet \
	  --python-version 3.11 --extra cluster --group build --group dev --custom-compile-command "make lock" \
	  pyproject.toml --output-file requirements.lock

licences: .venv/.ready
	@head="$$(sed '/^| Name/,$$d' docs/libraries.md)"; { echo "$$head"; echo; \
	  $(RUN) -m piplicenses --from=mixed --with-system --format=markdown --ignore-packages pip wheel police-misuse-foi; \
	  } > docs/libraries.md

reference: .venv/.ready
	@$(RUN) .ci/reference.py

clean:
	rm -rf build site .pytest_cache .ruff_cache .hypothesis

# The set-up, by uv where there is one, else by pip: the same lock, the same hashes, the same versions. The stamp holds
# the folder and is written last: after a kill, a move or a new lock the next run starts from an empty .venv.
READY := $(shell $(RUN) -c "" 2>/dev/null && cat .venv/.ready)
ifneq "$(READY)" "$(shell pwd -P)"
.PHONY: .venv/.ready
endif
SUITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))

.venv/.ready: requirements.lock pyproject.toml
	@echo "Set-up, done once: the locked libraries, each checked against its hash, into .venv"; rm -rf .venv
	@if command -v uv >/dev/null; then uv venv --quiet --seed --python "$${PYTHON:->=3.11,<3.14}" .venv; else \
	  if test -n "$$PYTHON"; then set -- "$$PYTHON"; else set -- python3 python3.13 python3.12 python3.11; fi; \
	  for python; do "$$python" -c "$(SUITS)" 2>/dev/null && break; python=; done; "$${python:-false}" -m venv .venv || \
	    { echo "No Python 3.11, 3.12 or 3.13 with venv among: $$*. Install uv or one of them, or name one: \
	make setup PYTHON=/where/it/is/python3.12" >&2; exit 2; }; fi
	@if command -v uv >/dev/null; then set -- uv pip install --python .venv; \
	  else set -- $(RUN) -m pip install --no-compile; fi; \
	  "$$@" --quiet --require-hashes --only-binary :all: -r requirements.lock && \
	  "$$@" --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/home; pwd -P > $@
