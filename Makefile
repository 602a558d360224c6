# One word for each job. Needs GNU make and Python 3.11, 3.12 or 3.13; everything else goes into .venv/, once.
# Every path is relative, so that a checkout may lie in a folder with a space in its name.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup report test faults lab notebooks lint bench lock licences clean FORCE

RUN := .venv/bin/python
WORKERS ?= 2

# Nothing of the user's own Python leaks in, and what the libraries like to keep in the home folder stays in .venv/.
unexport PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE := 1
export IPYTHONDIR := $(shell pwd -P)/.venv/home/ipython
export JUPYTER_CONFIG_DIR := $(shell pwd -P)/.venv/home/jupyter
export JUPYTER_DATA_DIR := $(shell pwd -P)/.venv/home/jupyter-data
export JUPYTER_RUNTIME_DIR := $(shell pwd -P)/.venv/home/jupyter-run
export MPLCONFIGDIR := $(shell pwd -P)/.venv/home/matplotlib

help:
	@echo "make report     clean the data, run the notebooks, build the site; prints the findings and where the pictures are"
	@echo "make test       run every test"
	@echo "make faults     kill, starve and damage builds in every way the tests know; takes about two hours"
	@echo "make lab        explore in JupyterLab; LAB=... adds options of its own, such as LAB=--no-browser"
	@echo "make notebooks  run the committed notebooks again and store them as run"
	@echo "make setup      only set up .venv (the others do it when it is missing); PYTHON=... chooses the Python"
	@echo "make lint       check the style of the code"
	@echo "make bench      measure what it costs beside what others use (15 minutes); BENCH=--quick only tries it"
	@echo "make lock       pin every library anew from pyproject.toml (needs uv)"
	@echo "make licences   list the licences of the locked libraries in docs/licences.md"
	@echo "make clean      remove what was built, not .venv"

setup: .venv/.ready
	@echo "Ready: .venv"

report: .venv/.ready
	@$(RUN) -m analysis build

test: .venv/.ready
	@$(RUN) -m pytest -n $(WORKERS) --dist loadscope --nbval tests notebooks

faults: .venv/.ready
	@$(RUN) -m pytest -n 0 -s --whole tests/faults
	@$(RUN) tests/raw_examples/fuzz.py 10000 1

# What is drawn in a notebook by hand looks like the charts of the report.
lab: export MATPLOTLIBRC := $(shell pwd -P)/src/analysis/tell/charts.mplstyle
lab: .venv/.ready
	@$(RUN) -m jupyterlab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/explore.ipynb \
	  --MultiKernelManager.default_kernel_name=police-misuse-foi \
	  --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate \
	  --LabApp.extension_manager=readonly $(LAB)

notebooks: .venv/.ready
	@$(RUN) -m analysis notebooks

lint: .venv/.ready
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .

# What others use, for comparison only: in an environment of its own, which sees ours, so that no result rests on it.
PEERS := build/peers/.venv
GROUP := import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["peers"])
SEES := import pathlib, sys, sysconfig; \
  pathlib.Path(sysconfig.get_path("purelib"), "project.pth").write_text(f"import site; site.addsitedir({sys.argv[1]!r})")

bench: .venv/.ready build/peers/.ready
	@$(RUN) benchmarks/bench.py $(BENCH)

build/peers/.ready: pyproject.toml
	@rm -rf $(PEERS); $(RUN) -m venv $(PEERS)
	@$(PEERS)/bin/python -c '$(SEES)' "$$($(RUN) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --prefer-binary $$($(RUN) -c '$(GROUP)')
	@touch $@

# Universal: one list for Linux, macOS and Windows and for every Python allowed, each library in one version.
# Three markers cannot be avoided: papermill asks for aiohttp on 3.12 only, jupyter-server for overrides
# below 3.12 only, and a few libraries exist for one system only.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH"; exit 2; }
	uv pip compile --no-config --universal --generate-hashes --only-binary :all: --fork-strategy fewest \
	  --python-version 3.11 --extra cluster --group build --group dev --custom-compile-command "make lock" --quiet \
	  pyproject.toml --output-file requirements.lock

licences: .venv/.ready
	@{ echo "# Licences of the libraries"; echo; \
	  echo "As each library states it. Written by \`make licences\` from what requirements.lock installs on Linux."; echo; \
	  $(RUN) -m piplicenses --from=mixed --with-system --format=markdown --ignore-packages pip police-misuse-foi; \
	  } > docs/licences.md

clean:
	rm -rf build site .pytest_cache .ruff_cache .hypothesis .benchmarks

# The set-up. A stamp is written only when its step is complete: after a kill, a new lock, a moved checkout or
# another Python the next run starts again from an empty .venv, so that it never holds more or less than the lock.
VERSION := import sys; print(sys.version_info[:3])
STALE := $(shell test "$$(cat .venv/.ready 2>/dev/null)" = "$$(pwd -P)" && $(RUN) -c "" 2>/dev/null \
  && { test -z "$(PYTHON)" || test "$$("$(PYTHON)" -c "$(VERSION)" 2>/dev/null)" = "$$($(RUN) -c "$(VERSION)")"; } || echo FORCE)

SUITS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
FIND_PYTHON = if test -n "$(PYTHON)"; then set -- "$(PYTHON)"; else set -- python3 python3.13 python3.12 python3.11; fi; \
  for python; do "$$python" -c "$(SUITS)" 2>/dev/null && break; python=; done; \
  test -n "$$python" || { echo "No Python 3.11, 3.12 or 3.13 that can make a virtual environment; tried: $$*." >&2; \
    echo "Install one (on Debian and Ubuntu also its python3-venv package) or name one:" >&2; \
    echo "  make setup PYTHON=/where/it/is/python3.12" >&2; exit 2; }

.venv/.locked: requirements.lock $(STALE)
	@pid=$$(cat .venv/.pid 2>/dev/null) && case "$$(ps -p "$$pid" -o stat= -o comm= 2>/dev/null)" in Z*) ;; *make*) \
	  echo "Another set-up is at work here (process $$pid): wait for it, then run this again." >&2; exit 2; esac; :
	@$(FIND_PYTHON); echo "Set-up, done once. 1 of 4: $$("$$python" --version) into .venv"; \
	  rm -f .venv/.ready; rm -rf .venv; mkdir .venv; echo "$$PPID" > .venv/.pid; "$$python" -m venv .venv
	@echo "2 of 4: the locked libraries, each checked against its hash"
	@{ $(RUN) -m pip install --require-hashes --only-binary :all: --no-compile --progress-bar off \
	     --disable-pip-version-check -r requirements.lock 2>&1 && touch .venv/.installed; } | tee .venv/set-up.log | \
	  { n=0; while read -r word rest; do case "$$word" in \
	    Collecting|Processing) n=$$((n + 1)); test $$((n % 20)) -ne 0 || echo "        $$n fetched" ;; \
	    Installing) echo "        $$n fetched, now writing them" ;; esac; done; }
	@test -e .venv/.installed || { grep -Ev "^(WARNING|Ignoring|Looking|Collecting|Processing)" .venv/set-up.log | tail -n 20 >&2; \
	  echo "The set-up stopped (all of pip's words: .venv/set-up.log). Run make again to start it afresh." >&2; exit 1; }
	@echo "3 of 4: bytecode, so that every later start is quick"
	@$(RUN) -W ignore -m compileall -q -j 0 -x "/tests?/|olefile2" .venv/lib  # neither the libraries' own tests nor a file for Python 2 is ever run
	@rm -f .venv/.pid; touch $@

.venv/.ready: .venv/.locked pyproject.toml
	@echo "4 of 4: the package and its kernel"
	@mkdir -p .venv/home
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(RUN) -m ipykernel install --sys-prefix --name police-misuse-foi --display-name "Police misuse FOI" >/dev/null
	@mkdir -p .venv/share/jupyter/lab/settings
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
	  > .venv/share/jupyter/lab/settings/overrides.json  # JupyterLab asks nobody anything
	@$(RUN) -c "import matplotlib.font_manager"
	@pwd -P > $@
