"""Keep of the theme and of MathJax what a book uses: of two thousand icons a few, and no live code."""

import logging
import re
import shutil

from fontTools import subset

# After a name: width, height, other names and code points, code point, drawing.
DRAWING = re.compile(
    r'"?(?P<name>[a-z0-9-]+)"?:\[\d+,\d+,\[(?P<others>[^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?'
)
RULE = re.compile(r'(?:\.fa-[a-z0-9-]+:before,?)+\{content:"[^"]*"\}')
NAME = re.compile(r"\bfa-([a-z0-9-]+)")
# Parts that the theme has styles for; each class of a part starts with its name.
PARTS = (
    *("ablog", "accordion", "alert", "breadcrumb", "btn-outline", "card", "carousel", "form-check", "form-floating"),
    *(
        "form-select",
        "input-group",
        "list-group",
        "modal",
        "nav-tabs",
        "nboutput",
        "offcanvas",
        "offset",
        "output_area",
    ),
    *("pagination", "placeholder", "popover", "progress", "toast"),
)
STYLE = re.compile(r"(?P<selectors>[^{}@;]+)\{[^{}]*\}")
# Classes of kind and size, which name no icon.
NO_ICONS = {"solid", "regular", "brands", "lg"}
# Other input than TeX, other output than text, bundles of parts that are there one by one, the menu and speech:
# assistive technology reads the MathML that stands beside each formula.
UNUSED_MATHJAX = (
    "input/asciimath",
    "input/asciimath.js",
    "input/mml",
    "input/mml.js",
    "input/tex-full.js",
    "input/tex/extensions/all-packages.js",
    "output/svg",
    "output/svg.js",
    "sre",
    "ui",
    *(f"a11y/{part}.js" for part in ("complexity", "explorer", "semantic-enrich", "sre")),
)


def used_icons(texts):
    """Return the names of the icons that pages and scripts ask for."""
    return {name for text in texts for name in NAME.findall(text)} - NO_ICONS


def slim_script(script, used):
    """Return Font Awesome's script with the drawings of the icons that are used.

    Raises
    ------
    ValueError
        If the script is not written as expected, or an icon that is used is not in it.
    """
    kept = set()

    def keep(match):
        names = {match["name"], *re.findall(r'"([^"]+)"', match["others"])}
        if not names & used:
            return ""
        kept.update(names)
        return match[0]

    slim = DRAWING.sub(keep, script)
    if used - kept:
        raise ValueError(f"script of icons: expected drawings for {sorted(used)}, found none for {sorted(used - kept)}")
    return slim


def slim_styles(styles, used):
    """Return a style sheet without the rules for icons that are not used."""
    return RULE.sub(lambda match: match[0] if used & set(NAME.findall(match[0])) else "", styles)


def without_parts(styles, pages):
    """Return a style sheet without the rules for parts of a page that no page has.

    Parameters
    ----------
    styles : str
    pages : sequence of str
        HTML.
    """
    classes = {name for page in pages for text in re.findall(r'class="([^"]*)"', page) for name in text.split()}
    unused = [part for part in PARTS if not any(name.startswith(part) for name in classes)]
    if not unused:
        return styles
    names_one = re.compile(rf"\.(?:{'|'.join(unused)})(?![a-z])")

    def keep(match):
        dead = all(names_one.search(selector) for selector in match["selectors"].split(","))
        return "" if dead else match[0]

    return STYLE.sub(keep, styles)


def named_glyphs(styles):
    """Return the code points of the icons that style sheets show: some escaped, some written as they are."""
    escaped = {int(code, 16) for code in re.findall(r'"\\([0-9a-f]{4})"', styles)}
    return escaped | {ord(glyph) for glyph in re.findall("[\ue000-\uf8ff]", styles)}


def slim_font(font, styles):
    """Write beside a font (``.ttf``) its glyphs that style sheets name, as ``.woff``, and remove its other forms."""
    options = subset.Options(flavor="woff", notdef_outline=True)
    whole = subset.load_font(font, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=named_glyphs(styles))
    subsetter.subset(whole)
    subset.save_font(whole, font.with_suffix(".woff"), options)
    font.unlink()
    font.with_suffix(".woff2").unlink()


def remove_unused_mathjax(mathjax):
    """Keep of MathJax what a page can ask for: the parts that book_pages.py names and what these load on demand."""
    for bundle in mathjax.glob("*.js"):
        if bundle.name not in ("core.js", "loader.js", "startup.js"):
            bundle.unlink()
    for unused in UNUSED_MATHJAX:
        path = mathjax / unused
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def remove_dead_files(static):
    """Drop what no page asks for: live-code scripts, sources of translations, build leftovers."""
    shutil.rmtree(static / "locales", ignore_errors=True)
    for pattern in ("sphinx-thebe.*", "*webpack-macros.html", "**/*.map"):
        for path in static.glob(pattern):
            path.unlink()


def slim_theme(html):
    """Slim the theme of a rendered book down to the icons and parts that its pages use."""
    script = html / "_static/scripts/fontawesome.js"
    theme = html / "_static/styles/pydata-sphinx-theme.css"
    scripts = [path for path in html.rglob("*.js") if path != script]
    pages = [path.read_text(encoding="utf-8") for path in html.rglob("*.html")]
    used = used_icons([*pages, *(path.read_text(encoding="utf-8") for path in scripts)])
    script.write_text(slim_script(script.read_text(encoding="utf-8"), used), encoding="utf-8")
    styles = without_parts(slim_styles(theme.read_text(encoding="utf-8"), used), pages)
    # One form of each font is enough: all browsers read it.
    styles = re.sub(
        r'url\(([^)]*)\.woff2\) format\("woff2"\),url\([^)]*\.ttf\) format\("truetype"\)', r"url(\1.woff)", styles
    )
    theme.write_text(styles, encoding="utf-8")
    sheets = styles + "".join(path.read_text(encoding="utf-8") for path in html.rglob("*.css") if path != theme)
    for font in (html / "_static/vendor/fontawesome/webfonts").glob("*.ttf"):
        slim_font(font, sheets)


def slim(html):
    """Remove from a rendered book what none of its pages asks for."""
    # Sphinx makes other libraries talk.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    remove_unused_mathjax(html / "_static/mathjax")
    remove_dead_files(html / "_static")
    slim_theme(html)
