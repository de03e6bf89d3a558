"""The script that runs the plugin's tests in the QGIS of another Debian: what it says where it cannot.

That it can is shown by ``make test-qgis-322``; it takes root, a mirror and a quarter of an hour.
"""

import os
import shutil
import subprocess

import pytest

from tests.checkout import ROOT

SCRIPT = ROOT / "packaging" / "qgis_in_debian.sh"


@pytest.fixture
def run(tmp_path):
    """Run the script with these commands only, and a user of this number."""

    def run(*arguments, user=0, commands=()):
        folder = tmp_path / "bin"
        folder.mkdir()
        for name in ("bash", "dirname", "cat", *commands):
            (folder / name).symlink_to(shutil.which(name))
        (folder / "id").write_text(f"#!/bin/sh\necho {user}\n")
        (folder / "id").chmod(0o755)
        environment = {**os.environ, "PATH": str(folder)}
        return subprocess.run(
            [shutil.which("bash"), SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=False
        )

    return run


def test_without_a_suite_it_says_which_there_are(run):
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: packaging/qgis_in_debian.sh SUITE")


def test_without_root_it_says_what_for_and_how(run):
    done = run("bookworm", user=1000)
    assert (done.returncode, done.stdout) == (1, "")
    assert "root for chroot and mounts: sudo packaging/qgis_in_debian.sh bookworm" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_command_that_is_missing_is_named(run):
    done = run("bookworm", commands=("git", "tar", "unshare", "flock"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: 'debootstrap' is missing: apt-get install debootstrap")
