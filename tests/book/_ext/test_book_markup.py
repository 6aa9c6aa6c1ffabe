"""What pages lack when MyST and extensions have made them."""

EXERCISE = """
````{exercise} How far off
:label: ex-far

Compute it.
````

````{solution} ex-far
:class: dropdown

Done.
````
"""


def test_no_line_begins_with_punctuation_because_of_a_formula(rendered):
    page = rendered("A formula ($x$). Then $y$ and $z$, the last.")
    assert [tag.get_text() for tag in page.find_all(class_="unbroken")] == [r"\(x\)).", r"\(z\),"]
    assert page.p.get_text() == r"A formula (\(x\)). Then \(y\) and \(z\), the last."


def test_ids_of_exercises_are_given_once_and_links_to_them_begin_with_a_word(rendered):
    page = rendered(EXERCISE)
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len({*ids})
    assert page.find(class_="exercise").find(class_="admonition-title").get_text().split() == [
        "Exercise",
        "1",
        "How",
        "far",
        "off",
    ]
    title = page.find(class_="solution").find(class_="admonition-title")
    assert title.get_text() == "Solution to Exercise 1 (How far off)"
    assert title.a.get_text().startswith("Exercise")


def test_a_table_without_names_of_columns_has_no_head(rendered):
    page = rendered("| | |\n| --- | --- |\n| a | b |\n\n| one | two |\n| --- | --- |\n| a | b |")
    bare, named = page.find_all("table")
    assert not bare.thead
    assert bare.get_text(" ", strip=True) == "a b"
    assert named.thead.get_text(" ", strip=True) == "one two"
