"""Give rendered pages a content policy, and mend what in the theme's templates would breach it.

Pages are changed as text, since parsing and writing them again would move white space inside code.
"""

import base64
import hashlib
import re
from html import escape

CHARSET = '<meta charset="utf-8" />'
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    # MathJax, the icons and pandas' tables write style elements and attributes, which differ from page to page.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
# What the theme's own templates write into every page.
MENDS = (
    # The policy forbids handlers in attributes; book.js listens for clicks on these buttons instead.
    (r'<button onclick="window\.print\(\)"', '<button type="button" data-action="print"'),
    (r'<button onclick="toggleFullScreen\(\)"', '<button type="button" data-action="fullscreen"'),
    # A notebook is there to be kept; a browser would show its text.
    (r'(<a href="[^"]*\.ipynb") target="_blank"', r"\1 download"),
    # The side bar holds the book's name and its search beside the list of chapters: one landmark for all.
    (r'<div id="pst-primary-sidebar"', '<div id="pst-primary-sidebar" role="navigation" aria-label="Book"'),
)
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def mend_theme(page):
    """Return a page with what the stock theme lacks."""
    for pattern, replacement in MENDS:
        page = re.sub(pattern, replacement, page)
    return page


def content_policy(page):
    """Return the content security policy of a page: its own host, and of inline scripts those it has now."""
    digests = {hashlib.sha256(script.encode()).digest() for script in INLINE_SCRIPT.findall(page)}
    hashes = sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = {**POLICY, "script-src": " ".join([POLICY["script-src"], *hashes])}
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


def with_policy(page):
    """Return a page that carries its content security policy.

    Raises
    ------
    ValueError
        If there is no place for it: the page does not state its encoding as the theme does.
    """
    if page.count(CHARSET) != 1:
        raise ValueError(f"expected one {CHARSET} in the page, found {page.count(CHARSET)}")
    # The encoding has to stand in the first kilobyte, so the policy comes after it.
    meta = f'<meta http-equiv="Content-Security-Policy" content="{content_policy(page)}" />'
    return page.replace(CHARSET, f"{CHARSET}\n    {meta}")


def front_door(target, title):
    """Return an ``index.html`` that leads to the first page, also where forwarding is switched off."""
    return f"""<!DOCTYPE html>
<html lang="en">
  <head>
    {CHARSET}
    <meta http-equiv="refresh" content="0; url={target}" />
    <title>{escape(title)}</title>
    <link rel="icon" href="_static/favicon.svg" />
  </head>
  <body>
    <main><h1>{escape(title)}</h1><p><a href="{target}">Read the book</a></p></main>
  </body>
</html>
"""


def add_policies(html, *, root, title):
    """Give all pages of a rendered book their policy, and the book an index that leads to its first page.

    Parameters
    ----------
    html : Path
        The rendered book; its pages are changed in place.
    root : str
        The first page's path, without its ending.
    title : str
        The book's name.
    """
    (html / "index.html").write_text(front_door(f"{root}.html", title), encoding="utf-8")
    for path in html.rglob("*.html"):
        path.write_text(with_policy(mend_theme(path.read_text(encoding="utf-8"))), encoding="utf-8")
