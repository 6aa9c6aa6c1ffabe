"""Execute one notebook with papermill: ``python -m book.make run_chapter NOTEBOOK --profile book``.

A run writes into a folder of its own. Only when it has come to its end do its results and its executed copy take the
place of those of the run before; when it fails, these stay, and the partial copy is kept under ``executed/failed`` with
its traceback.
"""

import argparse
import os
import shutil
import sys
import traceback
import warnings

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from traitlets.config import Config

from book.make.paths import (
    COMPARISON,
    NOTEBOOKS,
    PUBLISHED,
    ROOT,
    build_folder,
    executed_notebook,
    failed_notebook,
    results_folder,
    running_folder,
    sealed_build,
    trainings_folder,
)
from book.make.profiles import code_cells, declared_parameters, profile_parameters
from book.make.runs import write_outcome
from book.make.swap import swap
from book.make.triggers import all_nodes, find_triggers, module_part
from pixel_utils.data import EDITION
from pixel_utils.recorded import AUDIT


class RunFailed(Exception):
    """A run that did not come to its end, and why."""


def run(name, parameters, build):
    """Execute a notebook; put its results and its executed copy into a build.

    Parameters
    ----------
    name : str
        The notebook's name without its ending.
    parameters : dict
        Values for its ``parameters`` cell, without the folders of results.
    build : Path
        The folder of the whole build.

    Returns
    -------
    dict of str
        What these results depend on, by kind.

    Raises
    ------
    RunFailed
        If a cell fails, the kernel dies, no results are left, or the module was changed meanwhile; what the last good
        run left stays as it was.
    """
    notebook, running, failed = NOTEBOOKS / f"{name}.ipynb", running_folder(build, name), failed_notebook(build, name)
    copy, code = running.with_suffix(".ipynb"), all_nodes(code_cells(notebook))
    module, triggers = module_part(code), find_triggers(build, name, parameters)
    shutil.rmtree(running, ignore_errors=True)
    running.mkdir(parents=True)
    failed.parent.mkdir(parents=True, exist_ok=True)
    failed.unlink(missing_ok=True)
    copy.unlink(missing_ok=True)
    places = {"out_dir": os.path.relpath(running, NOTEBOOKS)}
    _, types = declared_parameters(notebook)
    if "train_dir" in types:
        if parameters["profile"] == "smoke":
            # These take seconds, and have to show what today's code does.
            shutil.rmtree(trainings_folder("smoke") / name, ignore_errors=True)
        places["train_dir"] = os.path.relpath(trainings_folder(parameters["profile"]), NOTEBOOKS)
    if name == COMPARISON:
        places["results_dir"] = os.path.relpath(results_folder(build), NOTEBOOKS)
    try:
        execute(notebook, parameters | places, copy)
        if not all((running / file).is_file() for file in ("values.json", "provenance.json")):
            raise RunFailed("it finished without recording a number or its provenance")
        if module_part(code) != module:
            raise RunFailed("pixel_utils was changed while it ran, so its results mix two versions")
    except (RunFailed, SystemExit):
        if copy.is_file():
            os.replace(copy, failed)
        raise
    swap({results_folder(build) / name: running, executed_notebook(build, name): copy})
    return triggers


def execute(notebook, parameters, copy):
    """Execute a notebook with parameters and write the executed copy, also of one that fails.

    Raises
    ------
    RunFailed
        If a cell fails, or the kernel dies.
    """
    source, started = nbformat.read(notebook, as_version=4), []

    def announce(cell, cell_index):
        started.append(cell)
        if cell.cell_type == "code":
            # papermill adds one cell, with the parameters of this run.
            count, line = len(source.cells) + 1, cell.source.partition("\n")[0]
            print(f"{notebook.stem}: cell {cell_index + 1}/{count}: {line}", flush=True)

    # The kernel of this very Python, whatever kernels others have put before it.
    own, others = os.path.join(sys.prefix, "share", "jupyter"), os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = f"{own}{os.pathsep}{others}" if others else own
    # What a reader has set for Keras elsewhere, half precision say, would change results without a trace.
    os.environ |= {"KERAS_HOME": str(ROOT / "_build/keras"), "KERAS_BACKEND": "tensorflow"}
    # Sums in several threads depend on the number of cores in their last digits; and beside a second notebook the
    # threads of linear algebra and of trees wait for each other, often for minutes.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            papermill.execute_notebook(
                os.path.relpath(notebook),
                os.path.relpath(copy),
                parameters,
                cwd=os.path.relpath(NOTEBOOKS),
                kernel_name="python3",
                # Or else every kernel warns that what it says is sent in plain text.
                config=Config(KernelManager={"transport_encryption": "auto"}),
                progress_bar=False,
                # Written after every cell, a notebook of many pictures takes as long as some trainings.
                request_save_on_cell_execute=False,
                stderr_file=sys.stderr,
                on_cell_start=announce,
            )
        except papermill.PapermillExecutionError as error:
            print(error, file=sys.stderr)
            raise RunFailed(f"{error.ename}: {error.evalue}") from None
        except DeadKernelError as error:
            nbformat.write(nbformat.v4.new_notebook(cells=started, metadata=source.metadata), copy)
            raise RunFailed(str(error)) from None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook")
    parser.add_argument("--profile", default=PUBLISHED)
    parser.add_argument("--seed", type=int, help="instead of the profile's, into a build of its own")
    parser.add_argument("--sealed", action="store_true", help="measure the sealed part, into a build of its own")
    parser.add_argument("--audit", metavar="NAME", help="train the first of these trainings in full, in a build apart")
    parser.add_argument("--go-on", action="store_true", help="end well also if the run fails: its outcome says so")
    arguments = parser.parse_args()
    name, build = arguments.notebook, build_folder(arguments.profile, arguments.seed)
    parameters = profile_parameters(name, arguments.profile)
    if arguments.seed is not None:
        parameters["seed"] = arguments.seed
    if arguments.sealed:
        build, parameters["test_split"] = sealed_build(build), "sealed"
        os.environ[EDITION] = "1"
    if arguments.audit:
        build, os.environ[AUDIT] = build / "audit", arguments.audit
    failure, triggers = "", {}
    try:
        triggers = run(name, parameters, build)
    except (RunFailed, SystemExit) as error:
        failure = " ".join(str(error).split())
    except Exception as error:
        # A full disk, say: the other notebooks still go on.
        traceback.print_exc()
        failure = " ".join(f"{type(error).__name__}: {error}".split())
    write_outcome(build, name, failure, triggers)
    if failure:
        print(f"{name} failed: {failure}", file=sys.stderr)
        sys.exit(0 if arguments.go_on else 1)


if __name__ == "__main__":
    main()
