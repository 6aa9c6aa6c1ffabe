"""The contest's files: written, read back and refused where they do not fit."""

import tracemalloc
import unicodedata

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
one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out.csv"


@pytest.fixture
def written(path):
    submission.write(path, IDS, BOXES, PICTURES, size=SIZE)
    return path


# Spaces around a name are not its own, and two ways to write an accent are one.
NAMES = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1).map(str.strip).filter(bool)


@one_folder
@given(st.lists(NAMES, min_size=1, unique_by=lambda name: unicodedata.normalize("NFC", name)), st.data())
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


HEADER = "index,filename,y1,x1,y2,x2\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected columns .*, found an empty file"),
        (HEADER, "expected at least one picture, found none"),
        (HEADER + "0,a,1,2,3,4\n1,b,1,2", "line 3: expected 6 fields, as in the header, found 4"),
        (HEADER.replace(",", ";"), "expected columns .*; these seem separated by semicolons, save the table with"),
        (HEADER.replace(",", "\t"), r"expected columns .*; these seem separated by tabs"),
        ("sep=,\n" + HEADER, "expected columns .*, found a first line sep=, which only spreadsheets understand"),
        (HEADER + "0,a,1,2,3,4,\n", "line 2: expected 6 fields, .* found 7, the last empty: the row ends with a comma"),
        (HEADER + '0,"a,1,2,3,4\n', r"expected a table of .* \(unexpected end of data\)"),
        ("index,filename,y1,x1,y2\n0,a,1,2,3\n", r"expected columns \['filename', 'y1', 'x1', 'y2', 'x2'\], found"),
        (HEADER + "0,a,1,2,3,4\n1,b,1,2,182,4\n", r"line 3: .*75 x 75 .*0 to 181, found y2 = 182 for b"),
        (HEADER + "0,a,1,2,3,-1\n", "line 2: .*found x2 = -1 for a"),
        (HEADER + "0,a,1,two,3,4\n", "line 2: .*found x1 = two for a"),
        (HEADER + "0,a,1,1.5,3,4\n", r"line 2: .*found x1 = 1\.5 for a"),
        (HEADER + "0,a,1,2,3,4\n\n1,b,1,2,3,x\n", "line 4: .*found x2 = x for b"),
        (HEADER + "0,\u00e9,1,2,3,4\n1,e\u0301,1,2,3,4\n", "line 3: expected each file once, found e\u0301 again"),
        (HEADER[:-1] + ",y1\n0,a,1,2,3,4,9\n", r"expected each column once, found \['y1'\] again"),
        (b"filename,y1,x1,y2,x2\n\xe9,1,2,3,4\n", r"expected a table of .* in UTF-8 \('utf-8' codec can't decode"),
    ],
)
def test_a_mask_list_that_does_not_fit_is_refused(path, text, message):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=rf"out\.csv: {message}"):
        submission.read_mask_list(path)


PLAIN = "filename,y1,x1,y2,x2\na.jpg,1,2,3,4\n\u00e9.jpg,5,6,7,8\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        (PLAIN + "\n  \n,,,,\n").encode(),
        PLAIN.replace(",", ", ").replace(".jpg", ".jpg ").encode(),
        PLAIN.replace("a.jpg", '"a.jpg"').encode(),
        PLAIN.replace("\n", ",\n").encode(),
        b"x1,y1,x2,y2,filename\n2,1,4,3,a.jpg\n6,5,8,7,\xc3\xa9.jpg\n",
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_mask_list_may_be_written_in_several_ways(path, content):
    path.write_bytes(content)
    ids, boxes = submission.read_mask_list(path)
    assert ids == ["a.jpg", "\u00e9.jpg"]
    assert boxes.tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]


def test_a_table_that_may_be_cut_short_in_its_last_value_is_read_with_a_warning(path):
    path.write_text(PLAIN.rstrip())
    with pytest.warns(UserWarning, match=r"out\.csv: ends without a line end; .* its last value, 8, lacks digits"):
        assert len(submission.read_mask_list(path)[0]) == 2


def test_a_mask_list_may_be_for_other_pictures_and_boxes(path):
    submission.write_mask_list(path, ["a"], [[[5, 6], [0, 0]]])
    assert submission.read_mask_list(path, shape=(8, 9), size=3)[0] == ["a"]
    with pytest.raises(ValueError, match=r"3 x 3 pixels inside 9 x 8, .* found x1 = 6 for a"):
        submission.read_mask_list(path, shape=(9, 8), size=3)


def test_missing_tables_are_refused(path):
    for read in (submission.read_mask_list, lambda path: list(submission.read(path, IDS, BOXES, size=SIZE))):
        with pytest.raises(FileNotFoundError, match=r"out\.csv: expected a table of \[.*found no such file"):
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
    assert [name.split("_")[-4] for name in table.index[:: ROWS // 2]] == ["box1", "box2"] * 3
    for picture, name, corners in zip(PICTURES, IDS, BOXES, strict=True):
        for box, (top, left) in enumerate(corners, 1):
            for channel, colour in enumerate(("blue", "green", "red")):
                expected = picture[top + 2, left + 1, ["red", "green", "blue"].index(colour)] / 255
                assert table[f"{name}_box{box}_{top + 2}_{left + 1}_{channel}"] == round(expected, 6)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (PICTURES[:2], "images: expected 3 pictures, found 2"),
        ([*PICTURES, PICTURES[0]], "images: expected 3 pictures, found more"),
        (PICTURES[..., 0], r"images for b\.png: expected numbers of shape \(H, W, 3\), found uint8 of shape \(8, 9\)"),
        (PICTURES.astype(int), r"images for b\.png: expected uint8 or decimal numbers, found int64"),
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
        (["a"], BOXES, r"boxes: expected integers of shape \(1, 2, 2\), found int64 of shape \(3, 2, 2\)"),
        (IDS, BOXES / 2, r"found float64 of"),
        *((["b", name], BOXES[:2], "ids: expected names of files without spaces") for name in (" a", "a ", "", 7)),
        (IDS, BOXES - 100, "boxes: expected numbers from 0, found -"),
        ([], BOXES[:0], "ids: expected at least one picture, found none"),
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (spoil(7, lambda line: []), r"line 7: expected b\.png_box1_\S+, found b\.png_box1_"),
        (spoil(ROWS + 1, lambda line: []), r"line 55: expected b\.png_box2_\S+, found Cat, "),
        (spoil(60, lambda line: [line.replace("box1", "box3")]), r"line 60: expected .*_box1_.*, found .*_box3_"),
        (lambda lines: [*lines[:8], lines[9], lines[8], *lines[10:]], r"line 9: expected b\.png"),
        (lambda lines: lines[:-1], r"expected é_box1_2\.jpg_box2_.* and 162 rows in all, found the end"),
        (lambda lines: lines[: 2 * ROWS + 1], r"expected é_box1_2\.jpg_box1_.* found the end"),
        (lambda lines: [*lines, lines[-1]], r"line 164: expected the end after 162 rows, found é_box1_2\.jpg_box2_"),
        (spoil(1, lambda line: ["file,value"]), r"expected columns \['filename_box_pixel', 'value'\], found \['file'"),
        *(
            (spoil(9, lambda line, value=value: [line[:-8] + value]), rf"line 9: expected a value .*, found {value}$")
            for value in ("1.000001", "-0.1", "nan", "inf", "", "black")
        ),
    ],
)
def test_a_spoiled_submission_is_refused(written, change, message):
    lines = change(written.read_text(encoding="utf-8").splitlines())
    written.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"out\.csv: {message}"):
        submission.score(written, IDS, BOXES, PICTURES, size=SIZE)


@pytest.mark.parametrize("lost", [1, 2, 7])
def test_a_submission_that_may_lack_its_last_digits_is_read_with_a_warning(written, lost):
    written.write_bytes(written.read_bytes()[:-lost])
    with pytest.warns(UserWarning, match=r"out\.csv: ends without .* its last value, 0\.?\d*, lacks digits"):
        assert len(list(submission.read(written, IDS, BOXES, size=SIZE))) == 3


def test_names_with_accents_are_compared_in_one_form(written):
    text = unicodedata.normalize("NFD", written.read_text(encoding="utf-8"))
    written.write_text(text, encoding="utf-8")
    assert submission.score(written, IDS, BOXES, PICTURES, size=SIZE)["MSE"] < 1e-12


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


@pytest.fixture
def reconstruction(tmp_path, save_picture):
    """The photo-reconstruction tree: pairs of two classes, three test pictures and their table."""
    for number, (kind, stem) in enumerate([("Tiger", "t2"), ("Cat", "c1"), ("Tiger", "t1")]):
        save_picture(tmp_path / f"Training_Data/{kind}/Masked_Train/{stem}.jpg", grey=10 * number)
        save_picture(tmp_path / f"Training_Data/{kind}/Unmasked_Train/{stem}.png", grey=10 * number + 100)
    for name in ("x3.jpg", "x1.jpg", "x2.jpg"):
        save_picture(tmp_path / f"Testing_Data/Masked_Test/{name}", size=(256, 256), grey=int(name[1]) * 20)
    table = pd.DataFrame(
        {"filename": ["x2.jpg", "x3.jpg", "x1.jpg"], "y1": [1, 2, 3], "x1": 4, "y2": 5, "x2": [6, 7, 8]}
    )
    table.to_csv(tmp_path / "Testing_Data/masked_info.csv")
    return tmp_path


def test_reconstruction_pairs_are_matched_by_name(reconstruction):
    masked, whole, ids = submission.load_pairs(reconstruction)
    assert ids == ["Cat/c1", "Tiger/t1", "Tiger/t2"]
    assert masked.shape == whole.shape == (3, 30, 40, 3)
    np.testing.assert_allclose(whole.mean(axis=(1, 2, 3)) - masked.mean(axis=(1, 2, 3)), 100, atol=2)


def test_pictures_of_another_size_are_named(reconstruction, save_picture):
    save_picture(reconstruction / "Training_Data/Tiger/Masked_Train/t2.jpg", size=(41, 30))
    with pytest.raises(ValueError, match=r"expected pictures of shape \(30, 40, 3\), found \(30, 41, 3\) in Tiger/t2"):
        submission.load_pairs(reconstruction)
    save_picture(reconstruction / "Testing_Data/Masked_Test/x3.jpg", size=(256, 255))
    with pytest.raises(ValueError, match=r"shape \(256, 256, 3\), found \(255, 256, 3\) in x3\.jpg"):
        submission.load_test(reconstruction)


def test_two_pictures_of_one_name_are_refused(reconstruction, save_picture):
    save_picture(reconstruction / "Testing_Data/backup/x3.jpg", size=(256, 256))
    with pytest.raises(ValueError, match=r"expected one picture x3\.jpg, found .*x3\.jpg and .*x3\.jpg"):
        submission.load_test(reconstruction)
    save_picture(reconstruction / "Training_Data/Tiger/Masked_Train/t1.bmp")
    with pytest.raises(ValueError, match=r"expected one picture Tiger/t1, found .*t1\.bmp and .*t1\.jpg"):
        submission.load_pairs(reconstruction)


def test_reconstruction_test_follows_its_table(reconstruction):
    masked, boxes, ids = submission.load_test(reconstruction)
    assert ids == ["x2.jpg", "x3.jpg", "x1.jpg"]
    np.testing.assert_allclose(masked.mean(axis=(1, 2, 3)), [40, 60, 20], atol=2)
    assert boxes[1].tolist() == [[2, 4], [5, 7]]


def test_the_test_part_takes_nothing_from_the_training_part(reconstruction, save_picture):
    for kind in ("Masked_Train", "Unmasked_Train"):
        save_picture(reconstruction / f"Training_Data/Tiger/{kind}/x1.jpg", grey=200)
    (reconstruction / "Training_Data/Tiger/Masked_Train/masked_info.csv").write_text("another table\n")
    masked, _, ids = submission.load_test(reconstruction)
    assert abs(masked[ids.index("x1.jpg")].mean() - 20) < 2


def test_pictures_of_the_table_that_are_not_there_are_named(reconstruction):
    path = reconstruction / "Testing_Data/masked_info.csv"
    path.write_text(path.read_text().replace("x3.jpg", "x9.jpg"))
    with pytest.raises(FileNotFoundError, match=r"masked_info\.csv: .* found 1 that are not there: \['x9\.jpg'\]"):
        submission.load_test(reconstruction)


def test_missing_reconstruction_folders_are_refused(tmp_path, save_picture):
    with pytest.raises(FileNotFoundError, match=r"Training_Data: expected a folder of pictures, found no such folder"):
        submission.load_pairs(tmp_path)
    save_picture(tmp_path / "Training_Data/Cat/Masked_Train/a.png")
    with pytest.raises(ValueError, match=r"found no partner for Cat/Masked_Train/a\.png"):
        submission.load_pairs(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"expected masked_info\.csv"):
        submission.load_test(tmp_path)


def test_what_is_no_picture_is_left_out_of_the_pairs_with_its_partner(reconstruction, save_picture):
    masked = reconstruction / "Training_Data/Tiger/Masked_Train"
    (masked / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (masked / "t1.jpg").write_bytes((masked / "t1.jpg").read_bytes()[:300])
    save_picture(reconstruction / "Training_Data/cover.png")
    with pytest.warns(UserWarning, match=r"left out 3 of 8 files: Tiger/.*/Thumbs\.db .*t1\.jpg .*cover\.png"):
        assert submission.load_pairs(reconstruction)[2] == ["Cat/c1", "Tiger/t2"]
    for path in reconstruction.glob("Training_Data/*/Masked_Train/*.jpg"):
        path.write_bytes(b"")
    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(ValueError, match="expected pairs of pictures, found none among 3 pictures"),
    ):
        submission.load_pairs(reconstruction)


def test_linked_folders_of_pictures_are_read(reconstruction, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "pictures"
    (reconstruction / "Testing_Data/Masked_Test").rename(elsewhere)
    (reconstruction / "Testing_Data/Masked_Test").symlink_to(elsewhere)
    assert submission.load_test(reconstruction)[2] == ["x2.jpg", "x3.jpg", "x1.jpg"]
    (reconstruction / "Testing_Data/Masked_Test").unlink()
    (reconstruction / "Testing_Data/Masked_Test").symlink_to("nowhere")
    with pytest.raises(
        FileNotFoundError, match=r"found 3 that are not there: .*: Masked_Test \(a link that leads nowhere"
    ):
        submission.load_test(reconstruction)


def test_hidden_copies_and_backups_of_the_table_are_passed_over(reconstruction, save_picture):
    test = reconstruction / "Testing_Data"
    save_picture(test / "Masked_Test/.ipynb_checkpoints/x1.jpg", size=(256, 256))
    (test / "Masked_Test/masked_info.csv").write_text("an old table\n")
    with pytest.warns(UserWarning, match=r"takes masked_info\.csv, and ignores \['Masked_Test/masked_info\.csv'\]"):
        assert submission.load_test(reconstruction)[2] == ["x2.jpg", "x3.jpg", "x1.jpg"]
    (test / "other").mkdir()
    (test / "masked_info.csv").rename(test / "other/masked_info.csv")
    with pytest.raises(ValueError, match=r"expected one masked_info\.csv, found Masked_Test/mas.* and other/masked"):
        submission.load_test(reconstruction)


@pytest.mark.parametrize("kind", ["Masked", "Unmasked"])
def test_a_note_of_the_same_name_excuses_no_lost_partner(reconstruction, kind):
    lost = next((reconstruction / f"Training_Data/Tiger/{kind}_Train").glob("t1.*"))
    other = "Unmasked" if kind == "Masked" else "Masked"
    (reconstruction / f"Training_Data/Tiger/{other}_Train/t1.txt").write_text("a note")
    with pytest.warns(UserWarning, match="left out"):
        submission.load_pairs(reconstruction)
    lost.unlink()
    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(ValueError, match=f"expected a masked and an unmasked Tiger/t1, found no partner for .*{other}"),
    ):
        submission.load_pairs(reconstruction)


@pytest.mark.parametrize(("in_table", "on_disk"), [("r\u00e9.jpg", "re\u0301.jpg"), ("re\u0301.jpg", "r\u00e9.jpg")])
def test_the_table_may_write_accents_in_another_form(reconstruction, in_table, on_disk):
    test = reconstruction / "Testing_Data"
    (test / "Masked_Test/x3.jpg").rename(test / "Masked_Test" / on_disk)
    table = (test / "masked_info.csv").read_text().replace("x3.jpg", in_table)
    (test / "masked_info.csv").write_text(table, encoding="utf-8")
    assert submission.load_test(reconstruction)[2] == ["x2.jpg", in_table, "x1.jpg"]
