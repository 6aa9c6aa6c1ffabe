"""What this book changes in the pages that Sphinx and its theme make."""

from docutils import nodes

# Of MathJax its parts: its bundles hold a menu and more, which weigh as much again.
MATHJAX = {"loader": {"load": ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]}}


def leave_thebe_out(app, pagename, templatename, context, doctree):
    """Keep the theme's live-code scripts out of a page: they would load code from another host."""
    for kind in ("script_files", "css_files"):
        kept = [file for file in context.get(kind, []) if "thebe" not in f"{file.filename}{file.attributes}"]
        context[kind] = kept


def remove_thebe_settings(app, doctree, docname):
    """Drop the settings that sphinx-thebe, which Jupyter Book always loads, adds to each page."""
    for node in list(doctree.findall(nodes.raw)):
        if "x-thebe-config" in node.astext() or "kernelName" in node.astext():
            node.parent.remove(node)


def setup(app):
    # The extension that brings MathJax sets the path in its own set-up, before this one.
    app.config.mathjax_path = "mathjax/startup.js"
    app.config.mathjax3_config = MATHJAX
    app.add_css_file("book.css")
    app.add_js_file("book.js")
    app.connect("html-page-context", leave_thebe_out, priority=900)
    app.connect("doctree-resolved", remove_thebe_settings, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
