# make book    the whole book, into _build/html (PROFILE=smoke, CHAPTERS=04_denoising to narrow it)
# make test    everything that is checked before a change is published
# make serve   the book at localhost:8000 (PORT=...)
# make seeds   every chapter with several seeds, results only (SEEDS=0,1,2)
# make publish    the values of the book as it is now become the published ones (book/published.json)
# make publish-seeds    what make seeds gave becomes the record of other seeds (book/seeds.json)
# make screenshot   the picture in README.md anew, from the built book
# make lock    requirements.lock anew from pyproject.toml
# make clean   remove what was made
PYTHON ?= python3
PROFILE ?= book
CHAPTERS ?=
SEEDS ?= 0,1,2
PORT ?= 8000

BUILD = $(if $(filter book,$(PROFILE)),_build,_build/$(PROFILE))
RUN = .venv/bin/python
# As many files of tests at a time as there are cores: what they set up costs more than the tests.
PYTEST = $(RUN) -m pytest -n logical --dist loadfile
SNAKEMAKE = $(RUN) -m snakemake --cores all --rerun-incomplete --quiet rules progress host \
	--config profile="$(PROFILE)" chapters="$(CHAPTERS)" seeds="$(SEEDS)"

# Without compiled files every start of TensorFlow takes twice as long.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONUNBUFFERED = 1
export TF_CPP_MIN_LOG_LEVEL = 2

.PHONY: book test serve seeds publish publish-seeds screenshot lock clean

book: .venv/installed
	$(SNAKEMAKE) -- book
	@$(RUN) book/_make/summary.py $(PROFILE)

test: .venv/installed
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m codespell_lib
	$(PYTEST) tests/unit
	$(MAKE) book PROFILE=smoke CHAPTERS=
	$(RUN) book/_make/browser.py
	$(PYTEST) tests/notebooks tests/book tests/claims --build=_build/smoke

serve:
	$(RUN) -m http.server $(PORT) --bind 127.0.0.1 --directory $(BUILD)/html

seeds: .venv/installed
	$(SNAKEMAKE) -- seeds

publish: .venv/installed
	$(RUN) book/_make/published.py

publish-seeds: .venv/installed
	$(RUN) book/_make/seeds.py

screenshot: .venv/installed
	$(RUN) book/_make/screenshot.py $(BUILD)/html .github/screenshot.png

lock: .venv/installed
	$(RUN) -m uv pip compile pyproject.toml --group data --group test --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements.lock

clean:
	rm -rf _build .snakemake .benchmarks .pytest_cache .ruff_cache .hypothesis

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) book/_make/environment.py
