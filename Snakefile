"""How the book is made: chapters -> comparison -> pages -> html. Nothing else orders work.

    snakemake --cores all                                  the book, as `make book` does
    snakemake --cores all --config profile=smoke           tiny budgets, under _build/smoke
    snakemake --cores all --config chapters=04_denoising   only these chapters (comma-separated)
    snakemake --cores all seeds --config seeds=0,1,2       every chapter with every seed, results only
"""

import hashlib
import json
import os
import sys
from glob import glob
from pathlib import Path

sys.path.insert(0, "book/_make")
from run_chapter import COMPARISON, all_chapters, profile_parameters

# A copy of the book runs its own module, also where its environment came along and points to the first one's.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.getcwd(), os.environ.get("PYTHONPATH")]))

PYTHON = sys.executable
ALL_CHAPTERS = all_chapters()
CHAPTERS = str(config.get("chapters") or ",".join(ALL_CHAPTERS)).replace(",", " ").split()
SEEDS = str(config.get("seeds", "0,1,2")).split(",")
PROFILE = config.get("profile", "book")
BUILD = "_build" if PROFILE == "book" else f"_build/{PROFILE}"

unknown = sorted(set(CHAPTERS) - set(ALL_CHAPTERS))
if unknown:
    sys.exit(f"chapters: expected some of {ALL_CHAPTERS}, found {unknown}")
if not all(seed.isdecimal() for seed in SEEDS):
    sys.exit(f"seeds: expected whole numbers, comma-separated, found {config['seeds']!r}")
PARAMETERS = {chapter: profile_parameters(chapter, PROFILE) for chapter in ALL_CHAPTERS}


def code_checksum(chapter):
    """Checksum of a notebook's code cells: only these make a chapter run again, not a word of its prose."""
    cells = json.loads(Path(f"notebooks/{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [(cell["id"], cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()


def results_to_compare(wildcards):
    """What the comparison reads of all other chapters, made before it; no other chapter reads another's."""
    others = [chapter for chapter in ALL_CHAPTERS if chapter != COMPARISON]
    if wildcards.chapter != COMPARISON:
        return []
    return expand([f"{BUILD}/results/{{chapter}}", f"{BUILD}/executed/{{chapter}}.ipynb"], chapter=others)


def own_files(wildcards):
    """The reader's own picture, and a mask drawn for it, if the profile names them: paths as the notebook sees them."""
    named = (PARAMETERS[wildcards.chapter].get(name) for name in ("picture", "mask"))
    return [str(Path("notebooks") / file) for file in named if file]


CHAPTER_INPUTS = {
    "notebook": ancient("notebooks/{chapter}.ipynb"),
    "module": sorted(glob("pixel_utils/*.py")),
    "data": sorted(glob("data/*.npz")) + ["data/checksums.json", "book/originals.yml"],
    "lock": "requirements.lock",
    "own": own_files,
}


wildcard_constraints:
    chapter=r"\d\d_\w+",
    seed=r"\d+",


rule book:
    input:
        f"{BUILD}/html",


rule chapter:
    input:
        results_to_compare,
        **CHAPTER_INPUTS,
    output:
        executed=f"{BUILD}/executed/{{chapter}}.ipynb",
        results=directory(f"{BUILD}/results/{{chapter}}"),
    params:
        code=lambda wildcards: code_checksum(wildcards.chapter),
        values=lambda wildcards: json.dumps(PARAMETERS[wildcards.chapter]),
    benchmark:
        f"{BUILD}/times/{{chapter}}.tsv"
    threads: workflow.cores
    shell:
        "{PYTHON:q} book/_make/run_chapter.py {wildcards.chapter} --profile {PROFILE:q}"
        " --executed {output.executed:q} --results {output.results:q}"


rule pages:
    input:
        executed=expand(f"{BUILD}/executed/{{chapter}}.ipynb", chapter=CHAPTERS),
        results=expand(f"{BUILD}/results/{{chapter}}", chapter=CHAPTERS),
        notebooks=expand("notebooks/{chapter}.ipynb", chapter=CHAPTERS),
        claims=sorted(glob("tests/claims/*.yml")),
        prose=sorted(path for path in glob("book/**/*.*", recursive=True) if "__pycache__" not in path),
        settings=["_config.yml", "_toc.yml", "CITATION.cff", "data/README.md"],
    output:
        directory(f"{BUILD}/src"),
    params:
        chapters=CHAPTERS,
    shell:
        "{PYTHON:q} book/_make/stage.py {BUILD:q} {params.chapters:q}"


rule html:
    input:
        f"{BUILD}/src",
    output:
        directory(f"{BUILD}/html"),
    shell:
        "{PYTHON:q} book/_make/render.py {input:q} {output:q}"


rule seeds:
    input:
        # The comparison is of one run; with other seeds there is nothing for it to read.
        expand(
            f"{BUILD}/seeds/{{seed}}/results/{{chapter}}",
            chapter=[chapter for chapter in CHAPTERS if chapter != COMPARISON],
            seed=SEEDS,
        ),


rule chapter_with_seed:
    input:
        **CHAPTER_INPUTS,
    output:
        executed=f"{BUILD}/seeds/{{seed}}/executed/{{chapter}}.ipynb",
        results=directory(f"{BUILD}/seeds/{{seed}}/results/{{chapter}}"),
    params:
        code=lambda wildcards: code_checksum(wildcards.chapter),
        values=lambda wildcards: json.dumps(PARAMETERS[wildcards.chapter]),
    threads: workflow.cores
    shell:
        "{PYTHON:q} book/_make/run_chapter.py {wildcards.chapter} --profile {PROFILE:q} --set seed {wildcards.seed}"
        " --executed {output.executed:q} --results {output.results:q}"
