"""What this book adds to its markup, and what it mends in that of others."""

from docutils import nodes


def constant(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Show a number that nobody measured: a size by definition, a wavelength, the level of an interval.

    The check of prose lets a number pass inside this role; see CONTRIBUTING.md.
    """
    return [nodes.inline(rawtext, text, classes=["constant"])], []


def remove_repeated_ids(app, doctree, docname):
    """Drop the ids that sphinx-exercise gives to every exercise and solution alike: a page may hold each id once."""
    for section in doctree.findall(nodes.section):
        section["ids"] = [name for name in section["ids"] if name not in ("exercise-content", "solution-content")]


def setup(app):
    app.add_role("constant", constant)
    app.connect("doctree-resolved", remove_repeated_ids)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
