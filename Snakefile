"""How the book is made: notebooks -> comparison -> pages. Nothing else orders work.

    snakemake --cores all                                  the book, as `make book` does
    snakemake --cores all --config profile=smoke           tiny budgets, under _build/smoke
    snakemake --cores all --config chapters=04_denoising   only these chapters (comma-separated)
    snakemake --cores all seeds --config seeds=0,1,2       chapters with every seed, results only
    snakemake --cores all sealed                           every chapter on the sealed part, results only
"""

import functools
import math
import os
import sys
from pathlib import Path

import psutil

from book.make import paths
from book.make.processes import refuse_other_builds
from book.make.profiles import check_own_files, profile_parameters, records_trainings
from book.make.runs import reasons_to_run, write_request
from book.make.trainings import holds_seeds, seeds_of
from book.make.triggers import find_triggers, page_inputs

if workflow.is_main_process:
    ONLY_BUILD = refuse_other_builds(Path(".snakemake"))

# A copy of the book runs its own module, also where its environment came along and points to the first one's.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))

PYTHON = sys.executable
PROFILE = config.get("profile") or paths.PUBLISHED
ALL = paths.notebooks_of(PROFILE)
NAMED = str(config.get("chapters") or ",".join(ALL)).replace(",", " ").split()
# A project's name stands for all its notebooks.
CHAPTERS = [notebook for notebook in ALL if {notebook, paths.project_of(notebook)} & {*NAMED}]
MEASURING = [chapter for chapter in CHAPTERS if chapter in paths.measuring_chapters()]
SEEDS = str(config.get("seeds", "0,1,2")).replace(",", " ").split()
BUILD = Path(os.path.relpath(paths.build_folder(PROFILE)))
MARK = paths.pages_mark(BUILD)
# Notebooks run two at a time where there is room for the two that need most, but not where their trainings are timed.
ROOM = {"smoke": 12 * 2**30, "book": 16 * 2**30}
AT_ONCE = 2 if psutil.virtual_memory().available > ROOM.get(PROFILE, math.inf) else 1

unknown = sorted(set(NAMED) - set(ALL))
if unknown:
    sys.exit(f"chapters: expected some of {ALL}, found {unknown}")
if not CHAPTERS:
    sys.exit(f"chapters: expected some of {ALL}, found {config['chapters']!r}")
# Written without zeros in front, as the folders of their builds are.
if not SEEDS or not all(seed.isdecimal() and seed == str(int(seed)) for seed in SEEDS):
    sys.exit(f"seeds: expected whole numbers, comma-separated, found {config['seeds']!r}")
RECORDING = [chapter for chapter in CHAPTERS if records_trainings(chapter)]


# What has to be made again is decided by what it is made of, as noted beside it, and not by the ages of files. Snakemake
# learns it from requests: files that are newer than what they ask for.


@functools.cache
def run_request(build, notebook, **changed):
    """Ask for a run of a notebook if its results would be others now; return the request."""
    parameters = profile_parameters(notebook, PROFILE) | changed
    reasons = reasons_to_run(build, notebook, find_triggers(build, notebook, parameters))
    if reasons and workflow.is_main_process:
        # What a notebook cannot take is refused before another one trains.
        check_own_files(notebook, parameters)
        print(f"{notebook} runs: {', '.join(reasons)}", file=sys.stderr)
    return write_request(build, notebook, paths.outcome_file(build, notebook), reasons)


def chapter_inputs(wildcards):
    """The request for a run, and what it reads of others: the comparison all results, experiments their chapter's records."""
    others = [chapter for chapter in paths.all_chapters() if chapter != paths.COMPARISON]
    before = others if wildcards.chapter == paths.COMPARISON else []
    if PROFILE == "train" and paths.kind_of(wildcards.chapter) != "chapter":
        # It reads what its chapter records.
        before = [paths.project_of(wildcards.chapter)]
    return [run_request(BUILD, wildcards.chapter), *(paths.outcome_file(BUILD, chapter) for chapter in before)]


def pages_request(wildcards):
    """Ask for new pages if they would be others now; return the request."""
    made_of = MARK.read_text(encoding="utf-8") if MARK.is_file() else ""
    return write_request(BUILD, "pages", MARK, page_inputs(BUILD, CHAPTERS) != made_of)


def seed_request(wildcards):
    seed = int(wildcards.seed)
    return run_request(Path(os.path.relpath(paths.build_folder(PROFILE, seed))), wildcards.chapter, seed=seed)


def runs_with_seeds(wildcards):
    """The runs with each seed of the chapters whose records do not hold several seeds of their networks."""
    chapters = [chapter for chapter in MEASURING if not holds_seeds(seeds_of(chapter))]
    if not chapters:
        sys.exit(f"seeds: expected a chapter whose networks have no records with several seeds, found {CHAPTERS}")
    return [paths.outcome_file(BUILD / "seeds" / seed, chapter) for seed in SEEDS for chapter in chapters]


def sealed_request(wildcards):
    return run_request(paths.sealed_build(BUILD), wildcards.chapter, test_split="sealed")


wildcard_constraints:
    chapter="|".join(ALL),
    seed=r"\d+",


# Last of all it says which claims hold, and ends with a status that is not 0 if a notebook failed.
rule book:
    input:
        MARK,
        [paths.outcome_file(BUILD, chapter) for chapter in CHAPTERS],
    params:
        chapters=CHAPTERS,
    shell:
        "{PYTHON:q} -m book.make summary {PROFILE:q} {params.chapters:q}"


# It goes on when a notebook fails, so that the page says so and shows the last good run.
rule chapter:
    input:
        chapter_inputs,
    output:
        paths.outcome_file(BUILD, "{chapter}"),
    benchmark:
        paths.times_file(BUILD, "{chapter}")
    threads: math.ceil(workflow.cores / AT_ONCE)
    shell:
        "{PYTHON:q} -m book.make run_chapter {wildcards.chapter} --profile {PROFILE:q} --go-on"


# The mark alone is Snakemake's: the pages of the last good book stay until the new ones are whole.
rule pages:
    input:
        pages_request,
        [paths.outcome_file(BUILD, chapter) for chapter in CHAPTERS],
    output:
        MARK,
    params:
        chapters=CHAPTERS,
    shell:
        "{PYTHON:q} -m book.make render {BUILD:q} {params.chapters:q}"


# What make train asks for, in profile train: results only, and with them the records of their trainings.
rule trainings:
    input:
        [paths.outcome_file(BUILD, chapter) for chapter in RECORDING],
    params:
        chapters=RECORDING,
    shell:
        "{PYTHON:q} -m book.make summary {PROFILE:q} {params.chapters:q}"


rule seeds:
    input:
        runs_with_seeds,


rule sealed:
    input:
        [paths.outcome_file(paths.sealed_build(BUILD), chapter) for chapter in MEASURING],


rule chapter_on_sealed:
    input:
        sealed_request,
    output:
        paths.outcome_file(paths.sealed_build(BUILD), "{chapter}"),
    threads: workflow.cores
    shell:
        "{PYTHON:q} -m book.make run_chapter {wildcards.chapter} --profile {PROFILE:q} --sealed"


rule chapter_with_seed:
    input:
        seed_request,
    output:
        paths.outcome_file(BUILD / "seeds/{seed}", "{chapter}"),
    threads: workflow.cores
    shell:
        "{PYTHON:q} -m book.make run_chapter {wildcards.chapter} --profile {PROFILE:q} --seed {wildcards.seed}"
