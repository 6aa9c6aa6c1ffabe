"""Tell what the pages call each label, for the notebooks that readers take away; see book/make/plain_copies.py."""

import json
from pathlib import Path

NAMES = "names.json"
NUMBERED = {"figure": "Fig. {}", "exercise": "Exercise {}", "displaymath": "({})"}


def write_names(app, exception):
    """Write beside the pages what they call each label, for the notebooks that readers take away."""
    if exception:
        return
    environment = app.env
    names = {label: str(title) for label, (*_, title) in environment.get_domain("std").labels.items()}
    for numbers in environment.toc_fignumbers.values():
        for kind, form in NUMBERED.items():
            for label, number in numbers.get(kind, {}).items():
                names[label.removeprefix("equation-")] = form.format(".".join(map(str, number)))
    for key, entry in environment.get_domain("cite").bibdata.data.entries.items():
        authors = [" ".join(person.last_names) for person in entry.persons["author"]]
        who = " and ".join(authors) if len(authors) < 3 else f"{authors[0]} et al."
        names[key] = f"{who}, {entry.fields['year']}"
    Path(app.outdir, NAMES).write_text(json.dumps(names), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
