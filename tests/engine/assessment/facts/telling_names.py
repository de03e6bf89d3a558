"""A folder and a user with telling names, and where they are told: no product may."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

FOLDER, USER = "Zz-Telling-Folder", "zz_telling_user"
_WORDS = [word.lower().encode(encoding) for word in (FOLDER, USER) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]


def environment(home: Path) -> dict[str, str]:
    """Variables of a user with that name."""
    return dict.fromkeys(("USER", "LOGNAME", "USERNAME", "LNAME"), USER) | {"HOME": str(home), "USERPROFILE": str(home)}


def tellers(folder: Path) -> list[str]:
    """Return the files of a folder, and members of archives among them, that hold one of the names."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += [name for name, content in _contents(path.name, path.read_bytes()) if _tells(content)]
    return found


def _contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, name.encode() + content
    if content.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _contents(f"{name}/{member}", archive.read(member))
    elif content.startswith(b"\x1f\x8b"):
        yield from _contents(f"{name}/unpacked", gzip.decompress(content))


def _tells(content: bytes) -> bool:
    lower = content.lower()
    return any(word in lower for word in _WORDS)
