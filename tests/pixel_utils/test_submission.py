"""The contest's files: written, read back and refused where they do not fit."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pixel_utils import degrade, submission

SIZE = 3
ROWS = 2 * SIZE * SIZE * 3
IDS = ["b.png", 'Cat, "big" (1).jpeg', "é_box1_2.jpg"]
RNG = np.random.default_rng(0)
BOXES = degrade.draw_boxes(3, shape=(8, 9), size=SIZE, rng=RNG)
PICTURES = RNG.integers(0, 256, (3, 8, 9, 3), np.uint8)

# Each example writes over the file of the last one.
one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.csv"


@pytest.fixture
def written(path):
    submission.write(path, IDS, BOXES, PICTURES, size=SIZE)
    return path


@one_folder
@given(
    st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1), min_size=1, unique=True), st.data()
)
def test_a_mask_list_gives_ids_and_boxes_back(path, ids, draw):
    boxes = draw.draw(hnp.arrays(np.int64, (len(ids), 2, 2), elements=st.integers(0, 181)))
    submission.write_mask_list(path, ids, boxes)
    found_ids, found_boxes = submission.read_mask_list(path)
    assert found_ids == ids
    assert found_boxes.dtype == np.int64
    np.testing.assert_array_equal(found_boxes, boxes)


def test_a_mask_list_has_the_columns_of_the_contest(path):
    submission.write_mask_list(path, ["a.jpg", "NA"], [[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    assert path.read_text() == ",filename,y1,x1,y2,x2\n0,a.jpg,1,2,3,4\n1,NA,5,6,7,8\n"
    assert submission.read_mask_list(path)[0] == ["a.jpg", "NA"]


HEADER = "index,filename,y1,x1,y2,x2\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a line end after the last row, found a file that is cut short"),
        (HEADER + "0,a,1,2,3,4\n1,b,1,2,3,4", "expected a line end after the last row, found a file that is cut short"),
        (HEADER, "expected at least one picture, found none"),
        ("\n\n", "expected a table of"),
        ("index,filename,y1,x1,y2\n0,a,1,2,3\n", r"expected columns \['filename', 'y1', 'x1', 'y2', 'x2'\], found"),
        (HEADER + "0,a,1,2,3,4\n1,b,1,2,3,4,5\n", r"expected a table of .*line 3, saw 7\)"),
        (HEADER + "0,a,1,2,3,4\n1,b,1,2,182,4\n", r"line 3: .*75 x 75 .*0 to 181, found y2 = 182 for b"),
        (HEADER + "0,a,1,2,3,-1\n", "line 2: .*found x2 = -1 for a"),
        (HEADER + "0,a,1,,3,4\n", "line 2: .*found x1 =  for a"),
        (HEADER + "0,a,1,two,3,4\n", "line 2: .*found x1 = two for a"),
        (HEADER + "0,a,1,1.5,3,4\n", r"line 2: .*found x1 = 1\.5 for a"),
        (HEADER + "0,a,1,2,3,4\n\n", "line 3: .*found y1 = "),
        (HEADER + "0,a,1,2,3,4\n1,a,5,6,7,8\n", "line 3: expected each file once, found a again"),
    ],
)
def test_a_mask_list_that_does_not_fit_is_refused(path, text, message):
    path.write_text(text)
    with pytest.raises(ValueError, match=rf"out\.csv: {message}"):
        submission.read_mask_list(path)


def test_a_mask_list_may_be_for_other_pictures_and_boxes(path):
    submission.write_mask_list(path, ["a"], [[[5, 6], [0, 0]]])
    assert submission.read_mask_list(path, shape=(8, 9), size=3)[0] == ["a"]
    with pytest.raises(ValueError, match=r"3 x 3 pixels inside 9 x 8, .* found x1 = 6 for a"):
        submission.read_mask_list(path, shape=(9, 8), size=3)


def test_missing_and_foreign_files_are_refused(path):
    for read in (submission.read_mask_list, lambda path: list(submission.read(path, IDS, BOXES, size=SIZE))):
        with pytest.raises(FileNotFoundError, match=r"out\.csv: expected a table of \[.*found no such file"):
            read(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\n")
    for read in (submission.read_mask_list, lambda path: list(submission.read(path, IDS, BOXES, size=SIZE))):
        with pytest.raises(ValueError, match=r"out\.csv: expected a table of \["):
            read(path)


@one_folder
@given(
    hnp.arrays(np.uint8, (2, 8, 9, 3)),
    hnp.arrays(np.int64, (2, 2, 2), elements=st.integers(0, 5)),
    st.sampled_from([np.uint8, np.float32, np.float64]),
)
def test_a_submission_gives_the_bytes_in_the_boxes_back(path, bytes_, boxes, dtype):
    images = bytes_ if dtype == np.uint8 else (bytes_ / 255).astype(dtype)
    submission.write(path, IDS[:2], boxes, images, size=SIZE)
    names, values = zip(*submission.read(path, IDS[:2], boxes, size=SIZE), strict=True)
    assert list(names) == IDS[:2]
    assert np.min(values) >= 0
    assert np.max(values) <= 1
    np.testing.assert_array_equal(np.rint(255 * np.stack(values)), degrade.cut_boxes(bytes_, boxes, size=SIZE))


def test_a_row_says_box_row_column_and_channel_of_the_picture(written):
    # pandas reads it without our help: quotes, header and all.
    table = pd.read_csv(written, index_col="filename_box_pixel")["value"]
    assert len(table) == 3 * ROWS
    assert table.index.is_unique
    for picture, name, corners in zip(PICTURES, IDS, BOXES, strict=True):
        for box, (top, left) in enumerate(corners, 1):
            for channel, colour in enumerate(("blue", "green", "red")):
                expected = picture[top + 2, left + 1, ["red", "green", "blue"].index(colour)] / 255
                assert table[f"{name}_box{box}_{top + 2}_{left + 1}_{channel}"] == round(expected, 6)


def test_the_order_of_rows(path):
    submission.write(path, ["a"], [[[0, 1], [1, 0]]], np.zeros((1, 3, 3, 3)), size=2)
    places = [line.split(",")[0].split("_")[1:] for line in path.read_text().splitlines()[1:]]
    assert places == sorted(places)
    assert places[0] == ["box1", "0", "1", "0"]
    assert places[-1] == ["box2", "2", "1", "2"]


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (PICTURES[:2], "images: expected 3 pictures, found 2"),
        ([*PICTURES, PICTURES[0]], "images: expected 3 pictures, found more"),
        (PICTURES[..., 0], r"images: expected uint8 or float of shape \(H, W, 3\), found uint8 of \(8, 9\) for b\.png"),
        (PICTURES.astype(int), r"images: expected uint8 or float .* found int64 .* for b\.png"),
        (PICTURES / 128, r"images: expected values in \[0, 1\], found .* in a box of b\.png"),
        (np.full(PICTURES.shape, np.nan), r"images: expected values in \[0, 1\], found nan .* in a box of b\.png"),
        ([PICTURES[0], PICTURES[1, :2]], r'Cat, "big" \(1\)\.jpeg: boxes: expected top left corners'),
    ],
)
def test_pictures_that_do_not_fit_leave_nothing_behind(path, images, message):
    path.write_text("what was there")
    with pytest.raises(ValueError, match=message):
        submission.write(path, IDS, BOXES, iter(images), size=SIZE)
    assert [file.name for file in path.parent.iterdir()] == ["out.csv"]
    assert path.read_text() == "what was there"


@pytest.mark.parametrize(
    ("ids", "boxes", "message"),
    [
        (["a", "a"], BOXES[:2], "ids: expected each file once, found a again"),
        (["a"], BOXES, r"two corners for each .* found int64 of \(3, 2, 2\) for 1 ids"),
        (IDS, BOXES[:, :1], r"found int64 of \(3, 1, 2\) for 3 ids"),
        (IDS, BOXES / 2, r"found float64 of"),
        (IDS, BOXES - 100, "expected whole numbers from 0"),
        ([], BOXES[:0], "for 0 ids"),
    ],
)
def test_lists_that_do_not_fit_are_refused_by_all(path, ids, boxes, message):
    for act in (
        lambda: submission.write_mask_list(path, ids, boxes),
        lambda: submission.write(path, ids, boxes, PICTURES, size=SIZE),
        lambda: next(submission.read(path, ids, boxes, size=SIZE)),
        lambda: submission.score(path, ids, boxes, PICTURES, size=SIZE),
    ):
        with pytest.raises(ValueError, match=message):
            act()
    assert not path.exists()


def spoil(line, change):
    """Return a function that changes one line of the file, counted from 1."""
    return lambda lines: [*lines[: line - 1], *change(lines[line - 1]), *lines[line:]]


LAST = 3 * ROWS + 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoil(7, lambda line: []), r"line 7: expected b\.png_box1_\S+, found b\.png_box1_"),
        (spoil(ROWS + 1, lambda line: []), r"line 55: expected b\.png_box2_\S+, found Cat, "),
        (spoil(7, lambda line: [line, line]), r"line 8: expected b\.png_box1_"),
        (spoil(60, lambda line: [line.replace("box1", "box3")]), r"line 60: expected .*_box1_.*, found .*_box3_"),
        (lambda lines: [*lines[:8], lines[9], lines[8], *lines[10:]], r"line 9: expected b\.png"),
        (
            lambda lines: lines[: LAST - 1],
            rf"line {LAST}: expected é_box1_2\.jpg_box2_.* and 162 rows in all, found the end",
        ),
        (lambda lines: lines[: 2 * ROWS + 1], r"line 110: expected é_box1_2\.jpg_box1_.* found the end"),
        (lambda lines: [*lines, lines[-1]], r"line 164: expected the end after 162 rows, found é_box1_2\.jpg_box2_"),
        (lambda lines: [*lines, ""], r"line 164: expected the end after 162 rows, found"),
        (spoil(1, lambda line: ["file,value"]), r"expected columns \['filename_box_pixel', 'value'\], found \['file'"),
        (spoil(9, lambda line: [line[:-8] + "1.000001"]), r"line 9: expected a value in \[0, 1\], found 1\.000001"),
        (spoil(9, lambda line: [line[:-8] + "-0.1"]), r"line 9: expected a value in \[0, 1\], found -0\.1"),
        (spoil(9, lambda line: [line[:-8] + "nan"]), r"line 9: expected a value in \[0, 1\], found nan"),
        (spoil(9, lambda line: [line[:-8] + "inf"]), r"line 9: expected a value in \[0, 1\], found inf"),
        (spoil(9, lambda line: [line[:-8]]), r"line 9: expected a value in \[0, 1\], found $"),
        (spoil(9, lambda line: [line[:-8] + "black"]), r"line 9: expected a value in \[0, 1\], found black"),
    ],
)
def test_a_spoiled_submission_is_refused(written, change, message):
    lines = change(written.read_text(encoding="utf-8").splitlines())
    written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"out\.csv: {message}"):
        submission.score(written, IDS, BOXES, PICTURES, size=SIZE)


@pytest.mark.parametrize("lost", [1, 2, 20, 2000])
def test_a_truncated_submission_is_refused(written, lost):
    written.write_bytes(written.read_bytes()[:-lost])
    with pytest.raises(ValueError, match=r"out\.csv: expected a line end after the last row, found a file that is cut"):
        next(submission.read(written, IDS, BOXES, size=SIZE))


def test_another_writers_decimals_are_read(written):
    table = pd.read_csv(written)
    table["value"] = (table["value"] * 255).round() / 255
    table.to_csv(written, index=False)
    assert submission.score(written, IDS, BOXES, PICTURES, size=SIZE)["MAE"] < 1e-15


def test_score_is_over_all_rows(written):
    table = pd.read_csv(written)
    truth = 1 - PICTURES / 255
    assert submission.score(written, IDS, BOXES, iter(PICTURES), size=SIZE)["MSE"] < 1e-12
    score = submission.score(written, IDS, BOXES, iter(truth), size=SIZE)
    submission.write(written, IDS, BOXES, truth, size=SIZE)
    difference = table["value"] - pd.read_csv(written)["value"]
    assert score.keys() == {"MSE", "RMSE", "MAE"}
    assert score["MSE"] == pytest.approx((difference**2).mean(), abs=1e-6)
    assert score["RMSE"] == pytest.approx(score["MSE"] ** 0.5)
    assert score["MAE"] == pytest.approx(difference.abs().mean(), abs=1e-6)


def test_a_pixel_in_both_boxes_counts_twice(path):
    boxes, truth = np.array([[[0, 0], [0, 1]]]), np.zeros((1, 2, 3, 3))
    guess = truth.copy()
    guess[0, 0, 1] = 1
    submission.write(path, ["a"], boxes, guess, size=2)
    assert submission.score(path, ["a"], boxes, truth, size=2)["MSE"] == 2 / 8


@pytest.mark.parametrize("truth", [PICTURES[:2], np.concatenate([PICTURES, PICTURES[:1]])])
def test_true_pictures_must_be_as_many(written, truth):
    with pytest.raises(ValueError, match="truth: expected 3 pictures, found"):
        submission.score(written, IDS, BOXES, truth, size=SIZE)


def test_memory_does_not_grow_with_the_pictures(path):
    def peaks(n):
        ids, rng, found = [f"{i}.jpg" for i in range(n)], np.random.default_rng(0), []
        boxes = degrade.draw_boxes(n, shape=(100, 100), size=20, rng=rng)
        for act in (submission.write, submission.score):
            tracemalloc.start()
            act(path, ids, boxes, (rng.random((100, 100, 3)) for _ in ids), size=20)
            found.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        return np.array(found)

    assert (peaks(20) < 1.15 * peaks(4)).all()
