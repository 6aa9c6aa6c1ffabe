"""Lay out what Jupyter Book renders: ``python book/_make/stage.py BUILD CHAPTER...``.

Settings, prose and executed notebooks go to ``BUILD/src`` at their places in the repository, so that
links keep their paths. A notebook's prose, captions and tags are taken from its source and its outputs
from the executed copy: new wording runs nothing again. What depends on a finished run (claims, times, the
front page's pictures, the comparison with the published run) is written to ``BUILD/src/book/_generated``
for the pages to include.
"""

import json
import shutil
import sys
from pathlib import Path

import front
import nbformat
import pandas as pd
import published
import seeds
import yaml
from claims import ROOT, check, load_claims, overview, to_markdown
from origins import CELL_TAG


def is_blank(output):
    """Return whether an output has nothing to show: as plain text it is empty."""
    return output.get("data", {}).get("text/plain") == ""


def merge(source, executed):
    """Return the source notebook with the outputs of its executed copy.

    Parameters
    ----------
    source, executed : NotebookNode
        The same code cells with the same ids; the executed one has one more, with the injected parameters.

    Returns
    -------
    NotebookNode
        Without what was written to standard error, and without outputs that show nothing: Keras' summaries leave some.
    """
    done = {cell.id: cell for cell in executed.cells}
    merged = source.copy()
    merged.cells = []
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.execution_count = done[cell.id].execution_count
            cell.outputs = [out for out in done[cell.id].outputs if out.get("name") != "stderr" and not is_blank(out)]
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
    values = json.loads((results / "values.json").read_text(encoding="utf-8"))
    provenance = json.loads((results / "provenance.json").read_text(encoding="utf-8"))
    return values, provenance, times(build, chapter)["s"]


def times(build, chapter):
    """Return what Snakemake measured while a chapter ran: seconds, memory of all its processes, and more."""
    return pd.read_csv(build / "times" / f"{chapter}.tsv", sep="\t").iloc[0]


def runs_table(facts, judged):
    """Return how long each chapter took and how many of its claims hold."""
    lines = ["| Chapter | Profile | Minutes | Claims that hold |", "| --- | --- | --- | --- |"]
    for chapter, (_, provenance, seconds) in facts.items():
        link = f"[](../notebooks/{chapter}.ipynb)"
        rows = [row["status"] for row in judged[chapter] if row["status"] != "not checked"]
        held = f"{rows.count('holds')} of {len(rows)} judged" if rows else "none judged"
        lines.append(f"| {link} | {provenance['profile']} | {seconds / 60:.1f} | {held} |")
    return "\n".join(lines) + "\n"


def machines_table(build, facts):
    """Return on what each chapter ran: device, threads and memory as a table, and below it the versions."""
    lines, chapters_with = ["| Chapter | Device | Threads | Memory, MiB |", "| --- | --- | --- | --- |"], {}
    for chapter, (_, provenance, _) in facts.items():
        # A run that is over too soon for Snakemake to look has no figure.
        memory = pd.to_numeric(times(build, chapter).get("max_rss"), errors="coerce")
        shown = f"{memory:,.0f}" if pd.notna(memory) else "not measured"
        packages = ", ".join(f"{name} {version}" for name, version in provenance["packages"].items())
        link = f"[](../notebooks/{chapter}.ipynb)"
        chapters_with.setdefault(f"Python {provenance['python']}, {packages}", []).append(link)
        lines.append(f"| {link} | {provenance['device']} | {provenance['threads']} | {shown} |")
    if len(chapters_with) == 1:
        return "\n".join([*lines, "", f"All with {next(iter(chapters_with))}."]) + "\n"
    return "\n".join([*lines, "", *(f"- {', '.join(links)}: {with_}" for with_, links in chapters_with.items())]) + "\n"


def in_reading_order(chapters):
    """Return chapters in the order of the table of contents, which numbers their figures; then those not in it."""
    files = [entry["file"] for part in staged_toc(chapters)["parts"] for entry in part["chapters"]]
    places = {Path(file).name: place for place, file in enumerate(files)}
    return sorted(chapters, key=lambda chapter: places.get(chapter, len(places)))


def generated_pages(build, facts, entries):
    """Return the text of every generated file by its name, but for the cards, which come with pictures."""
    chapters = in_reading_order(facts)
    facts = {chapter: facts[chapter] for chapter in chapters}
    claims = {chapter: load_claims(chapter) for chapter in chapters}
    judged = {
        chapter: check(claims[chapter], values, provenance["profile"])
        for chapter, (values, provenance, _) in facts.items()
    }
    pages = {}
    for chapter, (_, provenance, seconds) in facts.items():
        profile = provenance["profile"]
        pages[f"{chapter}-claims.md"] = to_markdown(judged[chapter], profile)
        pages[f"{chapter}-run.md"] = (
            f"This page was made by a run in profile **{profile}**, which took "
            f"{seconds / 60:.1f} minutes on {provenance['device']} with {provenance['threads']} threads.\n"
        )
    titles = {chapter: front.title(chapter) for chapter in chapters}
    numbers = {
        chapter: (provenance["profile"], {name: entry["value"] for name, entry in values.items()})
        for chapter, (values, provenance, _) in facts.items()
    }
    return pages | {
        "runs.md": runs_table(facts, judged),
        "machines.md": machines_table(build, facts),
        "claims.md": overview(judged, titles),
        "new.md": front.new_here(chapters, entries),
        "figures.md": front.figure_index(chapters),
        "citation.md": front.citation_page(),
        "seeds.md": seeds.page(json.loads(seeds.PATH.read_text(encoding="utf-8")), claims, titles),
        "published.md": published.page(json.loads(published.PATH.read_text(encoding="utf-8")), numbers, titles),
    }


def staged_toc(chapters):
    """Return the table of contents with only these chapters."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
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
    (target / "_toc.yml").write_text(yaml.safe_dump(staged_toc(chapters), sort_keys=False), encoding="utf-8")
    (target / "data").mkdir()
    shutil.copy(ROOT / "data/README.md", target / "data")
    (target / "notebooks").mkdir()
    (target / "downloads").mkdir()
    for chapter in chapters:
        shutil.copy(ROOT / f"notebooks/{chapter}.ipynb", target / "downloads")
        source = nbformat.read(ROOT / f"notebooks/{chapter}.ipynb", as_version=4)
        executed = nbformat.read(build / f"executed/{chapter}.ipynb", as_version=4)
        nbformat.write(merge(source, executed), target / f"notebooks/{chapter}.ipynb")
    facts = {chapter: chapter_facts(build, chapter) for chapter in chapters}
    commits = {chapter: provenance["commit"] for chapter, (_, provenance, _) in facts.items()}
    (target / "commits.json").write_text(json.dumps(commits), encoding="utf-8")
    generated = target / "book/_generated"
    generated.mkdir()
    entries = yaml.safe_load((ROOT / "book/front.yml").read_text(encoding="utf-8"))
    for name, text in generated_pages(build, facts, entries).items():
        (generated / name).write_text(text, encoding="utf-8")
    (generated / "cards.md").write_text(front.cards(build, chapters, entries, generated), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
