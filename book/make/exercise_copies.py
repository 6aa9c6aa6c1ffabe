"""What students take away of a notebook of exercises: without its solutions, and readable without any extension."""

import copy
import re

START = re.compile(r"```\{exercise-start\} (.+)\n:label: .+\n```")
FENCES = re.compile(r"```\{(?:exercise-end|solution-start|solution-end)\}[^`]*```\n*")


def student_copy(notebook):
    """Return a notebook without its solutions; the texts around them lose the marks that only this book's pages know.

    Run from top to bottom it stops at the first exercise that has no answer yet, and overwrites none.

    Parameters
    ----------
    notebook : NotebookNode

    Returns
    -------
    NotebookNode
    """
    student = copy.deepcopy(notebook)
    student.cells = [cell for cell in student.cells if "solution" not in cell.metadata.get("tags", [])]
    for cell in student.cells:
        if cell.cell_type == "markdown":
            cell.source = FENCES.sub("", START.sub(r"### \1", cell.source)).strip()
    student.cells = [cell for cell in student.cells if cell.source]
    return student
