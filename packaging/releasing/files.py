"""The files of a release in ``dist/<version>``: zips, models, their checksums, and the notes.

Standard library only; the version is that of the checkout::

    python3 packaging/releasing/files.py
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder

from handbook.fresh_site import bring_up_to_date
from model_archives import write_model_archives
from plugin_archive import PACKAGE, require_current_facts, write_archives
from releasing.changelog import part_of_version
from releasing.version import current_version

CHECKSUMS = "SHA256SUMS"
NOTES = "RELEASE-NOTES.md"


def write_release_files(root: Path, folder: Path) -> list[Path]:
    """Write all files of a release into a folder that takes the place of an earlier one; return their paths, sorted.

    Raises:
        ValueError: versions or facts about the models do not agree, ``CHANGELOG.md`` has no part for the version, or a
            file is too large, or the handbook has faults; the earlier folder is still there then.
        OSError: a file cannot be read or written.
    """
    version = current_version(root)
    require_current_facts(root)
    if not bring_up_to_date(root):
        print("the handbook goes in as Markdown only: make handbook builds its site")
    notes = release_notes((root / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".release-", dir=folder.parent) as working:
        new = Path(working, "new")
        archives = [*write_archives(root, new), *write_model_archives(root, new)]
        (new / CHECKSUMS).write_bytes(checksums_text(archives).encode("utf-8"))
        (new / NOTES).write_bytes(notes.encode("utf-8"))
        if folder.exists():
            folder.rename(Path(working, "old"))
        new.rename(folder)
    return sorted(folder.iterdir())


def checksums_text(files: list[Path]) -> str:
    """Return the checksums of files in the form that ``sha256sum --check`` reads."""
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(files))


def release_notes(changelog: str, version: str) -> str:
    """Return the notes: which file is for whom, how to check it, and what is new.

    Raises:
        ValueError: the changelog has no part for the version.
    """
    plain, whole = f"{PACKAGE}-{version}.zip", f"{PACKAGE}-{version}-with-models.zip"
    return f"""# xView2 for QGIS {version}

| file | for whom |
| --- | --- |
| `{plain}` | the plugin; it fetches a model when one is first used. The same as in the plugin repository of QGIS |
| `{whole}` | the plugin with both models, for machines without the network |
| `compact.xv2.zip`, `compact-int8.xv2.zip` | the models; the plugin knows their checksums |
| `{CHECKSUMS}` | check what you have downloaded: `sha256sum --check --ignore-missing {CHECKSUMS}` |

Install a zip with *Plugins › Manage and Install Plugins › Install from ZIP*.

Program: GNU General Public License, version 2 or later. Models: CC BY-NC-SA 4.0, not for commercial use.

{_unwrapped(part_of_version(changelog, version).text)}
"""


def _unwrapped(text: str) -> str:
    """Return each paragraph and entry in one line: on the page of a release a line break is one."""
    return re.sub(r"(?<=\S)\n(?! *(?:[-*] |[#|\n]|\d+\. )) *", " ", text)


def main() -> int:
    """Run the command line."""
    root = Path(__file__).resolve().parents[2]
    try:
        written = write_release_files(root, root / "dist" / current_version(root))
    except (OSError, ValueError) as error:
        print(f"error: the files of the release cannot be made: {error}", file=sys.stderr)
        return 1
    for path in written:
        print(path.relative_to(root))
    return 0


if __name__ == "__main__":
    sys.exit(main())
