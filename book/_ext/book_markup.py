"""What this book adds to its markup, and what it mends in that of others."""

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform


def constant(name, rawtext, text, lineno, inliner, options=None, content=None):
    """Show a number that nobody measured: a size by definition, a wavelength, the level of an interval.

    The check of prose lets a number pass inside this role; see CONTRIBUTING.md.
    """
    return [nodes.inline(rawtext, text, classes=["constant"])], []


def remove_repeated_ids(app, doctree, docname):
    """Drop the ids that sphinx-exercise gives to every exercise and solution alike: a page may hold each id once."""
    for section in doctree.findall(nodes.section):
        section["ids"] = [name for name in section["ids"] if name not in ("exercise-content", "solution-content")]


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
    app.connect("doctree-resolved", remove_repeated_ids)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
