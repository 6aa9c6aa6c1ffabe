"""The built pages as files: links, figures, texts, leftovers and the content policy."""

import base64
import hashlib
import json
import re
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from render import missing_pages

DEBRIS = {
    "absolute path": r"(?<![\w.-])/(?:root|work|home|tmp|Users)/|\bC:\\",
    "warning": r"\b[A-Z]\w*Warning: ",
    "log line": r"\b(?:INFO|WARNING|ERROR):(?:tensorflow|absl)|oneDNN custom operations",
    # A heavy line that starts at a corner is the frame of a table, such as that of model.summary().
    "progress bar": r"[█▏▎▍▌▋▊▉]|(?<![━┏┡┳╇])━|\bit/s\b|\d(?:ms|s)/step|\d+/\d+ \[[=>.]+",
    "terminal code": r"\x1b\[|\x08|\r",
    "address in memory": r"\bat 0x[0-9a-f]{6,}",
}


@pytest.fixture(scope="session")
def soups(html, pages):
    """Every page, parsed."""
    return {page: BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser") for page in pages}


def broken_links(html, soups):
    """Return the links, images, scripts and styles of pages that lead nowhere within the book."""
    anchors = {page: {tag.get("id") or tag.get("name") for tag in soup.find_all(True)} for page, soup in soups.items()}
    broken = []
    for page, soup in soups.items():
        for tag in soup.find_all(["a", "link", "script", "img", "form"]):
            address = tag.get("href") or tag.get("src") or tag.get("action") or "#"
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (html / page).parent / unquote(parts.path) if parts.path else html / page
            name = target.resolve()
            if not name.is_file():
                broken.append(f"{page}: no file {address}")
                continue
            known = anchors.get(name.relative_to(html.resolve()).as_posix())
            if parts.fragment and known is not None and unquote(parts.fragment) not in known:
                broken.append(f"{page}: no place {address}")
    return broken


def structure_faults(soup):
    """Return what a page lacks to be announced rightly: its language, a title and one main heading."""
    faults = [] if soup.html and soup.html.get("lang") else ["no language"]
    faults += [] if soup.title and soup.title.get_text(strip=True) else ["no title"]
    headings = soup.find_all("h1")
    return faults + ([] if len(headings) == 1 else [f"{len(headings)} main headings"])


def figure_faults(soup):
    """Return the images of a chapter that have no caption, name or description."""
    faults = []
    for image in soup.select("article img"):
        alt, source, figure = image.get("alt", "").strip(), image["src"], image.find_parent("figure")
        # Sphinx repeats the address where a description is missing.
        if not alt or alt.endswith((".png", ".jpg", ".svg")):
            faults.append(f"{source}: no description")
        if figure is None or figure.figcaption is None:
            faults.append(f"{source}: no caption")
        elif not re.fullmatch(r"fig-[\w-]+", figure.get("id", "")):
            faults.append(f"{source}: no name that starts with fig-")
        elif not figure.select_one(".caption-number"):
            faults.append(f"{source}: no number")
    return faults


def debris(text):
    """Return traces of the machine that made a page."""
    found = {kind: re.search(f".{{0,40}}(?:{pattern}).{{0,40}}", text) for kind, pattern in DEBRIS.items()}
    return [f"{kind}: {match[0]!r}" for kind, match in found.items() if match]


def notebook_debris(notebook):
    """Return traces of the machine that ran a notebook, in its sources and outputs."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    faults = ["output to stderr" for output in outputs if output.get("name") == "stderr"]
    for output in outputs:
        # A picture is no text.
        output["data"] = {kind: text for kind, text in output.get("data", {}).items() if "image/" not in kind}
    texts = (re.sub(r"data:image/\w+;base64,[\w+/=]+", "", text) for text in strings(notebook))
    return faults + [fault for text in texts for fault in debris(text)]


def strings(node):
    """Yield every text in nested lists and dictionaries."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from strings(child)


def policy_faults(soup):
    """Return where a page leaves the content policy: what it forbids, and what it should not allow."""
    meta = soup.find("meta", {"http-equiv": "Content-Security-Policy"})
    if meta is None:
        return ["no policy"]
    policy = dict(part.split(" ", 1) for part in meta["content"].split("; "))
    wanted = {"default-src": "'self'", "object-src": "'none'", "base-uri": "'self'", "connect-src": "'self'"}
    faults = [f"{name} is not {value}" for name, value in wanted.items() if policy.get(name) != value]
    scripts = policy.get("script-src", "").split()
    faults += [f"scripts from {source}" for source in scripts if not re.fullmatch(r"'(self|sha256-[\w+/=]+)'", source)]
    for tag in soup.find_all(True):
        if tag.name == "script" and not tag.get("src"):
            digest = base64.b64encode(hashlib.sha256(tag.decode_contents().encode()).digest()).decode()
            faults += [] if f"'sha256-{digest}'" in scripts else [f"unknown script {tag.get_text()[:60]!r}"]
        faults += [f"{name} on {tag.name}" for name in tag.attrs if name.startswith("on")]
        faults += [f"code in the address of {tag.name}"] if str(tag.get("href", "")).startswith("javascript:") else []
    return faults


def live_code(html):
    """Return files and pages that belong to thebe, which runs code in pages with the help of other hosts."""
    files = [path.name for path in html.rglob("*thebe*")]
    # The theme's style sheet, which the book as one file holds, has rules for it; a rule runs nothing.
    style = re.compile("<style>.*?</style>", re.DOTALL)
    texts = {path.name: style.sub("", path.read_text(encoding="utf-8")) for path in html.rglob("*.html")}
    return files + [name for name, text in texts.items() if re.search("thebe|Thebe|THEBE", text)]


def test_every_page_of_the_table_of_contents_is_there(toc, html):
    assert missing_pages(toc, html) == []


def test_a_missing_page_is_noticed(toc, tmp_path):
    assert "notebooks/04_denoising.html" in missing_pages(toc, tmp_path)


def test_links_lead_somewhere(html, soups):
    assert broken_links(html, soups) == []


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        ("<a href='sub/b.html#here'>", None),
        ("<a href='http://elsewhere.invalid/x'>", None),
        ("<a href='#nowhere'>", "no place #nowhere"),
        ("<a href='sub/b.html#nowhere'>", "no place sub/b.html#nowhere"),
        ("<a href='c.html'>", "no file c.html"),
        ("<img src='c.png'>", "no file c.png"),
        ("<script src='c.js?v=1'>", "no file c.js?v=1"),
    ],
)
def test_a_broken_link_is_noticed(tmp_path, link, complaint):
    (tmp_path / "sub").mkdir()
    soups = {}
    for name, text in {"a.html": link, "sub/b.html": "<p id='here'>"}.items():
        (tmp_path / name).write_text(text)
        soups[name] = BeautifulSoup(text, "html.parser")
    assert broken_links(tmp_path, soups) == ([f"a.html: {complaint}"] if complaint else [])


def test_pages_have_a_language_a_title_and_one_main_heading(soups):
    assert {page: faults for page, soup in soups.items() if (faults := structure_faults(soup))} == {}


@pytest.mark.parametrize(
    ("page", "faults"),
    [
        ("<html lang='en'><title>t</title><h1>a</h1></html>", []),
        ("<html><title>t</title><h1>a</h1></html>", ["no language"]),
        ("<html lang='en'><h1>a</h1></html>", ["no title"]),
        ("<html lang='en'><title>t</title><h1>a</h1><h1>b</h1></html>", ["2 main headings"]),
    ],
)
def test_a_page_without_structure_is_noticed(page, faults):
    assert structure_faults(BeautifulSoup(page, "html.parser")) == faults


def test_figures_have_caption_name_and_description(soups, chapters):
    assert chapters
    assert {page: faults for page in chapters if (faults := figure_faults(soups[page]))} == {}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", None),
        ("alt='Two'", "alt=' '", "no description"),
        ("alt='Two'", "alt='../_images/x.png'", "no description"),
        ("<figcaption><span class='caption-number'>Fig. 1</span></figcaption>", "", "no caption"),
        ("fig-two", "id12", "no name that starts with fig-"),
        ("Fig. 1</span>", "", "no number"),
        ("figure", "div", "no caption"),
    ],
)
def test_a_bare_figure_is_noticed(old, new, fault):
    whole = (
        "<article><figure id='fig-two'><img src='x.png' alt='Two'/>"
        "<figcaption><span class='caption-number'>Fig. 1</span></figcaption></figure></article>"
    )
    page = whole.replace(old, new)
    if fault == "no number":
        page = whole.replace("<span class='caption-number'>Fig. 1</span>", "")
    assert figure_faults(BeautifulSoup(page, "html.parser")) == ([f"x.png: {fault}"] if fault else [])


def test_pages_carry_no_debris(html, pages):
    found = {page: debris((html / page).read_text(encoding="utf-8")) for page in pages}
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_notebooks_to_download_carry_no_debris(html, chapters):
    for chapter in chapters:
        source = html / "_sources" / chapter.replace(".html", ".ipynb")
        assert notebook_debris(json.loads(source.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("absolute path", "saved to /home/me/model.keras"),
        ("absolute path", 'File "/tmp/x.py"'),
        ("absolute path", r"C:\Users\me"),
        ("warning", "UserWarning: old"),
        ("log line", "WARNING:tensorflow:5 out of the last 5 calls"),
        ("progress bar", "63/63 ━━━━━━━━━━ 0s 2ms/step"),
        ("progress bar", "12/63 ━━━━━"),
        ("progress bar", "Working ━━━━━╸    50%"),
        ("progress bar", "Working ━━━━━━━━━━ 100%"),
        ("progress bar", "100%|█████| 5/5 [00:01, 4.1it/s]"),
        ("progress bar", "10/10 [=====>....]"),
        ("terminal code", "\x1b[1mModel\x1b[0m"),
        ("address in memory", "<Axes object at 0x7f3a12345678>"),
    ],
)
def test_debris_is_noticed(kind, text):
    assert any(fault.startswith(f"{kind}: ") for fault in debris(f"before {text} after"))
    notebook = {"cells": [{"source": [], "outputs": [{"name": "stdout", "text": [f"before {text} after"]}]}]}
    assert any(fault.startswith(f"{kind}: ") for fault in notebook_debris(notebook))


def test_addresses_and_code_are_no_debris():
    assert debris('<a href="https://example.invalid/home/"> warnings.warn(x) ../data/digits.npz 3/4 pixels') == []


def test_output_to_stderr_is_noticed():
    notebook = {"cells": [{"source": ["x"], "outputs": [{"name": "stderr", "text": ["epoch 1"]}]}]}
    assert notebook_debris(notebook) == ["output to stderr"]


def test_pages_keep_to_the_content_policy(soups):
    assert {page: faults for page, soup in soups.items() if (faults := policy_faults(soup))} == {}


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("http-equiv", "name", "no policy"),
        ("default-src 'self'", "default-src *", "default-src is not 'self'"),
        ("'self' 'sha256", "'self' 'unsafe-inline' 'sha256", "scripts from 'unsafe-inline'"),
        ("let x = 1", "let x = 2", "unknown script 'let x = 2'"),
        ("<p>", "<p onclick='x()'>", "onclick on p"),
        ("<p>", "<p><a href='javascript:x()'>", "code in the address of a"),
    ],
)
def test_a_breach_of_the_content_policy_is_noticed(soups, old, new, fault):
    digest = base64.b64encode(hashlib.sha256(b"let x = 1").digest()).decode()
    page = (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'; '
        f"script-src 'self' 'sha256-{digest}'; object-src 'none'; base-uri 'self'; connect-src 'self'\">"
        "<script>let x = 1</script><p>"
    )
    assert policy_faults(BeautifulSoup(page, "html.parser")) == []
    assert policy_faults(BeautifulSoup(page.replace(old, new), "html.parser")) == [fault]


def test_no_live_code_is_left(html):
    assert live_code(html) == []


def test_live_code_is_noticed(tmp_path):
    (tmp_path / "sphinx-thebe.js").write_text("")
    (tmp_path / "page.html").write_text('<script type="text/x-thebe-config">{}</script>')
    assert live_code(tmp_path) == ["sphinx-thebe.js", "page.html"]
