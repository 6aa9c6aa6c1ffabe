"""Making the environment on machines that lack one thing or another."""

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from book.make import environment

# The interpreter that a newcomer calls; this environment itself may have no pip.
SYSTEM_PYTHON = sys._base_executable


def system_has(module):
    return subprocess.run([SYSTEM_PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


def needs(missing, module):
    """Skip a route that the machine's own Python cannot take; the other one is tested."""
    reason = f"{SYSTEM_PYTHON} has no {module}"
    return pytest.param(missing, marks=pytest.mark.skipif(not system_has(module), reason=reason))


ROUTES = [needs((), "ensurepip"), needs(("ensurepip",), "pip")]


@pytest.fixture
def lacking(tmp_path, monkeypatch):
    """Let the system's interpreter appear to lack modules, and put the environment into a temporary folder."""

    def lack(*missing):
        monkeypatch.setattr(environment.sys, "executable", SYSTEM_PYTHON)
        found = {module: system_has(module) and module not in missing for module in ("ensurepip", "pip")}
        monkeypatch.setattr(importlib.util, "find_spec", found.get)
        put_at(tmp_path, monkeypatch)

    return lack


def put_at(root, monkeypatch):
    """Let a folder be the book's; return its environment."""
    venv = root / ".venv"
    places = {"ROOT": root, "VENV": venv, "PYTHON": venv / "bin/python", "STAMP": venv / "installed"}
    for name, path in {**places, "LOCK": root / "requirements.lock"}.items():
        monkeypatch.setattr(environment, name, path)
    return venv


def output(*command, **options):
    return subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", **options).communicate()[0]


@pytest.mark.parametrize("missing", ROUTES)
def test_the_environments_own_pip_or_the_systems_fills_it_whatever_pips_settings_are(
    lacking, tmp_path, monkeypatch, missing
):
    lacking(*missing)
    pip = environment.create()
    assert pip[0] == (SYSTEM_PYTHON if missing else environment.PYTHON)
    for name in ("USER", "REQUIRE_VIRTUALENV", "DRY_RUN"):
        monkeypatch.setenv(f"PIP_{name}", "1")
    for name in ("TARGET", "PREFIX", "ROOT"):
        monkeypatch.setenv(f"PIP_{name}", str(tmp_path / "elsewhere"))
    about = (
        "Metadata-Version: 2.1\nName: one\nVersion: 1\nWheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    with zipfile.ZipFile(tmp_path / "one-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("one.py", "")
        wheel.writestr("one-1.dist-info/RECORD", "")
        for name in ("METADATA", "WHEEL"):
            wheel.writestr(f"one-1.dist-info/{name}", about)
    environment.install(pip, "--no-index", wheel.filename)
    assert len(list(environment.VENV.rglob("one.py"))) == 1


def test_without_both_the_error_says_what_to_install(lacking):
    lacking("ensurepip", "pip")
    with pytest.raises(SystemExit, match="apt-get install python3-pip"):
        environment.pip_command()


@pytest.mark.parametrize("name", ["plain", "braces {1} {}", "Übung 'a' \"b\" #2 100%"])
def test_the_environment_imports_the_module_of_its_folder_whatever_its_name(tmp_path, monkeypatch, name):
    module = tmp_path / name / "pixel_utils/__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text("")
    venv = put_at(tmp_path / name, monkeypatch)
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", venv], check=True)
    environment.install_module()
    found = output(environment.PYTHON, "-c", "import pixel_utils; print(pixel_utils.__file__)", cwd=tmp_path)
    assert found == f"{module}\n"


SCRIPTS = {
    "jupyter": b"#!VENV/bin/python\nprint(1)\n",
    "through_the_shell": b"#!/bin/sh\n'''exec' \"VENV/bin/python3.11\" \"$0\" \"$@\"\n' '''\nprint(1)\n",
    "foreign": b"#!/bin/sh\necho VENV/bin/python\n",
    "tool": b"\0VENV",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of the book's with an environment of its own, made in a moment; return what was installed into it."""
    installed, run = [], subprocess.run
    venv = put_at(tmp_path, monkeypatch)
    (tmp_path / "requirements.lock").write_text("numpy==1\n")

    def make(command, check, **_):
        if "--clear" in command:
            shutil.rmtree(venv, ignore_errors=True)
            (venv / "bin").mkdir(parents=True)
            (venv / "bin/python").symlink_to(SYSTEM_PYTHON)
            (venv / "bin/python3.11").symlink_to("python")
            for name, line in SCRIPTS.items():
                (venv / "bin" / name).write_bytes(line.replace(b"VENV", os.fsencode(venv)))
                (venv / "bin" / name).chmod(0o755)
        elif "venv" in command:
            run(command, check=check)
        else:
            installed.append("lock" if "install" in command else "module")

    monkeypatch.setattr(environment.subprocess, "run", make)
    # Nothing is installed here: these tests also run where the machine's Python has neither ensurepip nor pip.
    monkeypatch.setattr(environment, "pip_command", lambda: ["pip"])
    return installed


def change_lock(root):
    (root / "requirements.lock").write_text("numpy==2\n")


def lose_python(root):
    (root / ".venv/bin/python").unlink()


@pytest.mark.parametrize("spoil", [change_lock, lose_python])
def test_an_environment_is_made_once_and_anew_for_another_lock_or_without_its_python(folder, tmp_path, spoil):
    for _ in range(2):
        environment.main()
        assert folder == ["lock", "module"]
    spoil(tmp_path)
    environment.main()
    assert folder == ["lock", "module"] * 2


def test_a_half_made_environment_is_made_anew(folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(environment, "install_module", lambda: sys.exit("stopped"))
        with pytest.raises(SystemExit, match="stopped"):
            environment.main()
    environment.main()
    assert folder == ["lock", "lock", "module"]


# A name may hold the old one, and be longer than a first line.
@pytest.mark.parametrize("name", ["plain", "elsewhere {1} 'a' #2 100%", "x" * 150, "twice"])
@pytest.mark.parametrize("moved", [True, False])
def test_a_copied_or_moved_folder_gets_an_environment_of_its_own(folder, tmp_path, monkeypatch, capsys, moved, name):
    environment.main()
    old, root = environment.VENV, Path(f"{tmp_path}{tmp_path}") if name == "twice" else tmp_path / name
    new = put_at(root, monkeypatch)
    shutil.copytree(old, new, symlinks=True)
    shutil.copy(tmp_path / "requirements.lock", root)
    if moved:
        shutil.rmtree(old)
    for _ in range(2):
        environment.main()
        assert folder == ["lock", "module", "module"]
    assert capsys.readouterr().out.count("This folder was moved or copied") == 1
    for script in ("jupyter", "through_the_shell"):
        assert output(new / "bin" / script) == "1\n"
        assert os.fsencode(shlex.quote(str(new))[1:-1]) in (new / "bin" / script).read_bytes()
    for script in ("tool", "foreign"):
        assert (new / "bin" / script).read_bytes() == SCRIPTS[script].replace(b"VENV", os.fsencode(old))
    ask = f". {shlex.quote(str(new / 'bin/activate'))} && command -v python"
    assert output("sh", "-c", ask) == f"{new}/bin/python\n"


def test_other_pythons_are_refused_where_something_is_to_be_installed(folder, monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"Expected Python 3.11, 3.12 or 3.13, found 3.10.4"):
        environment.main()


def test_an_environment_behind_a_link_is_never_emptied(folder, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "package").write_text("in use")
    (shared / "installed").write_text("another lock")
    (tmp_path / ".venv").symlink_to(shared)
    with pytest.raises(SystemExit, match=r"expected a folder of its own, found a link .* Nothing was changed"):
        environment.main()
    assert (shared / "package").read_text() == "in use"
