"""The git repository of a release: what must hold before, the commit and its tag, and the way back."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A checkout."""

    root: Path

    def require_ready(self, branch: str, tag: str) -> None:
        """Check that a release can be made.

        Raises:
            ValueError: no checkout, another branch, changes that are not committed, or the tag is there already.
        """
        current = self._git("rev-parse", "--abbrev-ref", "HEAD")
        if current != branch:
            raise ValueError(f"the branch is {current}, releases are made on {branch}: git switch {branch}")
        changed = self.changed_files()
        if changed:
            raise ValueError(f"the tree is not clean, commit or remove first: {', '.join(changed[:5])}")
        if self._git("tag", "--list", tag):
            raise ValueError(f"the tag {tag} is there already: give another version")

    def changed_files(self) -> list[str]:
        """Return the names of files that differ from the last commit, also new ones that are not ignored."""
        return [line[3:] for line in self._git("status", "--porcelain", strip=False).splitlines()]

    def head(self) -> str:
        """Return the last commit."""
        return self._git("rev-parse", "HEAD")

    def commit_and_tag(self, files: list[str], message: str, tag: str) -> None:
        """Commit files and put an annotated tag on the commit.

        Raises:
            ValueError: git refuses.
        """
        self._git("add", "--", *files)
        self._git("commit", "--quiet", "--message", message)
        self._git("tag", "--annotate", "--message", message, tag)

    def go_back(self, head: str, tag: str) -> None:
        """Undo :meth:`commit_and_tag`, wherever it ended; the files themselves stay as they are."""
        for command in (("tag", "--delete", tag), ("reset", "--quiet", "--mixed", head)):
            subprocess.run(("git", *command), cwd=self.root, capture_output=True, check=False)

    def _git(self, *words: str, strip: bool = True) -> str:
        try:
            done = subprocess.run(("git", *words), cwd=self.root, capture_output=True, text=True, check=False)
        except OSError as error:
            raise ValueError(f"git cannot be started ({error.strerror}): install git") from error
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            raise ValueError(f"git {words[0]}: {lines[0].removeprefix('fatal: ')}")
        return done.stdout.strip() if strip else done.stdout
