"""What this book adds to its markup, and what it mends in that of others."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform


def constant(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Show a number that nobody measured: a size by definition, a wavelength, the level of an interval.

    The check of prose lets a number pass inside this role; see CONTRIBUTING.md.
    """
    return [nodes.inline(rawtext, text, classes=["constant"])], []


def mend_others(app, doctree, docname):
    """Mend what extensions and MyST leave in a page that assistive technology or a narrow screen stumbles over."""
    # sphinx-exercise gives these ids to every exercise and solution alike, and begins links to them with a space.
    for section in doctree.findall(nodes.section):
        section["ids"] = [name for name in section["ids"] if name not in ("exercise-content", "solution-content")]
    for reference in doctree.findall(nodes.reference):
        if reference.children and reference[0].astext().startswith(" "):
            reference[0] = nodes.Text(reference[0].astext().lstrip())
            reference.parent.insert(reference.parent.index(reference), nodes.Text(" "))
    # It puts titles into brackets, in which a kind and a level stand in brackets again.
    for title in doctree.findall(nodes.title):
        if title.children and title[0].astext() == " (" and title[-1].astext() == ")":
            title[:] = [nodes.Text(" "), *title[1:-1]]
    # Markdown has no table without a head.
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def keep_punctuation(app, doctree, docname):
    """Let no line begin with a full stop or a comma because a formula stands before it."""
    for formula in list(doctree.findall(nodes.math)):
        after = formula.next_node(descend=False, siblings=True)
        found = re.match(r"[.,;:!?)\]\u2019\u201d]+", after) if isinstance(after, nodes.Text) else None
        if found:
            after.parent.replace(after, nodes.Text(after[found.end() :]))
            formula.replace_self(nodes.inline("", "", formula.deepcopy(), nodes.Text(found[0]), classes=["unbroken"]))


class FigureNumbers(SphinxPostTransform):
    """Resolve references to figures by the numbers that Sphinx keeps.

    By itself it reads the whole page of a figure anew for each of them, which takes half of all rendering.
    """

    default_priority = 5  # before Sphinx' own

    def run(self, **kwargs):
        standard = self.env.get_domain("std")
        for node in list(self.document.findall(addnodes.pending_xref)):
            page, name, _ = standard.labels.get(node["reftarget"], ("", "", ""))
            number = self.env.toc_fignumbers.get(page, {}).get("figure", {}).get(name)
            if node["reftype"] != "numref" or node["refexplicit"] or number is None:
                continue
            title = self.config.numfig_format["figure"]
            text = title % ".".join(map(str, number))
            kind = {"nodeclass": addnodes.number_reference, "title": title}
            build = standard.build_reference_node
            node.replace_self(build(self.env.docname, self.app.builder, page, name, text, "numref", **kind))


def setup(app):
    app.add_role("constant", constant)
    app.add_post_transform(FigureNumbers)
    app.connect("doctree-resolved", mend_others, priority=900)
    app.connect("doctree-resolved", keep_punctuation, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
