"""The outer part: a virtual screen, an empty profile with the plugin from its zip, and visits of the user to QGIS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_START = Path(__file__).resolve().with_name("start.py")
_OPENERS = Path(__file__).resolve().with_name("openers")
_PLUGIN = Path("profiles", "default", "python", "plugins", "xview2_qgis")
_LIMIT_S = 1500


@dataclass(frozen=True)
class Look:
    """How QGIS looks.

    Attributes:
        size: of the screen, pixels, as WIDTHxHEIGHT.
        font: size of QGIS's font, points.
        dark: with the theme Night Mapping.
    """

    size: str = "1366x768"
    font: float = 9.0
    dark: bool = False


@dataclass(frozen=True)
class Errand:
    """What the user does during a visit.

    Attributes:
        name: of the function in ``errands.py``, or of one elsewhere as ``module:function``.
        title: prefix of pictures and notes.
        offline: offline package to install from.
        moments: when something goes wrong, see ``moments.py``.
        network: whether there is one.
        images: folder with ``pre.tif``, ``post.tif`` and ``truth.gpkg``, as ``xview2 demo`` writes it.
    """

    name: str
    title: str
    offline: Path | None = None
    moments: tuple[str, ...] = ()
    network: bool = True
    images: Path | None = None


@dataclass(frozen=True)
class Desktop:
    """A profile on a screen.

    Attributes:
        profiles: folder of the profile; it may move.
        pictures: where pictures and notes go.
        look: how QGIS looks.
        ini: further lines of QGIS's settings.
    """

    profiles: Path
    pictures: Path
    look: Look = field(default_factory=Look)
    ini: str = ""

    @property
    def plugin(self) -> Path:
        """Where the plugin lies."""
        return self.profiles / _PLUGIN

    @property
    def engine(self) -> Path:
        """Where the engine will be."""
        return self.profiles / "profiles" / "default" / "xview2" / "engine"

    def unpack(self, archive: Path) -> None:
        """Do what the plugin manager does with a zip, in an empty profile."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(self.plugin.parent)
        settings = self.profiles / "profiles" / "default" / "QGIS" / "QGIS3.ini"
        settings.parent.mkdir(parents=True)
        settings.write_text(
            "[PythonPlugins]\nprocessing=true\nxview2_qgis=true\n\n"
            "[qgis]\ncheckVersion=false\nshowTips=false\nnewsFeed\\disabled=true\n\n"
            f"[UI]\nUITheme={'Night Mapping' if self.look.dark else 'default'}\n\n{self.ini}"
        )

    def visit(self, errand: Errand) -> list[dict[str, object]]:
        """Let the user visit QGIS until the errand is done; return the notes of the visit.

        A visit that does not end by itself is ended, and the last note says so.
        """
        notes = self.pictures / f"{errand.title}.jsonl"
        notes.unlink(missing_ok=True)
        with open(os.devnull, "w") as nowhere, _screen(self.look.size) as display:
            process = subprocess.Popen(
                [
                    *(() if errand.network else ("unshare", "-n")),
                    *("qgis", "--profiles-path", str(self.profiles), "--nologo", "--noversioncheck"),
                    *("--code", str(_START)),
                ],
                env=self._variables(errand, display),
                stdout=nowhere,
                stderr=nowhere,
                start_new_session=True,
            )
            try:
                process.wait(_LIMIT_S)
            except subprocess.TimeoutExpired:
                picture = self.pictures / f"{errand.title}_timeout.png"
                subprocess.run(["import", "-display", display, "-window", "root", picture], check=False)
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        found = [json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines()] if notes.is_file() else []
        if not found or found[-1]["what"] not in ("done", "killed"):
            found.append({"what": "failed", "text": "QGIS did not come to an end"})
        return found

    def _variables(self, errand: Errand, display: str) -> dict[str, str]:
        # a plugin or an engine of the checkout must not take the place of those in the profile
        ours = ("XVIEW2_", "QGIS_PLUGINPATH", "QGIS_CUSTOM_CONFIG_PATH")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return variables | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "PATH": os.pathsep.join((str(_OPENERS), os.environ["PATH"])),
            # models and the cache are no part of the profile, and must be new, too
            "XVIEW2_MODELS": str(self.profiles / "models"),
            "XVIEW2_CACHE": str(self.profiles / "cache"),
            "XVIEW2_SCRIPTS": str(_START.parents[2]),
            "XVIEW2_ERRAND": json.dumps(
                {
                    "name": errand.name,
                    "title": errand.title,
                    "folder": str(self.pictures.resolve()),
                    "offline": str(errand.offline.resolve()) if errand.offline else "",
                    "moments": errand.moments,
                    "images": str(errand.images.resolve()) if errand.images else "",
                    "font": self.look.font,
                }
            ),
        }


@contextmanager
def _screen(size: str) -> Iterator[str]:
    """Start a virtual screen, and yield the name of its display."""
    read, write = os.pipe()
    # at 96 dots per inch a pixel of Qt is one of the screen
    command = ["Xvfb", "-displayfd", str(write), "-dpi", "96", "-screen", "0", f"{size}x24"]
    screen = subprocess.Popen(command, stderr=subprocess.DEVNULL, pass_fds=[write])
    try:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait()
