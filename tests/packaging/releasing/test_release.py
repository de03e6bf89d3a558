"""A release in a clone: everything or nothing. The models are small ones here, the rest is this checkout."""

import configparser
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from tests.checkout import ROOT
from tests.packaging.scripts import script

release = script("release")
files = script("releasing.files")
version = script("releasing.version")

NEW = "99.1.0"
DAY = "2026-12-24"
NEWS = "Faster by half (100 % of it).\n\n- One, in\n  two lines.\n- Two.\n"
CHANGELOG = f"# Changelog\n\n## [Unreleased]\n\n{NEWS}\n## [0.0.1] - 2026-01-02\n\nOld.\n"
SOURCES = ("metadata.txt", "pyproject.toml", "LICENSE", ".gitignore", "icons", "packaging", "xview2_qgis/models")
FEW = ("xview2_qgis/__init__.py", "xview2_qgis/engine/__init__.py", "xview2_qgis/protocol/published_models.json")


def git(folder, *words):
    done = subprocess.run(("git", *words), cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A repository with what a release reads and writes."""
    root = tmp_path_factory.mktemp("origin") / "checkout"
    for name in (*SOURCES, *FEW):
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.onnx"))
        else:
            shutil.copy(source, target)
    for model in (root / "xview2_qgis" / "models").glob("*/model.json"):
        (model.parent / "network.onnx").write_bytes(b"a small network\0")
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    (root / release.FACTS).write_text(release.facts_text(root), encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch", "main")
    commit(root)
    return root


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "x", "--no-verify")


@pytest.fixture
def clone(origin, tmp_path, monkeypatch):
    for person in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{person}_NAME", "A")
        monkeypatch.setenv(f"GIT_{person}_EMAIL", "a@example.org")
    root = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--shared", str(origin), str(root))
    handler = signal.getsignal(signal.SIGTERM)
    yield root
    signal.signal(signal.SIGTERM, handler)


def state(root):
    """Everything that a failed release must leave as it was."""
    contents = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    return git(root, "rev-parse", "HEAD"), git(root, "tag", "--list"), git(root, "status", "--porcelain"), contents


def planned(root, *checks):
    return release.Release(root, NEW, DAY, "main", checks)


def test_a_release(clone, capsys):
    before = git(clone, "rev-parse", "HEAD")
    assert release.main([NEW, "--without-tests"], clone) == 0
    said = capsys.readouterr().out
    assert f"git push origin main v{NEW}" in said
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "rev-parse", "HEAD~1") == before
    assert git(clone, "cat-file", "-t", f"v{NEW}") == "tag"  # annotated
    assert git(clone, "rev-parse", f"v{NEW}^{{commit}}") == git(clone, "rev-parse", "HEAD")
    assert version.current_version(clone) == NEW
    metadata = configparser.ConfigParser(interpolation=None)
    metadata.read(clone / "metadata.txt", encoding="utf-8")
    assert metadata["general"]["changelog"] == f"{NEW}: Faster by half (100 % of it)."
    changed = (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"## \[Unreleased\]\n\n## \[{NEW}\] - \d{{4}}-\d\d-\d\d\n\nFaster", changed)
    facts = json.loads((clone / release.FACTS).read_text(encoding="utf-8"))
    assert all(f"/download/v{NEW}/" in model["address"] for model in facts["models"])

    folder = clone / "dist" / NEW
    archives = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".zip"}
    assert set(archives) == {
        f"xview2_qgis-{NEW}.zip", f"xview2_qgis-{NEW}-with-models.zip", "compact.xv2.zip", "compact-int8.xv2.zip"
    }  # fmt: skip
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in archives.items()}
    assert {model["file"]: model["sha256"] for model in facts["models"]} == {
        name: f"sha256:{digest}" for name, digest in sums.items() if name.endswith(".xv2.zip")
    }
    with zipfile.ZipFile(folder / f"xview2_qgis-{NEW}.zip") as archive:
        assert f"version={NEW}\n" in archive.read("xview2_qgis/metadata.txt").decode()
    notes = (folder / "RELEASE-NOTES.md").read_text(encoding="utf-8")
    assert "Faster by half (100 % of it).\n\n- One, in two lines.\n- Two.\n" in notes
    assert "Old." not in notes

    # the tag gives the same files to whoever builds it again
    again = files.write_release_files(clone, folder)
    assert {path.name: path.read_bytes() for path in again if path.suffix == ".zip"} == archives
    # and a second release of the same version is refused
    assert release.main([NEW, "--without-tests"], clone) == 1
    assert capsys.readouterr().err == f"error: no release: the tag v{NEW} is there already: give another version\n"


def edit(name, old, new):
    def edited(root):
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return edited


def elsewhere(root):
    git(root, "switch", "--quiet", "-c", "other")


@pytest.mark.parametrize(
    ("wanted", "change", "committed", "message"),
    [
        ("1.2", None, True, "'1.2' is no version: give three numbers, such as 0.2.0"),
        ("01.2.3", None, True, "'01.2.3' is no version: give three numbers, such as 0.2.0"),
        ("0.0.1", None, True, r"0\.0\.1 is before \d+\.\d+\.\d+, the version of this checkout: give a later one"),
        (NEW, edit("LICENSE", "GNU", "ABC"), False, "the tree is not clean, commit or remove first: LICENSE"),
        (NEW, lambda root: (root / "new.txt").touch(), False, "the tree is not clean, .*: new.txt"),
        (NEW, elsewhere, False, "the branch is other, .* git switch main"),
        (NEW, edit("CHANGELOG.md", NEWS, ""), True, "under .* stands nothing: .*"),
        (NEW, edit("CHANGELOG.md", "[Unreleased]", "[Later]"), True, r"CHANGELOG.md has no part \[Unreleased\]"),
        (NEW, edit("pyproject.toml", '\nversion = "', '\nversion = "7'), True, "the versions do not agree: .*"),
        (NEW, edit("metadata.txt", "\nversion=", "\nversions="), True, "metadata.txt states no version"),
    ],
)  # fmt: skip
def test_what_is_refused_in_one_line(clone, capsys, wanted, change, committed, message):
    if change:
        change(clone)
        if committed:
            commit(clone)
    before = state(clone)
    assert release.main([wanted, "--without-tests"], clone) == 1
    assert re.fullmatch(f"error: no release: {message}\n", capsys.readouterr().err)
    assert state(clone) == before
    assert not (clone / "dist").exists()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("raise SystemExit(1)", "failed: mend that first"),
        ("open('LICENSE', 'a').write('x')", "the checks changed other files: LICENSE"),
    ],
)
def test_failing_checks_leave_everything_as_it_was(clone, code, message):
    before = state(clone)
    with pytest.raises(ValueError, match=message):
        release.make_release(planned(clone, sys.executable, "-c", code))
    if "LICENSE" in code:
        git(clone, "checkout", "--", "LICENSE")  # not ours, and named
    assert state(clone) == before


def test_checks_see_the_new_version(clone):
    code = f"assert 'version={NEW}\\n' in open('metadata.txt', encoding='utf-8').read()"
    assert release.make_release(planned(clone, sys.executable, "-c", code))


@pytest.mark.parametrize("hook", ["pre-commit", "reference-transaction"])
def test_what_git_refuses_leaves_everything_as_it_was(clone, hook):
    """Refused are the commit, and the tag after the commit."""
    path = clone / ".git" / "hooks" / hook
    path.write_text("#!/bin/sh\n" + ("grep -q refs/tags && exit 1 || exit 0\n" if "reference" in hook else "exit 1\n"))
    path.chmod(0o755)
    before = state(clone)
    with pytest.raises(ValueError, match=r"git (commit|tag): "):
        release.make_release(planned(clone))
    path.unlink()
    assert state(clone) == before


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(clone, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(release, "write_release_files", full)
    before = state(clone)
    with pytest.raises(OSError, match="No space left"):
        release.make_release(planned(clone))
    assert state(clone) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_while_the_checks_run(clone, number):
    """By the command itself: a `make` that waits stands in for the checks."""
    tools = clone.parent / "tools"
    tools.mkdir()
    (tools / "make").write_text("#!/bin/sh\ntouch ../waiting\nexec sleep 60\n")
    (tools / "make").chmod(0o755)
    before = state(clone)
    command = [sys.executable, clone / "packaging" / "release.py", NEW]
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": "1"}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        while not (clone.parent / "waiting").exists():
            assert running.poll() is None
            time.sleep(0.02)
        assert git(clone, "status", "--porcelain") != ""
        running.send_signal(number)
        _, said = running.communicate(timeout=60)
    finally:
        if running.poll() is None:
            running.kill()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
    assert (running.returncode, said) == (130, "error: no release: stopped; everything is as it was\n")
    assert state(clone) == before


def test_the_files_are_not_made_of_half_a_release(clone):
    """Without a part in the changelog there is no release; an earlier folder stays."""
    earlier = clone / "dist" / "earlier"
    earlier.mkdir(parents=True)
    (earlier / "file").touch()
    with pytest.raises(ValueError, match=r"CHANGELOG\.md has no part"):
        files.write_release_files(clone, earlier)
    assert [path.name for path in (clone / "dist").iterdir()] == ["earlier"]
    assert (earlier / "file").exists()
