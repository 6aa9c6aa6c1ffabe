"""Old names lead to where things stand now."""

from book._ext.book_moved import moved_from

LABELS = {
    "fig-04-fit": ("notebooks/04_x_experiments", "fig-04-fit", "Three trainings"),
    "fig-04-own": ("notebooks/04_x", "fig-04-own", "Yours"),
    "fig-05-own": ("notebooks/05_y_exercises", "fig-05-own", "Yours"),
}


def test_labels_beside_a_chapter_and_listed_names_lead_away():
    listed = {"notebooks/04_x": {"tuning": "notebooks/04_x_experiments#grid-04"}}
    assert moved_from("notebooks/04_x", LABELS, listed) == {
        "fig-04-fit": ("notebooks/04_x_experiments", "fig-04-fit"),
        "tuning": ("notebooks/04_x_experiments", "grid-04"),
    }
    assert moved_from("notebooks/04_x_experiments", LABELS, listed) == {}
