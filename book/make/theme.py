"""Keep of the theme what a book uses: of two thousand icons a few, of its parts of a page those that there are."""

import re

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


def keep_what_is_used(html):
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
