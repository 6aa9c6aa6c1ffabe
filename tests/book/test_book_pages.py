"""Links to services that run notebooks."""

import pytest

from book._ext.book_pages import launch_links


def test_a_named_repository_is_where_the_services_look():
    links = launch_links("https://github.com/someone/book.git", "main", "notebooks/04_denoising")
    assert links["Colab"].endswith("/github/someone/book/blob/hosted/04_denoising.ipynb")
    assert links["Binder"].endswith("/gh/someone/book/main?urlpath=lab/tree/notebooks/04_denoising.ipynb")


@pytest.mark.parametrize("repository", ["book", "http://elsewhere.invalid/a/b", "https://github.com/only-a-name"])
def test_a_repository_that_the_services_cannot_open_is_refused(repository):
    with pytest.raises(ValueError, match=r"repository\.url: expected https://github\.com/OWNER/NAME, found"):
        launch_links(repository, "main", "notebooks/04_denoising")
