"""What this book changes in the pages that Sphinx and its theme make."""

import re

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.token import Token
from sphinx.highlighting import PygmentsBridge
from sphinx.writers.html5 import HTML5Translator

# Of MathJax its parts: its bundles hold a menu and more, which weigh as much again.
MATHJAX = {"loader": {"load": ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]}}


class LightFormatter(HtmlFormatter):
    """Give names, punctuation and space no tag: they look like the code around them, and are half of a page."""

    def format_unencoded(self, tokensource, outfile):
        plain = (Token.Name, Token.Punctuation, Token.Text.Whitespace)
        super().format_unencoded(((Token.Text if kind in plain else kind, text) for kind, text in tokensource), outfile)


def visit_citation(translator, node):
    """Call an entry what a list must have, an item: the role that docutils gives it is deprecated."""
    HTML5Translator.visit_citation(translator, node)
    translator.body[-1] = translator.body[-1].replace('role="doc-biblioentry"', 'role="listitem"')


def leave_files_out(app, pagename, templatename, context, doctree):
    """Leave out live code's scripts, which load others from elsewhere, and what only pages with cards or hits need."""
    has_cards = re.search(r'class="[^"]*\bsd-', context.get("body", ""))
    unwanted = ["thebe", *([] if has_cards else ["design"]), *([] if pagename == "search" else ["/search.js"])]
    for kind in ("script_files", "css_files"):
        context[kind] = [
            file
            for file in context.get(kind, [])
            if not any(name in f"{file.filename}{file.attributes}" for name in unwanted)
        ]


def name_toggles(app, pagename, templatename, context, doctree):
    """Name the buttons of the sidebar that show what stands below a chapter: the theme gives them an icon alone."""
    make = context.get("generate_toctree_html")

    def named(*arguments, **options):
        return str(make(*arguments, **options)).replace("<summary>", '<summary aria-label="Pages of this chapter">')

    if make:
        context["generate_toctree_html"] = named


def launch_links(repository, branch, page):
    """Return for each service that runs notebooks its address for a page, with the services' own paths.

    Colab opens the copy that fetches module and data, which the publication puts on the branch ``hosted``; Binder makes
    the environment from the repository.

    Raises
    ------
    ValueError
        If the repository is not one that both services can open.
    """
    match = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", repository)
    if match is None:
        raise ValueError(f"repository.url: expected https://github.com/OWNER/NAME, found {repository!r}")
    name, notebook = match[1], page.rsplit("/", 1)[-1]
    return {
        "Colab": f"https://colab.research.google.com/github/{name}/blob/hosted/{notebook}.ipynb",
        "Binder": f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{page}.ipynb",
    }


def add_ways_out(app, pagename, templatename, context, doctree):
    """Offer in a page's header its notebook as it was run and as it is to be run, and the book as one file."""
    groups = [group for group in context.get("header_buttons", []) if group.get("label") == "download-buttons"]
    if not groups:
        return
    buttons, to = groups[0]["buttons"], context["pathto"]

    def link(text, address, label, tooltip):
        return {"type": "link", "url": address, "text": text, "icon": "fas fa-file", "label": label, "tooltip": tooltip}

    if pagename.startswith("notebooks/"):
        for button in buttons:
            if button["label"] == "download-source-button":
                button.update(text="Notebook with results", tooltip="This page's notebook as it was run")
        clean = to(f"downloads/{pagename.removeprefix('notebooks/')}.ipynb", 1)
        buttons.insert(1, link("Notebook to run", clean, "download-clean-button", "The same without outputs"))
        if pagename.endswith("_exercises"):
            solved = clean.replace(".ipynb", "_solved.ipynb")
            buttons.insert(2, link("Solutions", solved, "download-solved-button", "To run, with all solutions"))
        repository = app.config.html_theme_options.get("repository_url")
        if repository:
            links = launch_links(repository, app.config.html_theme_options["repository_branch"], pagename)
            for service, address in links.items():
                label = f"launch-{service.lower()}-button"
                buttons.append(link(f"Run on {service}", address, label, f"Opens {service}"))
    whole = to("downloads/predicting-pixels.html", 1)
    buttons.append(
        link("The book as one file", whole, "download-book-button", "All pages in one file, to keep or print")
    )


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
    for script in ("book.js", "tables.js", "slider.js", "search.js"):
        app.add_js_file(script, defer="defer")
    PygmentsBridge.html_formatter = LightFormatter
    app.add_node(nodes.citation, override=True, html=(visit_citation, HTML5Translator.depart_citation))
    app.connect("html-page-context", leave_files_out, priority=900)
    app.connect("html-page-context", name_toggles, priority=900)
    app.connect("html-page-context", add_ways_out, priority=900)
    app.connect("doctree-resolved", remove_thebe_settings, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
