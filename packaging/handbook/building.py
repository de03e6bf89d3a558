"""Builds the handbook as a site that is read from the disk, and checks the links of its pages.

Needs the packages of the extra ``docs``::

    .venv/bin/python packaging/handbook/building.py                # build/handbook/site
    .venv/bin/python packaging/handbook/building.py --external     # links into the web, too, where there is a network

A page that Sphinx warns of is an error: a link or an anchor that leads nowhere, a page that no other page leads to, a
picture that is missing, a heading that jumps a level.
"""

from __future__ import annotations

import argparse
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder

from handbook.pages import PAGES, SITE, STAMP, pages_digest

ROOT = Path(__file__).resolve().parents[2]

#: What the site holds besides pages, and nobody reads: maps of sources, inventories for other projects.
_UNREAD = ("**/*.map", "objects.inv", ".buildinfo", "_static/styles/debug.css", "_static/debug.css")
_MAP_LINK = re.compile(r"/[/*][#@] sourceMappingURL=\S+?\.map(\s*\*/)?")


class SiteError(Exception):
    """The site cannot be built; the message says why."""


def build_site(root: Path, folder: Path) -> None:
    """Build the site of a checkout into a folder, which is replaced when it is complete.

    The same pages give the same bytes with the same releases of the packages.

    Raises:
        SiteError: Sphinx warns of a page, or is not there.
    """
    with tempfile.TemporaryDirectory(prefix="xview2_handbook_") as work:
        _sphinx(root, "html", Path(work, "site"), Path(work, "doctrees"))
        for pattern in _UNREAD:
            for path in Path(work, "site").glob(pattern):
                path.unlink()
        for path in Path(work, "site").rglob("*"):
            if path.suffix in {".js", ".css"}:
                # their maps are left out
                text = path.read_text(encoding="utf-8")
                path.write_text(_MAP_LINK.sub("", text), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(work, "site"), folder)


def check_external_links(root: Path) -> bool:
    """Check the links into the web; return False where there is no network to do it with.

    Raises:
        SiteError: a link leads nowhere.
    """
    try:
        socket.create_connection(("www.gnu.org", 443), timeout=5).close()
    except OSError:
        return False
    with tempfile.TemporaryDirectory(prefix="xview2_handbook_") as work:
        _sphinx(root, "linkcheck", Path(work, "links"), Path(work, "doctrees"))
    return True


def _sphinx(root: Path, builder: str, folder: Path, doctrees: Path) -> None:
    strict = ("-W", "-n", "--keep-going", "-q", "-E")
    command = [sys.executable, "-m", "sphinx", "-b", builder, *strict, "-d", doctrees, root / PAGES, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SiteError(done.stderr.strip() or done.stdout.strip())


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Builds the handbook as a site that is read from the disk.")
    parser.add_argument("--external", action="store_true", help="check links into the web, where there is a network")
    options = parser.parse_args(arguments)
    stamp = ROOT / SITE.parent / STAMP
    try:
        stamp.unlink(missing_ok=True)
        build_site(ROOT, ROOT / SITE)
        stamp.write_text(pages_digest(ROOT) + "\n", encoding="utf-8")
        if options.external and not check_external_links(ROOT):
            print("links into the web were not checked: there is no network")
    except SiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(SITE / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
