"""Let old links find what moved to another page: each old name is a hidden link there, which book.js follows."""

from pathlib import Path

import yaml


def moved_from(page, labels, listed):
    """Return where each name leads that a page had.

    Parameters
    ----------
    page : str
    labels : dict
        Of each label the page where it stands, and its place there, as Sphinx' standard domain keeps them.
    listed : dict of dict of str
        The content of ``book/moved.yml``.

    Returns
    -------
    dict of tuple of str
        For each name a page and a place on it.
    """
    beside = {name: (where, place) for name, (where, place, *_) in labels.items() if where.startswith(f"{page}_")}
    return beside | {name: tuple(to.split("#")) for name, to in listed.get(page, {}).items()}


def leave_links(app, pagename, templatename, context, doctree):
    """Add to a page a hidden link under each name that moved away; where its new page is not in this book, none."""
    standard, path = app.env.get_domain("std"), Path(app.srcdir, "book/moved.yml")
    listed = yaml.safe_load(path.read_text(encoding="utf-8"))
    moved = moved_from(pagename, {**standard.anonlabels, **standard.labels}, listed)
    links = [
        f'<a class="moved" hidden id="{name}" href="{context["pathto"](page).rstrip("#")}#{place}"></a>'
        for name, (page, place) in moved.items()
        if page in app.env.found_docs
    ]
    context["body"] = context.get("body", "") + "".join(links)


def setup(app):
    app.connect("html-page-context", leave_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
