# make help lists what there is to make.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
INSTALLED := .venv/installed
WHEEL_PYTHON := $(BIN:.venv%=.cache/wheel%)/python
SITE ?= site
# Which NumPy is installed, for example 2.0; otherwise the newest.
NUMPY ?= 2
NEEDED = --editable ".[test]" "numpy==$(NUMPY).*"
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
# A file's URI, so that links to NumPy are resolved without any network.
export NNBOOK_NUMPY_INVENTORY ?= $(shell $(PYTHON) -c "import pathlib; print(pathlib.Path('includes/numpy.inv').resolve().as_uri())")
export NNBOOK_DATA_DIR ?= $(CURDIR)/data
# GitHub's workflows know whose copy of the repository they build.
ifdef GITHUB_REPOSITORY
export NNBOOK_REPO_URL ?= $(GITHUB_SERVER_URL)/$(GITHUB_REPOSITORY)
endif
# One thread: two suffer badly when another process takes a core.
export OPENBLAS_NUM_THREADS ?= 1
export MPLBACKEND ?= agg
export NO_MKDOCS_2_WARNING ?= 1
# Modules are compiled once, not again in each of the hundred processes that tests start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help book site test lint code snippets library coverage tested-site tested-pages browser wheel install bench outputs clean
.DEFAULT_GOAL := help

help: ## Say what there is to make
	@$(PYTHON) -c "import re; [print(f'make {n:8} {t}') for n, t in re.findall(r'^(\w+):.*?## (.*)$$', open('Makefile').read(), re.M)]"

$(INSTALLED): pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(0 if sys.version_info >= (3, 11) else 'nnbook needs Python 3.11 or newer; this is ' + sys.version.split()[0] + '. Try: make PYTHON=python3.12')"
	$(PYTHON) -m venv .venv
	@# uv takes a fifth of pip's time, but knows none of pip's settings; where it fails, pip installs.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv \
	  && $(BIN)/python -m uv pip install --quiet --python $(BIN)/python $(NEEDED) \
	  || $(BIN)/python -m pip install --quiet --no-compile $(NEEDED)
	@$(PYTHON) -c "open('$(INSTALLED)', 'w').close()"

install: $(INSTALLED)

site: $(INSTALLED) ## Build the book into site/
	$(BIN)/python -m mkdocs build --strict --clean --site-dir $(SITE)
	$(BIN)/python -m bookkit.browser $(SITE)

book: site ## Build the book and serve it
	@echo "The book is at http://127.0.0.1:8000 (stop it with Ctrl+C)"
	@$(BIN)/python -m http.server 8000 --bind 127.0.0.1 --directory $(SITE)

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m numpydoc lint $$(git ls-files --cached --others --exclude-standard "src/nnbook/*.py")

test: $(INSTALLED) ## Check everything: style, library, snippets, site
	@$(MAKE) --no-print-directory -j 2 lint snippets
	@# The site shows what the tested snippets have left, without running them again.
	@$(MAKE) --no-print-directory -j 2 library tested-site
	@$(MAKE) --no-print-directory tested-pages

code: snippets library

snippets: $(INSTALLED)
	$(PYTEST) --codeblocks docs README.md

library: $(INSTALLED)
	$(PYTEST) --ignore tests/book --ignore tests/site tests

coverage: $(INSTALLED) ## Say which lines of the library no test reaches
	$(PYTEST) --cov --cov-report=term:skip-covered --ignore tests/book --ignore tests/bookkit --ignore tests/experiments --ignore tests/site tests

tested-site: $(INSTALLED)
	@# With an address, as it is published: then a link replaces the text of the page alone.
	NNBOOK_SITE_URL=http://127.0.0.1/ $(BIN)/python -m mkdocs build --strict --clean --site-dir .cache/site
	$(BIN)/python -m bookkit.browser .cache/site

tested-pages: $(INSTALLED)
	NNBOOK_SITE=.cache/site $(PYTEST) tests/book tests/site

browser: $(INSTALLED) ## Install the browser that the tests of the pages drive
	$(BIN)/python -m playwright install --with-deps chromium

wheel: $(INSTALLED) ## Build what is published, and run the snippets against it
	rm -rf dist .cache/wheel
	$(BIN)/python -m hatchling build --target sdist --directory dist
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist dist/*.tar.gz
	$(PYTHON) -m venv .cache/wheel
	$(WHEEL_PYTHON) -m pip install --quiet dist/*.whl
	$(WHEEL_PYTHON) -W error -c "import nnbook; print(nnbook.__file__, nnbook.datasets.digits().X_test.shape)"
	$(WHEEL_PYTHON) -m pip install --quiet "$$(echo dist/*.whl)[test]"
	$(WHEEL_PYTHON) -m pytest -n auto --dist worksteal --codeblocks docs README.md

bench: $(INSTALLED) ## Measure speed against the peers that are installed
	$(BIN)/python -m benchmarks

outputs: $(INSTALLED) ## Write the expected outputs of all snippets from a run
	$(BIN)/python -m bookkit.outputs

clean: ## Remove all that was made
	rm -rf .venv .cache site dist
