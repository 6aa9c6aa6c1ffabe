# make book         the whole book, into _build/html (PROFILE=smoke, CHAPTERS=04_denoising to narrow it)
# make check        what needs no book: code, spelling, notebooks, prose, exercises; takes minutes
# make test         that, then a book with tiny budgets, its results and its pages in a browser
# make test-slow    what makes books: the same values twice, what runs again after which change, a new chapter
# make try CHAPTER=04_denoising PICTURE=digit.jpg    a picture of yours through the chapter's model, without training
# make serve        the book at localhost:8000 (PORT=...)
# make train        train what has no record, in the background: hours can be interrupted, and go on where they stopped
# make publish-training   what make train recorded becomes data of the book: data/trained
# make audit        one record, chosen by the commit, is trained in full again and compared
# make seeds        chapters with several seeds, results only (SEEDS=0,1,2); not those recorded with several
# make edition      every chapter on the sealed part, once an edition: book/edition.json (REASON="...")
# make publish      the values of the book as it is now become the published ones (book/published.json)
# make publish-seeds    what make seeds gave becomes the record of other seeds (book/seeds.json)
# make screenshot   the picture in README.md anew, from the built book
# make lock         requirements.lock after a change of pyproject.toml; make upgrade: with the newest versions
# make clean        remove what was made
PYTHON ?= python3
PROFILE ?= book
CHAPTERS ?=
CHAPTER ?=
PICTURE ?=
SEEDS ?= 0,1,2
REASON ?=
PORT ?= 8000

RUN = .venv/bin/python
# As many tests at a time as there are cores.
PYTEST = $(RUN) -m pytest -n logical --dist worksteal
# The book has its own lock, which a killed build leaves open; Snakemake's cannot be where a folder's name has braces.
SNAKEMAKE = $(RUN) -m snakemake --cores all --nolock --rerun-incomplete --quiet rules progress host \
	--config profile="$(PROFILE)" chapters="$(CHAPTERS)" seeds="$(SEEDS)"
LOCK = $(RUN) -m uv pip compile pyproject.toml --group data --group test --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --output-file requirements.lock

# Without compiled files every start of TensorFlow takes twice as long.
unexport PYTHONDONTWRITEBYTECODE
# These would switch off checks, hide the book's own modules, make errors of warnings, or misread names of files.
unexport PYTHONOPTIMIZE PYTHONSAFEPATH PYTHONWARNINGS PYTHONIOENCODING
export PYTHONUNBUFFERED = 1
export TF_CPP_MIN_LOG_LEVEL = 2
# Jupyter, Matplotlib and browsers keep files there; where that is not allowed, they keep them with the build.
export HOME := $(shell test -d "$$HOME" && test -w "$$HOME" && printf %s "$$HOME" || { mkdir -p _build/home; printf %s "$$PWD/_build/home"; })

.PHONY: ALWAYS book check test test-slow test-book serve train publish-training audit try seeds edition publish publish-seeds screenshot lock upgrade clean

book: .venv/installed
	$(SNAKEMAKE) -- book

check: .venv/installed
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m codespell_lib
	$(PYTEST) --ignore=tests/built --ignore=tests/slow --ignore=tests/benchmarks

test: check
	$(MAKE) book PROFILE=smoke CHAPTERS=
	$(MAKE) test-book PROFILE=smoke

# The results and the pages of a book that is there.
test-book: .venv/installed
	$(RUN) -m book.make browser
	$(PYTEST) tests/built --profile=$(PROFILE)

test-slow: .venv/installed
	$(MAKE) book PROFILE=smoke CHAPTERS=
	$(PYTEST) tests/slow --slow

serve: .venv/installed
	$(RUN) -m book.make serve $(PROFILE) $(PORT)

seeds: .venv/installed
	$(SNAKEMAKE) -- seeds

train: PROFILE = train
train: .venv/installed
	$(SNAKEMAKE) -- trainings

publish-training: .venv/installed
	$(RUN) -m book.make trainings publish

audit: .venv/installed
	$(RUN) -m book.make trainings audit

try: .venv/installed
	@$(RUN) -m book.make try_picture "$(CHAPTER)" "$(PICTURE)"

edition: .venv/installed
	@test "$(PROFILE)" = book && test -n "$(REASON)" || { echo 'make edition REASON="...": say why the sealed part is opened, in profile book'; exit 1; }
	$(SNAKEMAKE) -- sealed
	$(RUN) -m book.make records edition "$(REASON)"

publish: .venv/installed
	$(RUN) -m book.make records published

publish-seeds: .venv/installed
	$(RUN) -m book.make records seeds

screenshot: .venv/installed
	$(RUN) -m book.make screenshot $(PROFILE) .github/screenshot.png

lock: .venv/installed
	$(LOCK)

upgrade: .venv/installed
	$(LOCK) --upgrade

clean:
	rm -rf _build .snakemake .benchmarks .pytest_cache .ruff_cache .hypothesis

# The script decides whether there is anything to do.
.venv/installed: ALWAYS
	@$(PYTHON) book/make/environment.py
