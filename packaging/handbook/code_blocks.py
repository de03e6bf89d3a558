"""The commands that the pages tell a reader to type."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_PROGRAMS = {"xview2", "xview2-train", "xview2-export", "make", "python", "python3", "qgis_process"}


@dataclass(frozen=True)
class Typed:
    """A command as a page has it.

    Attributes:
        page: file name of the page.
        program: its name, without the folder.
        words: what stands behind it.
        whole: whether it is meant to be typed as it is; others are parts, where a sign of omission stands for the rest.
    """

    page: str
    program: str
    words: tuple[str, ...]
    whole: bool

    def __str__(self) -> str:
        """Return page and command."""
        return f"{self.page}: {self.program} {shlex.join(self.words)}"


def commands(page: Path) -> list[Typed]:
    """Return the commands of a page: the lines of its code blocks, and what is set as code in its text."""
    text = page.read_text(encoding="utf-8")
    found = []
    for language, block in _FENCE.findall(text):
        if language in ("", "sh", "bash", "console"):
            for line in re.sub(r"\\\n\s*", " ", block).splitlines():
                found += _read(page.name, line, whole=True)
    for span in _SPAN.findall(_FENCE.sub("", text)):
        found += _read(page.name, span, whole=False)
    return found


def _read(page: str, line: str, *, whole: bool) -> list[Typed]:
    # three columns of blanks divide a command from what is said of it
    line = re.split(r" {3,}", line.strip())[0]
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    while words and re.fullmatch(r"[A-Z_][A-Z0-9_]*=.*", words[0]):
        words.pop(0)
    found, start = [], 0
    for end in [*(place for place, word in enumerate(words) if word in ("&&", "|", ";")), len(words)]:
        part, start = words[start:end], end + 1
        program = part[0].rpartition("/")[2] if part else ""
        if program in _PROGRAMS and len(part) > 1:
            partly = any("…" in word or word == "..." for word in part)
            given = tuple(word for word in part[1:] if word not in ("…", "..."))
            found.append(Typed(page, program, given, whole and not partly))
    return found
