"""Goes the ways of a new user on which something goes wrong, in a real QGIS window: a development tool.

Without a network, through a wrong proxy, with a disk that fills up, with QGIS or pip killed, with a model whose
download breaks off, after the plugin was updated and after the profile was moved: each leads to a state that is said in
words, and from there one click goes on. Each state is photographed, and a table is printed; the exit code is 1 if one
of the ways does not end well. Needs root (for a network that is cut and small disks), ``Xvfb``, ``import``
(ImageMagick), QGIS, the zips of ``make plugin``, and an offline package for this machine beside them::

    packaging/offline_package.py --python 3.11
    python3 packaging/releasing/hard_ways.py dist/xview2_qgis-0.1.0.zip build/hard-ways
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the scripts beside this folder

from releasing.clicking.desktop import Desktop, Errand, Look
from releasing.clicking.servers import ModelServer, package_index

Notes = list[dict[str, object]]

#: When QGIS is killed while packages come from an index, and while they come from an offline package.
_ONLINE = ("environment", "first packages", "last packages")
_OFFLINE = ("unpacking begins", "unpacking", "unpacking ends", "test", "test ends", "in its place")
_CHILDREN = ("half of the packages", "unpacking", "test")
_DISK = ("first packages", "unpacking begins")
_SMALL_DISK = "2500m"
_LARGE_FONT = 11.25  # points: 125 % of QGIS's own


@dataclass(frozen=True)
class Ground:
    """What the ways are gone on.

    Attributes:
        archive: zip of the plugin without models.
        offline: offline package for this machine.
        index: address of a package index with the same wheels.
        folder: where pictures go.
    """

    archive: Path
    offline: Path
    index: str
    folder: Path

    @property
    def whole(self) -> Path:
        """Zip of the plugin with the models."""
        return self.archive.with_name(f"{self.archive.stem}-with-models.zip")

    def desktop(self, profiles: Path, archive: Path, *, ini: str = "", look: Look | None = None) -> Desktop:
        """Return a desktop with the plugin in an empty profile."""
        desktop = Desktop(profiles, self.folder, look or Look(), ini)
        desktop.unpack(archive)
        return desktop

    @property
    def from_index(self) -> str:
        """Settings of a QGIS that takes packages from the index."""
        return f"[xview2]\nindex_url={self.index}\n\n"


def offline(ground: Ground, profiles: Path) -> Iterator[Notes]:
    """Without a network, with a large font; then the plugin is updated, then the profile moves."""
    desktop = ground.desktop(profiles, ground.whole, ini=ground.from_index, look=Look(font=_LARGE_FONT))
    yield desktop.visit(Errand("first_map", "network cut", offline=ground.offline, network=False))
    metadata = desktop.plugin / "metadata.txt"
    metadata.write_text(re.sub(r"(?m)^version=.*$", "version=9.9.9", metadata.read_text(encoding="utf-8")))
    yield desktop.visit(Errand("go_on", "another version", network=False))
    moved = desktop.profiles / "moved"
    moved.mkdir()
    for name in ("profiles", "models", "cache"):
        if (desktop.profiles / name).exists():
            (desktop.profiles / name).rename(moved / name)
    yield replace(desktop, profiles=moved).visit(Errand("go_on", "profile moved"))


def proxy(ground: Ground, profiles: Path) -> Iterator[Notes]:
    """Through a proxy that is not there."""
    wrong = "[proxy]\nproxyEnabled=true\nproxyType=HttpProxy\nproxyHost=127.0.0.1\nproxyPort=9\n\n"
    desktop = ground.desktop(profiles, ground.archive, ini=ground.from_index + wrong)
    yield desktop.visit(Errand("wrong_proxy", "wrong proxy"))


def disk(ground: Ground, profiles: Path) -> Iterator[Notes]:
    """On a disk that fills up."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SMALL_DISK}", "tmpfs", str(profiles)], check=True)
    try:
        desktop = ground.desktop(profiles, ground.whole, ini=ground.from_index)
        yield desktop.visit(Errand("full_disk", "disk full", moments=_DISK))
    finally:
        subprocess.run(["umount", "--lazy", str(profiles)], check=True)


def children(ground: Ground, profiles: Path) -> Iterator[Notes]:
    """With pip and the test killed."""
    desktop = ground.desktop(profiles, ground.archive, ini=ground.from_index)
    yield desktop.visit(Errand("children_killed", "pip killed", moments=_CHILDREN))


def qgis(ground: Ground, profiles: Path) -> Iterator[Notes]:
    """With QGIS killed."""
    for moment in (*_ONLINE, *_OFFLINE):
        online = moment in _ONLINE
        place = profiles / moment.replace(" ", "-")
        desktop = ground.desktop(place, ground.archive, ini=ground.from_index if online else "")
        package = None if online else ground.offline
        title = f"QGIS killed, {moment}"
        yield desktop.visit(Errand("killed", f"{title}, before", package, (moment,), network=online))
        yield desktop.visit(Errand("go_on", title, network=online))
        shutil.rmtree(place)


def model(ground: Ground, profiles: Path) -> Iterator[Notes]:
    """From the zip without models; the download of the model breaks off."""
    with ModelServer(ground.archive.parent) as server:
        desktop = ground.desktop(profiles, ground.archive, look=Look(dark=True))
        # a version that is not published yet has no other address
        facts = desktop.plugin / "protocol" / "published_models.json"
        values = json.loads(facts.read_text(encoding="utf-8"))
        for entry in values["models"]:
            entry["address"] = f"{server.address}/{entry['file']}"
        facts.write_text(json.dumps(values), encoding="utf-8")
        yield desktop.visit(Errand("fetched_model", "model fetched", offline=ground.offline))
        resumed = [wanted for _, wanted in server.asked][1:]
        wrong = "" if resumed and all(resumed) else f"the download did not go on: {server.asked}"
        yield [{"what": "way", "title": "the second request", "words": ", ".join(resumed), "wrong": wrong}]


WAYS: dict[str, Callable[[Ground, Path], Iterator[Notes]]] = {
    "offline": offline,
    "proxy": proxy,
    "disk": disk,
    "children": children,
    "qgis": qgis,
    "model": model,
}


@contextmanager
def _ground(archive: Path, folder: Path) -> Iterator[Ground]:
    packages = sorted(archive.parent.glob("xview2-engine-cpu-linux-x86_64-*.zip"))
    if not packages:
        raise FileNotFoundError("no offline package beside the zip: see packaging/offline_package.py")
    index = folder / "index"
    shutil.rmtree(index, ignore_errors=True)
    with package_index(packages[0].with_suffix("") / "wheels", index) as address:
        yield Ground(archive.resolve(), packages[0].resolve(), address, folder)


def table_rows(notes: Notes) -> list[tuple[str, ...]]:
    """Return rows of the table."""
    rows = []
    for note in notes:
        if note["what"] == "state":
            rows.append((f"… {note['text']}", str(note["words"]), "1", "", ""))
        elif note["what"] == "way":
            seen = f"{note['layers']}, {note['crs']}" if "layers" in note else "goes on"
            values = (
                note["title"],
                note["words"],
                note.get("clicks", ""),
                note["wrong"] or seen,
                note.get("seconds", ""),
            )
            rows.append(tuple(map(str, values)))
        elif note["what"] == "failed":
            rows.append(("", "", "", f"FAILED: {str(note['text']).strip().splitlines()[-1]}", ""))
    return rows


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Goes the ways on which something goes wrong, with clicks only.")
    parser.add_argument("archive", type=Path, help="zip of the plugin without models; the other files lie beside it")
    parser.add_argument("folder", type=Path, help="where pictures go")
    parser.add_argument("--only", nargs="+", choices=WAYS, default=list(WAYS), help="ways to go")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = False
    print("| what | state in words | clicks to go on | result | seconds |\n| --- | --- | --- | --- | --- |")
    try:
        with _ground(options.archive, options.folder) as ground:
            for name in options.only:
                with tempfile.TemporaryDirectory(prefix="xview2_profiles_", ignore_cleanup_errors=True) as profiles:
                    began = time.monotonic()
                    for notes in WAYS[name](ground, Path(profiles)):
                        for row in table_rows(notes):
                            print("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |", flush=True)
                        failed |= any(note["what"] == "failed" or note.get("wrong") for note in notes)
                    print(f"| {name}: all | | | | {time.monotonic() - began:.0f} |", flush=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
