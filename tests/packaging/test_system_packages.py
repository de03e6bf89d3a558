"""The script that installs system packages, run against stand-ins for Debian's commands.

Stand-ins, because the real ones would change the machine that runs the tests.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.checkout import ROOT

SCRIPT = ROOT / "packaging" / "system-packages.sh"
ALL = [
    "git",
    "make",
    "qgis",
    "python3-qgis",
    "python3-venv",
    "python3-pytest",
    "python3-pytest-timeout",
    "python3-pytest-xdist",
    "xvfb",
    "imagemagick",
    "fonts-dejavu-core",
]
SOURCES = """Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


class Machine:
    """A folder with stand-ins for the commands; everything they are asked to do is in the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.apt = folder / "apt"
        (self.apt / "sources.list.d").mkdir(parents=True)
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.log = folder / "log"
        self.log.touch()
        self.release = folder / "os-release"
        self.release.write_text("ID=debian\nVERSION_CODENAME=bookworm\n")
        for name in ("sh", "env", "tee", "awk", "grep", "rm", "cat"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.command("id", "echo 0")
        self.command("apt-get", f'echo "apt-get $*" >> {self.log}')
        self.command("apt-cache", "true")
        self.installed(ALL)

    def command(self, name: str, body: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def installed(self, packages: list[str]) -> None:
        lines = "".join(f"{package} installed\\n" for package in packages)
        self.command("dpkg-query", f"printf '{lines}'")

    def run(self) -> subprocess.CompletedProcess[str]:
        variables = {
            "PATH": str(self.bin),
            "XVIEW2_APT_FOLDER": str(self.apt),
            "XVIEW2_OS_RELEASE": str(self.release),
        }
        return subprocess.run([SCRIPT], env=variables, capture_output=True, text=True, check=False, timeout=60)

    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path):
    if os.name != "posix":
        pytest.skip("a POSIX shell is needed")
    return Machine(tmp_path)


def test_nothing_is_done_when_everything_is_there(machine):
    done = machine.run()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.asked() == []


def test_a_removed_package_counts_as_missing(machine):
    machine.installed([p for p in ALL if p != "xvfb"])
    machine.command("dpkg-query", machine.bin.joinpath("dpkg-query").read_text() + "echo xvfb config-files")
    assert machine.run().returncode == 0
    assert machine.asked()[-1] == "apt-get install -y --no-install-recommends xvfb"


def test_without_the_right_to_install_the_missing_packages_are_named(machine):
    machine.installed([p for p in ALL if p not in ("xvfb", "qgis")])
    machine.command("id", "echo 1000")
    machine.command("sudo", "exit 1")
    done = machine.run()
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "error: system packages are missing: qgis xvfb: run as root: apt-get install qgis xvfb"
    )
    assert machine.asked() == []


def test_sudo_is_used_where_it_asks_for_nothing(machine):
    machine.installed([p for p in ALL if p != "imagemagick"])
    machine.command("id", "echo 1000")
    machine.command("sudo", f'echo "sudo $*" >> {machine.log}; [ "$1" = -n ] || "$@"')
    assert machine.run().returncode == 0
    assert "sudo apt-get update" in machine.asked()
    assert machine.asked()[-1] == "apt-get install -y --no-install-recommends imagemagick"


def test_qgis_comes_from_backports_by_the_machines_own_source(machine):
    (machine.apt / "sources.list.d" / "debian.sources").write_text(SOURCES)
    machine.installed(["git", "make"])
    assert machine.run().returncode == 0
    added = (machine.apt / "sources.list.d" / "xview2-backports.sources").read_text()
    assert added == SOURCES.split("\n\n")[0].replace("bookworm bookworm-updates", "bookworm-backports") + "\n"
    assert machine.asked()[:3] == [
        "apt-get update",
        "apt-get update",
        "apt-get install -y --no-install-recommends -t bookworm-backports qgis python3-qgis",
    ]


def test_the_old_form_of_sources_is_understood_too(machine):
    line = "deb [signed-by=/key.gpg] http://mirror.example/debian bookworm main contrib\n"
    (machine.apt / "sources.list").write_text("# comment bookworm\n" + line)
    machine.installed(["git", "make"])
    assert machine.run().returncode == 0
    added = (machine.apt / "sources.list.d" / "xview2-backports.list").read_text()
    assert added == line.replace("bookworm", "bookworm-backports")


def test_without_backports_the_plain_suite_is_taken_and_the_source_removed(machine):
    (machine.apt / "sources.list.d" / "debian.sources").write_text(SOURCES)
    machine.installed([p for p in ALL if "qgis" not in p])
    machine.command("apt-get", f'echo "apt-get $*" >> {machine.log}; case "$*" in *backports*) exit 100;; esac')
    done = machine.run()
    assert done.returncode == 0
    assert not (machine.apt / "sources.list.d" / "xview2-backports.sources").exists()
    assert machine.asked()[-2:] == [
        "apt-get update",
        "apt-get install -y --no-install-recommends qgis python3-qgis",
    ]


def test_another_release_is_left_as_it_is(machine):
    machine.release.write_text("ID=ubuntu\nVERSION_CODENAME=noble\n")
    (machine.apt / "sources.list.d" / "debian.sources").write_text(SOURCES)
    machine.installed([p for p in ALL if "qgis" not in p])
    assert machine.run().returncode == 0
    assert [p.name for p in (machine.apt / "sources.list.d").iterdir()] == ["debian.sources"]
    assert machine.asked() == ["apt-get update", "apt-get install -y --no-install-recommends qgis python3-qgis"]
