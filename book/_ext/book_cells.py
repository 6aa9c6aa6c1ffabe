"""Say of each figure and table, behind a small sign, what made it, and give its table one header row."""

import re
from html import escape

from docutils import nodes

# A page keeps of a cell only its tags, so its id comes as one of them.
CELL_TAG = "cell-id-"
# Of a table that a cell made; what else is HTML, a model's summary say, stays as it is.
PANDAS = re.compile(r"<table[^>]*\bdataframe\b")
TWO_HEADER_ROWS = re.compile(r"<thead>\s*<tr[^>]*>((?:(?!</thead>).)*?)</tr>\s*<tr>(.*?)</tr>\s*</thead>", re.DOTALL)


def commit_text(commit, repository):
    """Return a commit as a page shows it: short, and as a link only if there is a repository that it leads to."""
    if commit is None:
        return ""
    number, _, state = commit.partition("-")
    text = f"<code>{escape(number[:7])}</code>" + (" with changes" if state else "")
    link = f'<a href="{escape(repository.rstrip("/"))}/commit/{escape(number)}">{text}</a>' if repository else text
    return f", commit {link}"


def one_header_row(match):
    """Merge the two header rows that pandas writes: columns' names over an empty cell, then the index's name."""
    above, below = (re.findall(r"<th[^>]*>(.*?)</th>", row) for row in match.groups())
    if len(above) != len(below) or any(a and b for a, b in zip(above, below, strict=True)):
        return match[0]
    cells = "".join(f"<th>{a or b}</th>" for a, b in zip(above, below, strict=True))
    return f"<thead><tr>{cells}</tr></thead>"


def name_cells(app, doctree, docname):
    """Give each cell of a notebook an anchor, and each figure and table that it made a link to it."""
    made_at = commit_text(app.config.commits.get(docname), app.config.html_theme_options.get("repository_url", ""))
    for cell in doctree.findall(nodes.container):
        names = [name for name in cell["classes"] if name.startswith(f"tag_{CELL_TAG}")]
        if not names:
            continue
        anchor = names[0].replace(f"tag_{CELL_TAG}", "cell-", 1)
        cell["classes"].remove(names[0])
        cell["ids"].append(anchor)
        origin = (
            '<details class="origin"><summary title="What made this">i</summary>'
            f'<p>Made by <a href="#{anchor}">this cell</a>{made_at}</p></details>'
        )
        for figure in cell.findall(nodes.figure):
            figure.append(nodes.raw("", origin, format="html"))
        for table in list(cell.findall(nodes.raw)):
            text = table.astext()
            if PANDAS.search(text):
                text = TWO_HEADER_ROWS.sub(one_header_row, text).replace("</table>", f"</table>{origin}")
                # The corner of a table heads nothing.
                text = re.sub(r"<th>\s*</th>", "<td></td>", text)
                table.replace_self(nodes.raw("", text, format=table["format"]))


def setup(app):
    app.add_config_value("commits", {}, "env")
    app.connect("doctree-resolved", name_cells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
