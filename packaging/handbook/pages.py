"""Which files the handbook is made of, and which of them the plugin brings.

Standard library only: the plugin is packed by any Python. The pages are Markdown below ``docs``; the site is made of
them by Sphinx (:mod:`handbook.building`), where that is installed. The plugin always brings the pages, which QGIS's own
viewer shows, and the site where it was built of just these pages.
"""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

#: Where the pages lie in a checkout, and where the site is built.
PAGES = Path("docs")
SITE = Path("build", "handbook", "site")

#: File beside the site that says of what it was built.
STAMP = "pages.sha256"

_PICTURES = {".png", ".svg"}


def page_files(root: Path) -> list[Path]:
    """Return the pages of a checkout and their pictures, relative to the folder of the pages, sorted."""
    folder = root / PAGES
    found = [path.relative_to(folder) for path in folder.rglob("*") if path.suffix in {".md", *_PICTURES}]
    return sorted(found, key=PurePosixPath)


def pages_digest(root: Path) -> str:
    """Return the SHA-256 of all that a site is made of: pages, pictures and settings."""
    digest = hashlib.sha256()
    paths = [root / PAGES / path for path in page_files(root)]
    others = [PAGES / "conf.py", "metadata.txt", "icons/xview2.svg"]
    for path in [*paths, *(root / name for name in others)]:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def built_site(root: Path) -> Path | None:
    """Return the folder of the site if it was built of the pages as they are, else None."""
    stamp = root / SITE.parent / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="utf-8").strip() != pages_digest(root):
        return None
    return root / SITE


def shipped_files(root: Path) -> list[tuple[Path, PurePosixPath]]:
    """Return the files of the handbook in the plugin: where each lies, and its name below the folder of the handbook.

    With the site its pictures serve the pages, too; a picture is in the plugin once.
    """
    site = built_site(root)
    pages = [
        (root / PAGES / path, PurePosixPath(path.as_posix()))
        for path in page_files(root)
        if site is None or path.suffix not in _PICTURES
    ]
    if site is None:
        return pages
    built = [path for path in site.rglob("*") if path.is_file()]
    return pages + [(path, PurePosixPath(path.relative_to(site).as_posix())) for path in sorted(built)]
