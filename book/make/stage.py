"""Lay out what Jupyter Book renders.

Settings, prose and executed notebooks go to ``BUILD/src`` at their places in the repository, so that
links keep their paths. A notebook's prose, captions and tags are taken from its source and its outputs
from the executed copy: new wording runs nothing again. What depends on a finished run (claims, times, the
front page's pictures, the comparison with the published run) is written to ``BUILD/src/book/_generated``
for the pages to include.
"""

import copy
import hashlib
import shutil
import sys
from pathlib import Path

import nbformat
import yaml

from book._ext.book_cells import CELL_TAG
from book.make import front_pages, records
from book.make.claims import judge, load_claims, overview, to_markdown
from book.make.paths import (
    COMPARISON,
    NOTEBOOKS,
    ROOT,
    all_chapters,
    executed_notebook,
    kind_of,
    project_of,
    results_folder,
    source_folder,
    webp_folder,
)
from book.make.plain_copies import student_copy
from book.make.runs import read_outcome, read_run
from book.make.tables import table
from book.make.trainings import licence_of, seeds_of
from pixel_utils.results import find_result

# How fast a page is read: a word, a shown line of code, a figure. Tags of code that is folded away or not there.
WORDS_A_MINUTE, SECONDS_A_LINE, SECONDS_A_FIGURE = 200, 2, 15
FOLDED = {"hide-input", "hide-cell", "remove-cell", "solution", "parameters"}


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
            # A page keeps of a cell only its tags; book_cells.py makes this one an anchor.
            cell.metadata.setdefault("tags", []).append(f"{CELL_TAG}{cell.id}")
        merged.cells.append(cell)
        if "parameters" in cell.metadata.get("tags", []):
            merged.cells += [c for c in executed.cells if "injected-parameters" in c.metadata.get("tags", [])]
    for cell in merged.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.metadata.tags.append("remove-cell")
    return merged


def source_of(executed):
    """Return a notebook as it was before it was executed: no outputs, and no cell that holds a run's parameters."""
    source = copy.deepcopy(executed)
    source.cells = [cell for cell in source.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for part in (source, *source.cells):
        part.metadata.pop("papermill", None)
        if part.get("cell_type") == "code":
            part.outputs, part.execution_count = [], None
    return source


def minutes_to_read(notebook):
    """Return how long a notebook takes to read: its words, the lines of code that are shown, its figures."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    shown = [cell for cell in notebook.cells if cell.cell_type == "code"]
    lines = [len(cell.source.splitlines()) for cell in shown if not FOLDED & {*cell.metadata.get("tags", [])}]
    figures = sum("mystnb" in cell.metadata for cell in shown)
    words = sum(len(text.split()) for text in texts)
    return words / WORDS_A_MINUTE + (sum(lines) * SECONDS_A_LINE + figures * SECONDS_A_FIGURE) / 60


def run_note(notebook, runs, failed, minutes):
    """Return how long a notebook's page takes to read, and what made it.

    Parameters
    ----------
    notebook : str
    runs : dict of Run
    failed : list of str
        Chapters whose newest run failed, whether or not in this book.
    minutes : float
        What it takes to read.
    """
    run = runs[notebook]
    facts = run.provenance
    if run.failure:
        commit = f" at commit `{facts['commit'][:7]}`" if facts["commit"] else ""
        return (
            "```{admonition} The newest run of this notebook failed\n:class: warning\n\n"
            f"This page shows the last good run, in profile **{facts['profile']}**{commit}, with the words and the "
            "code of that run. What went wrong in the newest:\n\n"
            f"~~~text\n{run.failure}\n~~~\n```\n"
        )
    text = (
        f"About {max(5, 5 * round(minutes / 5))} minutes to read. This page was made by a run in profile "
        f"**{facts['profile']}**, which took {facts['seconds'] / 60:.1f} minutes on {facts['device']} with "
        f"{facts['threads']} threads.\n"
    )
    if notebook == COMPARISON and failed:
        names = ", ".join(f"`{chapter}`" for chapter in failed)
        text += f"The newest runs of these chapters failed, so it compares their last good ones: {names}.\n"
    return text


def offer_model(build, notebook, facts, folder):
    """Copy a notebook's saved model into a folder and return the line that offers it; empty if it saved none.

    Parameters
    ----------
    build : Path
    notebook : str
    facts : dict
        Where its results come from.
    folder : Path
        ``book/_generated`` among the staged files.
    """
    if not facts.get("model_learned_from"):
        return ""
    model = shutil.copy(find_result(results_folder(build), notebook, "model.keras"), folder / f"{notebook}.keras")
    with model.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256").hexdigest()
    licence, size = licence_of(facts["model_learned_from"]), f"{model.stat().st_size / 1000:,.0f} kB"
    link = f"{{download}}`{model.name} </book/_generated/{model.name}>`"
    return f"Its model: {link} ({size}, {licence}, SHA-256 `{checksum}`).\n"


def runs_table(runs, judged):
    """Return how long each notebook took and how many of its claims hold."""
    rows = []
    for notebook, run in runs.items():
        verdicts = [row["status"] for row in judged[notebook] if row["status"] != "not checked"]
        held = f"{verdicts.count('holds')} of {len(verdicts)} judged" if verdicts else "none judged"
        minutes = f"{run.provenance['seconds'] / 60:.1f}" + (", newest run failed" if run.failure else "")
        rows.append([link(notebook), run.provenance["profile"], minutes, held])
    return "\n".join(table(["Chapter", "Profile", "Minutes", "Claims that hold"], rows)) + "\n"


def trainings_table(runs):
    """Return which recorded trainings each run read, and how its replay compared, as a table."""
    heads = [
        "Chapter",
        "Training",
        "How many",
        "Recorded",
        "Processor",
        "Minutes in all",
        "Trained again",
        "Difference",
    ]
    rows = [
        [
            link(notebook),
            name,
            len(facts["keys"]),
            f"{facts['ended'][:10]}, {', '.join(f'`{commit[:8]}`' for commit in facts['commits'])}",
            ", ".join(facts["processors"]),
            f"{sum(facts['seconds']) / 60:.1f}",
            facts["replayed"],
            f"{facts['difference']:.2g}" if facts["same"] else f"{facts['difference']:.2g}, another machine",
        ]
        for notebook, run in runs.items()
        for name, facts in run.provenance.get("records", {}).items()
    ]
    return "\n".join(table(heads, rows) if rows else ["No chapter of this book read one."]) + "\n"


def machines_table(runs):
    """Return on what each notebook ran: device, threads and memory as a table, and below it the versions."""
    rows, notebooks_with = [], {}
    for notebook, run in runs.items():
        facts = run.provenance
        memory = "not measured" if run.memory is None else f"{run.memory:,.0f}"
        packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
        notebooks_with.setdefault(f"Python {facts['python']}, {packages}", []).append(link(notebook))
        rows.append([link(notebook), facts["device"], facts["threads"], memory])
    lines = table(["Chapter", "Device", "Threads", "Memory, MiB"], rows)
    if len(notebooks_with) == 1:
        return "\n".join([*lines, "", f"All with {next(iter(notebooks_with))}."]) + "\n"
    return "\n".join([*lines, "", *(f"- {', '.join(who)}: {what}" for what, who in notebooks_with.items())]) + "\n"


def link(notebook):
    """Return a link to a notebook's page from the pages about the book."""
    return f"[](../notebooks/{notebook}.ipynb)"


def in_reading_order(chapters):
    """Return chapters in the order of the table of contents, which numbers their figures."""
    return sorted(chapters, key=[Path(file).name for file in listed_files(staged_toc(chapters))].index)


def listed_files(toc):
    """Return the files of a table of contents in reading order, each before those below it, without the root."""

    def below(entries):
        return [file for entry in entries for file in [entry["file"], *below(entry.get("sections", []))]]

    return [file for part in toc["parts"] for file in below(part["chapters"])]


def generated_pages(runs, failed, staged, entries):
    """Return the text of every generated file by its name, but for the cards, which come with pictures.

    Parameters
    ----------
    runs : dict of Run
    failed : list of str
        Chapters whose newest run failed.
    staged : dict of NotebookNode
        The notebooks as their pages show them.
    entries : dict
        The content of ``book/front.yml``.
    """
    notebooks = in_reading_order(runs)
    runs = {notebook: runs[notebook] for notebook in notebooks}
    claims = {notebook: load_claims(notebook) for notebook in notebooks}
    judged = {notebook: judge(notebook, run) for notebook, run in runs.items()}
    pages = {}
    for notebook, run in runs.items():
        table = to_markdown(judged[notebook], run.provenance["profile"])
        pages[f"{notebook}-claims.md"] = "No claim is judged: the newest run failed.\n" if run.failure else table
        pages[f"{notebook}-run.md"] = run_note(notebook, runs, failed, minutes_to_read(staged[notebook]))
    titles = {notebook: front_pages.title(staged[notebook]) for notebook in notebooks}
    trained = {notebook: seeds_of(notebook) for notebook in notebooks}
    return pages | {
        "runs.md": runs_table(runs, judged),
        "trainings.md": trainings_table(runs),
        "machines.md": machines_table(runs),
        "claims.md": overview(judged, titles),
        "new.md": front_pages.originals_table(notebooks, entries),
        "figures.md": front_pages.figure_index({notebook: staged[notebook] for notebook in notebooks}),
        "citation.md": front_pages.citation_page(),
        "seeds.md": records.seeds_page(records.read_record("seeds"), trained, claims, titles),
        "edition.md": records.edition_page(records.read_record("edition"), titles),
        "published.md": records.published_page(records.read_record("published"), runs, titles),
    }


def staged_toc(chapters):
    """Return the table of contents with these notebooks alone; projects that it does not list follow the others."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        part["chapters"] = _of_book(part["chapters"], chapters)
    listed = {*listed_files(toc)}
    further = {}
    for name in (name for name in chapters if f"notebooks/{name}" not in listed):
        entry = {"file": f"notebooks/{name}"}
        if project_of(name) in further:
            further[project_of(name)].setdefault("sections", []).append(entry)
        else:
            further[name] = entry
    toc["parts"][0]["chapters"] += further.values()
    toc["parts"] = [part for part in toc["parts"] if part["chapters"]]
    return toc


def _of_book(entries, notebooks):
    """Return the entries of a table of contents that a book has, those below them likewise."""
    kept = []
    for entry in entries:
        below = _of_book(entry.get("sections", []), notebooks)
        if not entry["file"].startswith("notebooks/") or Path(entry["file"]).name in notebooks:
            kept.append({"file": entry["file"], **({"sections": below} if below else {})})
        else:
            kept += below
    return kept


def write_clean(name, source, folder):
    """Write into a folder of its own what readers take away of a notebook without outputs.

    Of exercises that is one for students, and one with the solutions.
    """
    folder.mkdir(parents=True)
    for_students = kind_of(name) == "exercises"
    nbformat.write(student_copy(source) if for_students else source, folder / f"{name}.ipynb")
    if for_students:
        nbformat.write(source, folder / f"{name}_solved.ipynb")


def stage(build, notebooks):
    """Write into a new folder all that pages are rendered from.

    Parameters
    ----------
    build : Path
        What the runs of the notebooks left.
    notebooks : sequence of str
        Those that the book is made of.

    Returns
    -------
    dict
        The table of contents.

    Raises
    ------
    SystemExit
        If none of the notebooks ever ran well.
    """
    runs = {notebook: run for notebook in notebooks if (run := read_run(build, notebook))}
    if not runs:
        reasons = "\n".join(f"{notebook}: {read_outcome(build, notebook)['failure']}" for notebook in notebooks)
        sys.exit(f"{build}: expected a good run of one notebook at least, found none:\n{reasons}")
    failed = [chapter for chapter in all_chapters() if read_outcome(build, chapter)["failure"]]
    target, toc = source_folder(build), staged_toc(runs)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "book", target / "book", ignore=shutil.ignore_patterns("make", "_ext"))
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings["sphinx"]["config"] |= {
        "commits": {f"notebooks/{notebook}": run.provenance["commit"] for notebook, run in runs.items()},
        "light_images": str(webp_folder(build).resolve()),
    }
    (target / "_config.yml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    (target / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False), encoding="utf-8")
    (target / "data").mkdir()
    shutil.copy(ROOT / "data/README.md", target / "data")
    (target / "notebooks").mkdir()
    staged = {}
    for notebook, run in runs.items():
        executed = nbformat.read(executed_notebook(build, notebook), as_version=4)
        # Newer words and code than those of the last good run need not fit its outputs.
        source = source_of(executed) if run.failure else nbformat.read(NOTEBOOKS / f"{notebook}.ipynb", as_version=4)
        write_clean(notebook, source, target / "downloads" / notebook)
        staged[notebook] = merge(source, executed)
        nbformat.write(staged[notebook], target / f"notebooks/{notebook}.ipynb")
    generated = target / "book/_generated"
    generated.mkdir()
    entries = yaml.safe_load((ROOT / "book/front.yml").read_text(encoding="utf-8"))
    pages = generated_pages(runs, failed, staged, entries)
    for notebook, run in runs.items():
        pages[f"{notebook}-run.md"] += offer_model(build, notebook, run.provenance, generated)
    for name, text in pages.items():
        (generated / name).write_text(text, encoding="utf-8")
    (generated / "cards.md").write_text(front_pages.cards(build, staged, entries, generated), encoding="utf-8")
    return toc
