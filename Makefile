# make run and make test set everything up by themselves; the rest serves the people who work on it.
PY ?= python3
export UV_PYTHON_DOWNLOADS = never
UV = .tools/bin/uv
BIN = .venv/bin
# Compiled once and kept: where the environment forbids it, each of the many processes that tests start compiles all of it anew.
export PYTHONDONTWRITEBYTECODE =
# Most tests wait for servers rather than for the processor.
WORKERS ?= 3
SIDE_BY_SIDE = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PLATFORMS = connectwise insightly
EDITABLE = -e core -e plugins/connectwise -e plugins/insightly -e portal

.PHONY: run test check drills bench bench-peers record cards mutants docs messages screenshots requirements clean
run: .venv/.stamp
	@JACKFIELD_HOME=$${JACKFIELD_HOME:-.jackfield} $(BIN)/jackfield demo insightly

# On SQLite, then what the portal stores once more on a PostgreSQL that the tests bring along.
test: .venv/.stamp
	@$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)
	@JACKFIELD_TEST_DATABASE=postgresql $(BIN)/python -m pytest -q $(SIDE_BY_SIDE) tests/portal

# Again from the simulators, by the recipe on each; from a service: jackfield record PLATFORM --set api_key=env:VARIABLE ...
record: .venv/.stamp
	@for platform in $(PLATFORMS); do $(BIN)/jackfield record $$platform || exit 1; done

# The report card of each connector, as the contract suite finds it.
cards: .venv/.stamp
	@for platform in $(PLATFORMS); do $(BIN)/python -m pytest -q \
	  tests/plugins/$$platform/test_contract.py --jackfield-card || exit 1; done

# The contract suite as the judge of mutated connectors; takes an hour for Insightly and two for ConnectWise PSA.
mutants: .venv/.stamp
	@for platform in $(PLATFORMS); do $(BIN)/python -m tests.mutation.mutants $$platform || exit 1; done

docs: .venv/.stamp
	@$(BIN)/sphinx-build -q -W -b html docs docs/_build && echo "docs/_build/index.html"

# The portal's texts, from its sources into the catalogue of each language; what is new there waits to be translated.
messages: .venv/.stamp
	@$(BIN)/python -m tests.support.messages

check: .venv/.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# Side by side with the floors: all parts, or ONLY=import; QUICK=1 tries everything small and keeps nothing.
ROUNDS ?= 5
bench: .venv/.stamp
	@$(BIN)/python -m benchmarks $(foreach part,$(ONLY),--only $(part)) \
	  $(if $(QUICK),--scale 0.02 --rounds 1,--rounds $(ROUNDS))

# Real processes in bad weather, an hour or so; what was seen goes into docs/bad-weather.md. All, or ONLY=kills-sqlite.
drills: .venv/.stamp
	@$(BIN)/python -m tests.drills $(ONLY)

# What is measured beside, each in an environment of its own: a tap for the systems check, and httpx as it comes (without
# sniffio, which the core brings along since httpx asks for it at each request) for many organizations.
bench-peers: $(UV) .venv/.stamp
	@$(UV) venv -q --allow-existing --python $(PY) .tools/singer
	@$(UV) pip install -q --python .tools/singer/bin/python "singer-sdk>=0.54,<0.55"
	@$(UV) venv -q --allow-existing --python $(PY) .tools/httpx
	@$(UV) pip install -q --python .tools/httpx/bin/python -c requirements/dev.txt httpx pydantic

# Debian's Python refuses a global install and may lack venv: a private uv needs neither.
$(UV):
	@$(PY) -m pip install -q --target .tools "uv>=0.9,<1"

.venv/.stamp: $(UV) requirements/dev.txt $(wildcard core/pyproject.toml plugins/*/pyproject.toml portal/pyproject.toml)
	@$(UV) venv -q --allow-existing --python $(PY) .venv
	@$(UV) pip sync -q --require-hashes --python $(BIN)/python requirements/dev.txt
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation $(EDITABLE)
	@touch $@

# The pictures of the README, taken by the browser tests as they follow the journey; then, out of version control, one of
# every page and dialog in both themes, wide and narrow: docs/_gallery/index.html.
screenshots: .venv/.stamp
	@JACKFIELD_REQUIRE_BROWSER=1 JACKFIELD_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -q tests/browser/test_journey.py
	@JACKFIELD_REQUIRE_BROWSER=1 JACKFIELD_GALLERY=docs/_gallery $(BIN)/python -m pytest -q tests/browser/test_gallery.py

# The lock names download addresses and stays out of the repository; these exports of it do not: what the tests have, what
# a deployed portal has, and what its wheels are made with.
LOCKED = --no-emit-workspace --no-header --no-annotate --format requirements-txt
requirements: $(UV)
	$(UV) lock --upgrade
	$(UV) export -q --all-packages --all-extras $(LOCKED) -o requirements/dev.txt
	$(UV) export -q --package jackfield-portal --extra otel --no-dev $(LOCKED) -o requirements/portal.txt
	$(UV) export -q --only-group build $(LOCKED) -o requirements/build.txt

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
