"""Tables of the pages about the book, in Markdown: the one place that knows how they are written."""


def table(heads, rows, *, of_claims=False):
    """Return a table as lines of Markdown.

    Parameters
    ----------
    heads : sequence of str
    rows : iterable of sequences
        One cell for each head; anything that can be written.
    of_claims : bool
        Whether the page shows it as it shows claims, whose sentences need most of the width.
    """
    lines = [f"| {' | '.join(map(str, cells))} |" for cells in [heads, ["---"] * len(heads), *rows]]
    return ["```{table}", ":class: claims", "", *lines, "```"] if of_claims else lines
