"""The built pages as files: links, figures, texts, leftovers and the content policy."""

import base64
import hashlib
import json
import re
from collections import Counter
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

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
    found = {kind: re.search(pattern, text) for kind, pattern in DEBRIS.items()}
    return [f"{kind}: {text[max(m.start() - 40, 0) : m.end() + 40]!r}" for kind, m in found.items() if m]


def notebook_debris(notebook):
    """Return traces of the machine that ran a notebook, in its sources and outputs."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    faults = ["output to stderr" for output in outputs if output.get("name") == "stderr"]
    parts = [part for output in outputs for kind, part in output.get("data", {}).items() if "image/" not in kind]
    parts += [output.get("text", "") for output in outputs] + [cell["source"] for cell in notebook["cells"]]
    text = "\n".join(map("".join, parts))
    return faults + debris(re.sub(r"data:image/\w+;base64,[\w+/=]+", "", text))


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


def test_links_lead_somewhere(html, soups):
    assert broken_links(html, soups) == []


def test_pages_have_one_main_heading_and_no_id_twice(soups):
    for page, soup in soups.items():
        assert len(soup.find_all("h1")) == 1, page
        ids = Counter(tag["id"] for tag in soup.find_all(id=True))
        assert [name for name, count in ids.items() if count > 1] == [], page


def test_figures_have_caption_name_and_description(soups, chapters):
    assert chapters
    assert {page: faults for page in chapters if (faults := figure_faults(soups[page]))} == {}


def test_numbered_references_name_the_number_of_their_figure(html, soups):
    numbers = {
        (page, figure["id"]): figure.select_one(".caption-number").get_text(strip=True)
        for page, soup in soups.items()
        for figure in soup.select("figure[id]:has(.caption-number)")
    }
    seen = 0
    for page, soup in soups.items():
        for link in soup.select("a.reference:has(.std-numref)"):
            address, _, name = link["href"].partition("#")
            target = ((html / page).parent / address).resolve() if address else (html / page).resolve()
            assert link.get_text(strip=True) == numbers[target.relative_to(html.resolve()).as_posix(), name], page
            seen += 1
    assert seen


def test_pages_carry_no_debris(html, pages):
    found = {page: debris((html / page).read_text(encoding="utf-8")) for page in pages}
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_notebooks_to_download_carry_no_debris(html, chapters):
    for chapter in chapters:
        source = html / "_sources" / chapter.replace(".html", ".ipynb")
        assert notebook_debris(json.loads(source.read_text(encoding="utf-8"))) == []


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
def test_a_breach_of_the_content_policy_is_noticed(old, new, fault):
    digest = base64.b64encode(hashlib.sha256(b"let x = 1").digest()).decode()
    page = (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'; '
        f"script-src 'self' 'sha256-{digest}'; object-src 'none'; base-uri 'self'; connect-src 'self'\">"
        "<script>let x = 1</script><p>"
    )
    assert policy_faults(BeautifulSoup(page, "html.parser")) == []
    assert policy_faults(BeautifulSoup(page.replace(old, new), "html.parser")) == [fault]
