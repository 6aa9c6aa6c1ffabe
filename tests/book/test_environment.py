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


def needs(module):
    """Skip a route that the machine's own Python cannot take; the other one is tested."""
    return pytest.mark.skipif(not system_has(module), reason=f"{SYSTEM_PYTHON} has no {module}")


@pytest.fixture
def lacking(tmp_path, monkeypatch):
    """Let the system's interpreter appear to lack modules, and put the environment into a temporary folder."""

    def lack(*missing):
        monkeypatch.setattr(environment.sys, "executable", SYSTEM_PYTHON)
        found = {module: system_has(module) and module not in missing for module in ("ensurepip", "pip")}
        monkeypatch.setattr(importlib.util, "find_spec", found.get)
        venv = tmp_path / ".venv"
        monkeypatch.setattr(environment, "VENV", venv)
        monkeypatch.setattr(environment, "PYTHON", venv / environment.PYTHON.relative_to(environment.ROOT / ".venv"))
        return venv

    return lack


@needs("pip")
def test_without_ensurepip_the_systems_pip_fills_the_environment(lacking):
    venv = lacking("ensurepip")
    command = environment.create()
    done = subprocess.run([*command, "list", "--format=freeze"], capture_output=True, text=True, check=True)
    assert "numpy" not in done.stdout
    where = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert command[0] == SYSTEM_PYTHON
    assert (venv / "pyvenv.cfg").exists()
    assert "pip" in where.stdout


@needs("ensurepip")
def test_with_ensurepip_the_environment_has_its_own_pip(lacking):
    lacking()
    command = environment.create()
    assert command[0] == environment.PYTHON
    subprocess.run([*command, "--version"], check=True, capture_output=True)


def test_without_both_the_error_says_what_to_install(lacking):
    lacking("ensurepip", "pip")
    with pytest.raises(SystemExit, match="apt-get install python3-pip"):
        environment.pip_command()


@pytest.mark.parametrize("name", ["plain", "braces {1} {}", "Übung 'a' \"b\" #2 100%"])
def test_the_environment_imports_the_module_of_its_folder_whatever_its_name(lacking, tmp_path, monkeypatch, name):
    lacking("ensurepip")
    subprocess.run([SYSTEM_PYTHON, "-m", "venv", "--without-pip", environment.VENV], check=True)
    module = tmp_path / name / "pixel_utils/__init__.py"
    module.parent.mkdir(parents=True)
    module.write_text("")
    monkeypatch.setattr(environment, "ROOT", tmp_path / name)
    environment.install_module()
    ask = [environment.PYTHON, "-c", "import pixel_utils; print(pixel_utils.__file__)"]
    found = subprocess.run(ask, capture_output=True, text=True, encoding="utf-8", check=True, cwd=tmp_path)
    assert found.stdout == f"{module}\n"


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
    venv, lock = tmp_path / ".venv", tmp_path / "requirements.lock"
    lock.write_text("numpy==1\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / "bin/python")
    monkeypatch.setattr(environment, "STAMP", venv / "installed")
    monkeypatch.setattr(environment, "LOCK", lock)

    def make(command, check, **_):
        if "--clear" in command:
            shutil.rmtree(venv, ignore_errors=True)
            (venv / "bin").mkdir(parents=True)
            (venv / "bin/python").symlink_to(SYSTEM_PYTHON)
            for name, line in SCRIPTS.items():
                (venv / "bin" / name).write_bytes(line.replace(b"VENV", os.fsencode(venv)))
        elif "venv" in command:
            run(command, check=check)
        else:
            installed.append(command[-1] if "install" in command else environment.ROOT)

    monkeypatch.setattr(environment.subprocess, "run", make)
    # Nothing is installed here: these tests also run where the machine's Python has neither ensurepip nor pip.
    monkeypatch.setattr(environment, "pip_command", lambda: ["pip"])
    return installed


def test_an_environment_is_made_once(folder, tmp_path):
    environment.main()
    assert folder == [tmp_path / "requirements.lock", tmp_path]
    environment.main()
    assert len(folder) == 2


@pytest.mark.parametrize("spoil", [lambda root: (root / "requirements.lock").write_text("numpy==2\n"), None])
def test_another_lock_or_a_lost_python_makes_it_anew(folder, tmp_path, spoil):
    environment.main()
    spoil(tmp_path) if spoil else (tmp_path / ".venv/bin/python").unlink()
    environment.main()
    assert len(folder) == 4


def test_a_half_made_environment_is_made_anew(folder, monkeypatch):
    make = environment.subprocess.run

    def stop(command, **options):
        make(command, **options)
        if "venv" not in command:
            raise KeyboardInterrupt

    monkeypatch.setattr(environment.subprocess, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        environment.main()
    monkeypatch.setattr(environment.subprocess, "run", make)
    environment.main()
    assert len(folder) == 3


def output(*command):
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True).communicate()[0]


# A name may hold the old one, and be longer than a first line.
@pytest.mark.parametrize("name", ["plain", "elsewhere {1} 'a' #2 100%", "x" * 150, "twice"])
@pytest.mark.parametrize("action", [shutil.copytree, shutil.move])
def test_a_copied_or_moved_folder_gets_an_environment_of_its_own(folder, tmp_path, monkeypatch, capsys, action, name):
    environment.main()
    old, new = tmp_path / ".venv", tmp_path / name / ".venv"
    if name == "twice":
        new = Path(f"{tmp_path}{tmp_path}/.venv")
    new.parent.mkdir(parents=True)
    action(old, new, **({"symlinks": True} if action is shutil.copytree else {}))
    for name, path in {"ROOT": "..", "VENV": "", "PYTHON": "bin/python", "STAMP": "installed"}.items():
        monkeypatch.setattr(environment, name, Path(os.path.normpath(new / path)))
    environment.main()
    assert folder[2:] == [new.parent]
    assert "This folder was moved or copied" in capsys.readouterr().out
    for script in ("jupyter", "through_the_shell"):
        (new / "bin" / script).chmod(0o755)
        (new / "bin/python3.11").unlink(missing_ok=True)
        (new / "bin/python3.11").symlink_to("python")
        assert output(new / "bin" / script) == "1\n"
        assert os.fsencode(shlex.quote(str(new))[1:-1]) in (new / "bin" / script).read_bytes()
    for script in ("tool", "foreign"):
        assert (new / "bin" / script).read_bytes() == SCRIPTS[script].replace(b"VENV", os.fsencode(old))
    ask = f". {shlex.quote(str(new / 'bin/activate'))} && command -v python"
    assert output("sh", "-c", ask) == f"{new}/bin/python\n"
    environment.settle()
    environment.main()
    assert folder[2:] == [new.parent] * 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PIP_USER", "1"),
        ("PIP_REQUIRE_VIRTUALENV", "1"),
        ("PIP_TARGET", "elsewhere"),
        ("PIP_PREFIX", "elsewhere"),
        ("PIP_ROOT", "elsewhere"),
        ("PIP_DRY_RUN", "1"),
    ],
)
@pytest.mark.parametrize(
    "missing", [pytest.param((), marks=needs("ensurepip")), pytest.param(("ensurepip",), marks=needs("pip"))]
)
def test_settings_of_pip_do_no_harm(lacking, tmp_path, monkeypatch, name, value, missing):
    venv = lacking(*missing)
    pip = environment.create()
    monkeypatch.setenv(name, str(tmp_path / value) if value == "elsewhere" else value)
    wheel = tmp_path / "one-1-py3-none-any.whl"
    facts = {
        "one.py": "",
        "one-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: one\nVersion: 1\n",
        "one-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "one-1.dist-info/RECORD": "",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in facts.items():
            archive.writestr(path, content)
    environment.install(pip, "--no-index", wheel)
    assert len(list(venv.rglob("one.py"))) == 1


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
