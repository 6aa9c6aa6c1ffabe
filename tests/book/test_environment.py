"""Making the environment on machines that lack one thing or another."""

import importlib.util
import subprocess
import sys

import environment
import pytest

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
    command = environment.pip_command()
    done = subprocess.run([*command, "list", "--format=freeze"], capture_output=True, text=True, check=True)
    assert "numpy" not in done.stdout
    where = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert command[0] == SYSTEM_PYTHON
    assert (venv / "pyvenv.cfg").exists()
    assert "pip" in where.stdout


@needs("ensurepip")
def test_with_ensurepip_the_environment_has_its_own_pip(lacking):
    lacking()
    command = environment.pip_command()
    assert command[0] == environment.PYTHON
    subprocess.run([*command, "--version"], check=True, capture_output=True)


def test_without_both_the_error_says_what_to_install(lacking):
    lacking("ensurepip", "pip")
    with pytest.raises(SystemExit, match="apt-get install python3-pip"):
        environment.pip_command()


def test_other_pythons_are_refused(monkeypatch):
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"Expected Python 3.11, 3.12 or 3.13, found 3.10.4"):
        environment.main()


def test_an_unchanged_lock_installs_nothing(tmp_path, monkeypatch):
    stamp = tmp_path / "installed"
    stamp.write_bytes((environment.ROOT / "requirements.lock").read_bytes())
    monkeypatch.setattr(environment, "STAMP", stamp)
    monkeypatch.setattr(environment, "pip_command", lambda: pytest.fail("it installs"))
    environment.main()


def test_an_environment_behind_a_link_is_never_emptied(tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "package").write_text("in use")
    (shared / "installed").write_text("another lock")
    link = tmp_path / ".venv"
    link.symlink_to(shared)
    monkeypatch.setattr(environment, "VENV", link)
    monkeypatch.setattr(environment, "STAMP", link / "installed")
    with pytest.raises(SystemExit, match=r"expected a folder of its own, found a link .* Nothing was changed"):
        environment.main()
    assert (shared / "package").read_text() == "in use"
