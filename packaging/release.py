"""Makes a release: from a clean tree to a tagged commit, and its files in ``dist/<version>``. Pushes nothing.

Standard library only; see docs/releasing.md::

    python3 packaging/release.py 0.2.0                     # what `make release VERSION=0.2.0` does
    python3 packaging/release.py 0.2.0 --without-tests     # when `make test` has just passed on this very commit

Whatever fails, and however it is stopped short of a kill, the checkout is as it was before.
"""

from __future__ import annotations

import argparse
import datetime
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from model_archives import FACTS, facts_text
from releasing.changelog import released, unreleased_part
from releasing.files import write_release_files
from releasing.repository import Repository
from releasing.version import PLACES, current_version, number, set_version

_CHANGELOG = "CHANGELOG.md"
_CHECKS = ("make", "test")


@dataclass(frozen=True)
class Release:
    """What is to be made.

    Attributes:
        root: the checkout.
        version: the new version.
        date: its day, as YYYY-MM-DD.
        branch: where releases are made.
        checks: the command that must succeed; empty for none.
    """

    root: Path
    version: str
    date: str
    branch: str
    checks: tuple[str, ...]

    @property
    def tag(self) -> str:
        """Name of the tag."""
        return f"v{self.version}"

    @property
    def folder(self) -> Path:
        """Folder of its files."""
        return self.root / "dist" / self.version

    @property
    def changed_files(self) -> list[str]:
        """Names of the files that the commit changes."""
        return [*(place.file for place in PLACES), _CHANGELOG, FACTS.as_posix()]


def require_ready(release: Release) -> None:
    """Check everything that can be checked before anything is changed.

    Raises:
        ValueError: the release cannot be made; the text says why and what to do.
        OSError: a file cannot be read.
    """
    wanted = number(release.version)
    Repository(release.root).require_ready(release.branch, release.tag)
    present = current_version(release.root)
    if wanted < number(present):
        raise ValueError(f"{release.version} is before {present}, the version of this checkout: give a later one")
    unreleased_part((release.root / _CHANGELOG).read_text(encoding="utf-8"))


def make_release(release: Release) -> list[Path]:
    """Set the version, check, build, commit and tag; return the files that were built.

    Raises:
        ValueError: a step failed; everything is as it was before.
        OSError: a file cannot be read or written; the same.
    """
    repository = Repository(release.root)
    head = repository.head()
    before = {name: (release.root / name).read_bytes() for name in release.changed_files}
    try:
        _write_version(release)
        if release.checks and subprocess.run(release.checks, cwd=release.root, check=False).returncode:
            raise ValueError(f"{' '.join(release.checks)} failed: mend that first")
        others = sorted(set(repository.changed_files()) - set(release.changed_files))
        if others:
            raise ValueError(f"the checks changed other files: {', '.join(others[:5])}")
        files = write_release_files(release.root, release.folder)
        repository.commit_and_tag(release.changed_files, f"Version {release.version}", release.tag)
    except BaseException:  # also Ctrl+C and SIGTERM
        repository.go_back(head, release.tag)
        for name, content in before.items():
            (release.root / name).write_bytes(content)
        shutil.rmtree(release.folder, ignore_errors=True)
        raise
    return files


def _write_version(release: Release) -> None:
    path = release.root / _CHANGELOG
    changelog = path.read_text(encoding="utf-8")
    summary = unreleased_part(changelog).summary
    path.write_bytes(released(changelog, release.version, release.date).encode("utf-8"))
    set_version(release.root, release.version, summary)
    # the addresses of the models are those of the release
    (release.root / FACTS).write_bytes(facts_text(release.root).encode("utf-8"))


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None, root: Path | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Makes a release: commit, tag and files. Pushes nothing.")
    parser.add_argument("version", help="three numbers, such as 0.2.0")
    parser.add_argument("--branch", default="main", help="where releases are made (default: main)")
    parser.add_argument("--without-tests", action="store_true", help="make test has just passed on this very commit")
    given = parser.parse_args(arguments)
    root = root or Path(__file__).resolve().parent.parent
    today = datetime.date.today().isoformat()
    release = Release(root, given.version, today, given.branch, () if given.without_tests else _CHECKS)
    signal.signal(signal.SIGTERM, _stop)
    try:
        require_ready(release)
        files = make_release(release)
    except (OSError, ValueError) as error:
        print(f"error: no release: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: no release: stopped; everything is as it was", file=sys.stderr)
        return 130
    for file in files:
        print(file.relative_to(root))
    print(f"Version {release.version} is committed and tagged here. When you have looked at it:")
    print(f"  git push origin {release.branch} {release.tag}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
