"""One list of dependencies, one lock: they agree, and no file names a registry."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCK = Path("requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
LOCKED = [Requirement(line.rstrip(" \\")) for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line)]
LISTED = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
LISTED += [Requirement(text) for group in PROJECT["dependency-groups"].values() for text in group]


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_lock_holds_every_listed_package_once(python, platform):
    environment = {"python_version": python, "python_full_version": f"{python}.8", "sys_platform": platform}
    chosen = {}
    for locked in LOCKED:
        if locked.marker is None or locked.marker.evaluate(environment):
            assert canonicalize_name(locked.name) not in chosen, f"{locked.name} is locked twice"
            chosen[canonicalize_name(locked.name)] = Version(str(locked.specifier).removeprefix("=="))
    for listed in LISTED:
        if listed.marker is None or listed.marker.evaluate(environment):
            assert chosen[canonicalize_name(listed.name)] in listed.specifier


def test_the_lock_has_hashes_and_no_addresses():
    entries = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(entries) == len(LOCKED)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?://|index-url|find-links", LOCK)


def test_conda_brings_python_and_the_same_lock():
    conda = yaml.safe_load(Path("environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert conda[:2] == [f"python {PROJECT['project']['requires-python']}", "pip"]
    assert conda[2:] == [{"pip": ["--requirement requirements.lock"]}]
