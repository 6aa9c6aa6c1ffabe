"""Making the environment on machines that lack one thing or another."""

import subprocess
import sys

import environment
import pytest


@pytest.fixture
def lacking(tmp_path, monkeypatch):
    """Let the interpreter appear to lack modules, and put the environment into a temporary folder."""

    def lack(*missing):
        find = environment.importlib.util.find_spec
        monkeypatch.setattr(
            environment.importlib.util, "find_spec", lambda name: None if name in missing else find(name)
        )
        venv = tmp_path / ".venv"
        monkeypatch.setattr(environment, "VENV", venv)
        monkeypatch.setattr(environment, "PYTHON", venv / environment.PYTHON.relative_to(environment.ROOT / ".venv"))
        return venv

    return lack


def test_without_ensurepip_the_systems_pip_fills_the_environment(lacking):
    venv = lacking("ensurepip")
    command = environment.pip_command()
    done = subprocess.run([*command, "list", "--format=freeze"], capture_output=True, text=True, check=True)
    assert "numpy" not in done.stdout
    where = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert command[0] == sys.executable
    assert (venv / "pyvenv.cfg").exists()
    assert "pip" in where.stdout


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
