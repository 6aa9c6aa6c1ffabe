"""Bring a chapter's values, tables and figures onto its page and into its results folder in one call."""

import contextlib
import hashlib
import importlib.metadata
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import typing
from pathlib import Path

import pandas as pd
import yaml
from IPython.display import HTML, Image, display

from pixel_utils.checks import require
from pixel_utils.data import array_checksum, bundled_checksums
from pixel_utils.files import write_whole

PACKAGES = ("tensorflow", "keras", "numpy", "pandas", "scikit-learn", "scikit-image", "matplotlib", "papermill")


class Report:
    """The results of one run of one chapter, the notebook's name without its ending.

    ``namespace`` is the notebook's ``globals()``. Its annotated names are the chapter's parameters, among them
    ``profile``, ``seed``, ``data_dir`` and ``out_dir``; each has a value of its type. If nothing can be written into
    ``out_dir``, that is an OSError now: better before an hour of training than after it.
    """

    def __init__(self, chapter, namespace):
        self.chapter = chapter
        types = namespace.get("__annotations__", {})
        self.parameters = {name: namespace[name] for name in types}
        missing = {"profile", "seed", "data_dir", "out_dir"} - self.parameters.keys()
        require(not missing, chapter, "annotated parameters", f"none named {sorted(missing)}")
        check_parameters(self.parameters, types)
        _check_module()
        self.folder = Path(os.path.expanduser(self.parameters["out_dir"]))
        # A table that lists parameters must not end in dots.
        pd.set_option("display.max_colwidth", None)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=self.folder).close()
        except OSError as error:
            found = f"{self.folder}: {error.strerror}"
            require(False, "out_dir", "a folder to write results into", found, OSError)
        self._started = time.perf_counter()
        self._values, self._rates, self._trainings, self._records, self._learned_from = {}, {}, {}, {}, []

    def record(self, name, value, *, unit="", better=None, best=None):
        """Record a number, a table (DataFrame) or a figure (of matplotlib) under a name, a Python identifier.

        A number goes to ``values.json`` and can be quoted in prose as ``{glue:text}`name:.3f` ``; a table goes to
        ``name.csv`` and a figure to ``name.png``, and both are shown where they are recorded. Recording a name again
        replaces what it held, so that a cell can be run again by hand; two cells with one name are an error when the
        page is built. What cannot be written whole is not recorded.

        ``unit`` is a number's, such as ``"dB"``, empty if it has none; ``better`` the direction that is an improvement,
        ``"lower"``, ``"higher"`` or None; ``best`` is a table's row that is shown bold, by its label.
        """
        require(name.isidentifier(), "name", "an identifier", repr(name))
        require(better in ("lower", "higher", None), "better", "'lower', 'higher' or None", repr(better))
        if isinstance(value, pd.DataFrame):
            _write(self.folder / f"{name}.csv", value.to_csv().encode())
            display(value if best is None else _with_bold_row(value, best))
        elif hasattr(value, "savefig"):
            import matplotlib.pyplot as plt

            buffer = io.BytesIO()
            value.savefig(buffer, format="png", dpi=192, metadata={"Software": None})
            # A figure that stays open is drawn once more below its cell.
            plt.close(value)
            _write(self.folder / f"{name}.png", buffer.getvalue())
            display(Image(buffer.getvalue()))
        else:
            number = value.item() if hasattr(value, "item") else value
            require(math.isfinite(number), name, "a finite number", number)
            values = {**self._values, name: {"value": number, "unit": unit, "better": better}}
            _write(self.folder / "values.json", _json(values))
            self._values = values
            glue(name, number)

    def record_rate(self, name, count, seconds):
        """Note how many things a second were done; rates stand in ``provenance.json`` only."""
        self._rates[name] = count / seconds

    @contextlib.contextmanager
    def time_training(self, name, **counts):
        """Note how many seconds a training takes: ``with book.time_training("games", game_steps=250): ...``.

        They stand in ``provenance.json`` only, and with them how many of each count were done a second. The training of
        the model that the chapter saves is called ``model``.
        """
        started = time.perf_counter()
        yield
        self.note_training(name, time.perf_counter() - started, **counts)

    def note_training(self, name, seconds, **counts):
        """Note how long a training took that is not timed here: a recorded one, as its curve says."""
        self._trainings[name] = round(float(seconds), 1)
        for what, count in counts.items():
            self.record_rate(what, count, seconds)

    def note_records(self, name, facts):
        """Note which recorded trainings were read, as :func:`recorded.trainings` does, for ``provenance.json``."""
        self._records[name] = facts

    def save_model(self, model, *, learned_from):
        """Save the chapter's best Keras model as ``model.keras`` and return its path.

        ``learned_from`` names the bundled data that its weights come from: what licence they can have follows from it.
        """
        self._learned_from = list(learned_from)
        path = self.folder / "model.keras"
        write_whole(path, model.save)
        return path

    def provenance(self, *, data, splits):
        """Write ``provenance.json``, what made these results, on what, in how long; return it as a table for the page.

        ``data`` names the bundled array files and picture folders that were read; ``splits`` holds the ids of the
        images of each split.
        """
        listed = bundled_checksums(self.parameters["data_dir"])
        facts = {
            "chapter": self.chapter,
            "profile": self.parameters["profile"],
            "seed": self.parameters["seed"],
            # Where a run wrote says nothing about its results.
            "parameters": {
                name: value for name, value in self.parameters.items() if name not in ("out_dir", "train_dir")
            },
            "commit": find_commit(),
            "python": sys.version.split()[0],
            "packages": {package: importlib.metadata.version(package) for package in PACKAGES},
            "data": {name: {"licence": listed[name]["licence"], "sha256": _digest(listed[name])} for name in data},
            "model_learned_from": {name: listed[name]["licence"] for name in self._learned_from},
            "splits": {name: array_checksum(ids) for name, ids in splits.items()},
            "device": _device(),
            "threads": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "seconds": round(time.perf_counter() - self._started, 1),
            "trainings": self._trainings,
            "records": self._records,
            "rates": {name: round(rate, 1) for name, rate in self._rates.items()},
            "peak_memory_mib": _peak_memory(),
        }
        _write(self.folder / "provenance.json", _json(facts))
        return _provenance_table(facts)


def check_parameters(parameters, types):
    """Refuse parameters whose values are not of their types: annotations such as ``int`` or ``list[float]``, by name.

    Whole numbers may stand for ``float``; ``True``, ``False``, infinity, NaN and what has no room in 64 bits are no
    numbers. The ValueError names the first such parameter.
    """
    for name, value in parameters.items():
        kind = types[name]
        expected = kind.__name__ if type(kind) is type else kind
        require(_fits(value, kind), name, expected, f"{value!r} ({type(value).__name__})")


def _fits(value, kind):
    if parts := typing.get_args(kind):
        return isinstance(value, list) and all(_fits(each, parts[0]) for each in value)
    if kind in (int, float):
        return type(value) in (int, kind) and abs(value) <= (2**63 - 1 if kind is int else sys.float_info.max)
    return isinstance(value, kind) and isinstance(value, bool) == (kind is bool)


def glue(name, value):
    """Let prose quote a value: it leaves the run as hidden cell output, in the form MyST-NB reads."""
    mime = "application/papermill.record/text/plain"
    display({mime: str(value)}, raw=True, metadata={"scrapbook": {"name": name, "mime_prefix": mime[:-10]}})


def originals(chapter, path="../book/originals.yml"):
    """Return the published figures of a chapter's original by name, and let prose quote each as ``original_`` and that.

    ``path`` is the one list of the originals' figures with their sources.
    """
    entries = yaml.safe_load(Path(path).read_text(encoding="utf-8"))[chapter]
    figures = {name: entry["value"] for name, entry in entries.items()}
    for name, value in figures.items():
        glue(f"original_{name}", value)
    return figures


def _check_module():
    """Refuse the module of another copy of the book than the one that a notebook stands in."""
    beside, own = Path("../pixel_utils"), Path(__file__).parent
    own_book = not os.path.isdir(beside) or beside.samefile(own)
    hint = "run make book in this copy, and use this copy's .venv/bin/jupyter"
    found = f"that of another copy of the book, {own}; {hint}"
    require(own_book, "pixel_utils", f"the one beside this notebook, {beside.resolve()}", found, ImportError)


def _with_bold_row(table, label):
    """Return a table as it is shown, with one row bold."""
    require(label in table.index, "best", f"a row of {[*table.index]}", repr(label))
    head, body = table.to_html().split("<tbody>")
    first, *rows = body.split("<tr>")
    number = [*table.index].index(label)
    rows[number] = rows[number].replace("<td>", '<td style="font-weight: bold">')
    return HTML(f"{head}<tbody>{'<tr>'.join([first, *rows])}")


def _write(path, content):
    write_whole(path, lambda part: part.write_bytes(content))


def _json(content):
    return (json.dumps(content, indent=2, allow_nan=False) + "\n").encode()


def _digest(entry):
    """One checksum for an array file or a picture folder, of the checksums of all that is in it."""
    return hashlib.sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def find_commit():
    """Return the commit of this book, marked if files differ from it; None if there is none.

    It is that of the folder above the current one: of the book whose notebook runs.

    A copy that was unpacked inside of another repository has none.
    """

    def git(*command):
        return subprocess.run(["git", *command], capture_output=True, text=True, check=True).stdout.strip()

    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        if Path(git("rev-parse", "--show-toplevel")).samefile(".."):
            return git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    return None


def _device():
    tf = sys.modules.get("tensorflow")
    gpus = tf.config.list_physical_devices("GPU") if tf else []
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU") if gpus else "CPU"


def _peak_memory():
    if sys.platform == "win32":
        import psutil

        return round(psutil.Process().memory_info().peak_wset / 2**20)
    import resource

    unit = 1 if sys.platform == "darwin" else 2**10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20)


def _provenance_table(facts):
    rows = {
        "profile": facts["profile"],
        "commit": facts["commit"] or "not in a repository",
        "parameters": ", ".join(f"{name}={value!r}" for name, value in facts["parameters"].items()),
        "Python": facts["python"],
        "packages": ", ".join(f"{name} {version}" for name, version in facts["packages"].items()),
        "data": ", ".join(f"{name} ({entry['licence']})" for name, entry in facts["data"].items()),
        "device": f"{facts['device']}, {facts['threads']} threads",
        "seconds": facts["seconds"],
        "trainings": ", ".join(f"{name} {seconds:,.0f} s" for name, seconds in facts["trainings"].items()),
        "records": "; ".join(
            f"{name}: {len(each['keys'])} trained at {', '.join(each['commits'])}, {each['ended'][:10]}, on "
            f"{', '.join(each['processors'])}, {sum(each['seconds']) / 60:.0f} min in all; again {each['replayed']}; "
            f"largest difference {each['difference']:g}"
            for name, each in facts["records"].items()
        ),
        "rates": ", ".join(f"{name} {rate:,.0f} a second" for name, rate in facts["rates"].items()),
        "peak memory": f"{facts['peak_memory_mib']} MiB",
    }
    return pd.DataFrame({"value": rows}).rename_axis("fact")
