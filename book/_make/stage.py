"""Lay out what Jupyter Book renders: ``python book/_make/stage.py BUILD CHAPTER...``.

Settings, prose and executed notebooks go to ``BUILD/src`` at their places in the repository, so that
links keep their paths. A notebook's prose, captions and tags are taken from its source and its outputs
from the executed copy: new wording runs nothing again. What depends on a finished run (claims, times)
is written to ``BUILD/src/book/_generated`` for the pages to include.
"""

import json
import shutil
import sys
from pathlib import Path

import nbformat
import pandas as pd
import yaml
from claims import ROOT, check, load_claims, to_markdown
from origins import CELL_TAG


def merge(source, executed):
    """Return the source notebook with the outputs of its executed copy.

    Parameters
    ----------
    source, executed : NotebookNode
        The same code cells with the same ids; the executed one has one more, with the injected parameters.

    Returns
    -------
    NotebookNode
        Without what was written to standard error.
    """
    done = {cell.id: cell for cell in executed.cells}
    merged = source.copy()
    merged.cells = []
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.execution_count = done[cell.id].execution_count
            cell.outputs = [out for out in done[cell.id].outputs if out.get("name") != "stderr"]
            # A page keeps of a cell only its tags; origins.py makes this one an anchor.
            cell.metadata.setdefault("tags", []).append(f"{CELL_TAG}{cell.id}")
        merged.cells.append(cell)
        if "parameters" in cell.metadata.get("tags", []):
            merged.cells += [c for c in executed.cells if "injected-parameters" in c.metadata.get("tags", [])]
    for cell in merged.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.metadata.tags.append("remove-cell")
    return merged


def chapter_facts(build, chapter):
    """Return what a finished chapter left: its values, its provenance and its seconds."""
    results = build / "results" / chapter
    values = json.loads((results / "values.json").read_text())
    provenance = json.loads((results / "provenance.json").read_text())
    seconds = pd.read_csv(build / "times" / f"{chapter}.tsv", sep="\t")["s"][0]
    return values, provenance, seconds


def generated_pages(build, chapters):
    """Return the text of every generated file by its name."""
    pages, times = {}, ["| Chapter | Profile | Minutes | Claims that hold |", "| --- | --- | --- | --- |"]
    for chapter in chapters:
        values, provenance, seconds = chapter_facts(build, chapter)
        profile = provenance["profile"]
        rows = check(load_claims(chapter), values, profile)
        judged = [row for row in rows if row["status"] != "not checked"]
        held = sum(row["status"] == "holds" for row in judged)
        pages[f"{chapter}-claims.md"] = to_markdown(rows, profile)
        pages[f"{chapter}-run.md"] = (
            f"This page was made by a run in profile **{profile}**, which took "
            f"{seconds / 60:.1f} minutes on {provenance['device']} with {provenance['threads']} threads.\n"
        )
        link = f"[](../notebooks/{chapter}.ipynb)"
        times.append(f"| {link} | {profile} | {seconds / 60:.1f} | {held} of {len(judged)} judged |")
    pages["runs.md"] = "\n".join(times) + "\n"
    return pages


def staged_toc(chapters):
    """Return the table of contents with only these chapters."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    for part in toc["parts"]:
        part["chapters"] = [
            entry
            for entry in part["chapters"]
            if not entry["file"].startswith("notebooks/") or Path(entry["file"]).name in chapters
        ]
    toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
    return toc


def main(build, chapters):
    target = build / "src"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "book", target / "book", ignore=shutil.ignore_patterns("_make", "__pycache__"))
    shutil.copy(ROOT / "_config.yml", target)
    (target / "_toc.yml").write_text(yaml.safe_dump(staged_toc(chapters), sort_keys=False))
    (target / "data").mkdir()
    shutil.copy(ROOT / "data/README.md", target / "data")
    (target / "notebooks").mkdir()
    (target / "downloads").mkdir()
    for chapter in chapters:
        shutil.copy(ROOT / f"notebooks/{chapter}.ipynb", target / "downloads")
        source = nbformat.read(ROOT / f"notebooks/{chapter}.ipynb", as_version=4)
        executed = nbformat.read(build / f"executed/{chapter}.ipynb", as_version=4)
        nbformat.write(merge(source, executed), target / f"notebooks/{chapter}.ipynb")
    commits = {chapter: chapter_facts(build, chapter)[1]["commit"] for chapter in chapters}
    (target / "commits.json").write_text(json.dumps(commits))
    generated = target / "book/_generated"
    generated.mkdir()
    for name, text in generated_pages(build, chapters).items():
        (generated / name).write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
