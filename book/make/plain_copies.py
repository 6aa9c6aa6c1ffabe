"""Notebooks to take away: their text reads well in JupyterLab, VS Code and Colab without any extension.

Formulas stay formulas between dollars, numbers are filled in, boxes become quotations, exercises get headings.
"""

import base64
import copy
import re

FENCED = re.compile(
    r"^(?P<fence>`{3,})\{(?P<name>[\w-]+)\} *(?P<title>.*)\n"
    r"(?P<options>(?::[\w-]+:.*\n)*)\n?(?P<body>(?:.*\n)*?)(?P=fence)$",
    re.MULTILINE,
)
ROLE = re.compile(r"\{(?P<name>[\w:]+)\}`(?P<text>[^`]*)`")
LABELLED = re.compile(r"^\$\$\n(?P<formula>[^$]*)\n\$\$ \((?P<label>[\w-]+)\)$", re.MULTILINE)
TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
SPAN = re.compile(r"\[([^\[\]]*)\]\{#[\w-]+\}")
# To a name of the book and not to a file or an address.
LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\(#?(?P<target>[\w-]+)\)")


def glued_values(executed):
    """Return the text of each value that an executed notebook lets prose quote, by its name."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    scraps = [(output.get("metadata", {}).get("scrapbook"), output.get("data", {})) for output in outputs]
    return {scrap["name"]: data[f"{scrap['mime_prefix']}text/plain"] for scrap, data in scraps if scrap}


def plain(text, values, names, folder):
    """Return MyST Markdown as what every program that opens notebooks can show.

    Parameters
    ----------
    text : str
    values : dict of str
        Glued values by name; see :func:`glued_values`.
    names : dict of str
        What the pages call each label: "Fig. 4.1", "(4.2)", the title of a section, an author and a year.
    folder : Path
        Where a notebook lies, from which directives name files.

    Raises
    ------
    KeyError
        If a role or a directive is none of those that the book uses, or names what nothing is called.
    """

    def directive(match):
        body = plain(match["body"], values, names, folder).strip()
        options = dict(re.findall(r"^:([\w-]+): *(.*)$", match["options"], re.MULTILINE))
        match match["name"]:
            case "admonition":
                return "\n".join(f"> {line}".rstrip() for line in [f"**{match['title']}**", "", *body.splitlines()])
            case "include":
                included = (folder / match["title"]).read_text(encoding="utf-8")
                return plain(included, values, names, folder).strip()
            case "figure":
                picture = base64.b64encode((folder / match["title"]).read_bytes()).decode()
                label = names[options["name"]]
                return f"![{options['alt']}](data:image/png;base64,{picture})\n\n*{label}: {body}*"
            case "table":
                return f"**{match['title']}**\n\n{body}" if match["title"] else body
            case "exercise-start":
                return f"### {names[options['label']]}: {match['title']}"
            case "solution-start":
                return "#### Solution"
            case "exercise-end" | "solution-end":
                return ""
        raise KeyError(f"plain copies: no form for the directive {match['name']!r}")

    def role(match):
        name, content = match["name"], match["text"]
        title, _, target = content.rpartition("<")
        match name:
            case "glue:text":
                key, _, spec = content.partition(":")
                return format(float(values[key]), spec) if spec else values[key]
            case "constant" | "term":
                return content
            case "download":
                return f"`{title.strip()}`"
            case "cite":
                return f"[{'; '.join(names[each] for each in content.split(','))}]"
            case "eq" | "numref":
                return names[content]
            case "ref":
                return title.strip() if target.endswith(">") and title else names[content]
        raise KeyError(f"plain copies: no form for the role {name!r}")

    text = FENCED.sub(directive, text + "\n")
    text = LABELLED.sub(lambda match: f"$$\n{match['formula']}\n\\tag{{{names[match['label']][1:-1]}}}\n$$", text)
    text = SPAN.sub(r"\1", TARGET.sub("", text))
    text = LINK.sub(lambda match: match["text"] or names[match["target"]], text)
    return re.sub(r"\n{3,}", "\n\n", ROLE.sub(role, text)).strip()


def with_plain_text(notebook, readable):
    """Return a notebook whose text a function made readable; cells of text that held nothing but marks are gone."""
    taken = copy.deepcopy(notebook)
    for cell in taken.cells:
        if cell.cell_type == "markdown":
            cell.source = readable(cell.source)
    taken.cells = [cell for cell in taken.cells if cell.source]
    return taken


def student_copy(notebook):
    """Return a notebook of exercises without its solutions, and without what they measured.

    Run from top to bottom it stops at the first exercise that has no answer yet, and overwrites none.
    """
    student = copy.deepcopy(notebook)
    student.cells = [cell for cell in student.cells if not {"solution", "answer"} & {*cell.metadata.get("tags", [])}]
    for cell in student.cells:
        if cell.cell_type == "markdown":
            cell.source = FENCED.sub(lambda match: "" if match["name"] == "solution-start" else match[0], cell.source)
    return student
