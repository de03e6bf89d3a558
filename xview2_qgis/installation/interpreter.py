"""The Python that the engine's environment is made with: every candidate is run before it is taken."""

from __future__ import annotations

import json
import os
import shutil

# runs interpreters that were looked for, with a list of arguments of our own and never by a shell
import subprocess  # nosec B404
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..engine_process.environment import clean_variables, interpreter_in
from ..engine_process.probe import OLDEST_PYTHON
from ..i18n.translation import tr
from .outcome import InstallationError
from .python_places import MINOR_VERSIONS, Candidate, PythonSystem, candidates

#: Newest Python that there are packages for.
NEWEST_PYTHON = (3, max(MINOR_VERSIONS))

#: Seconds that a Python gets to say what it is.
LIMIT_S = 30.0  # of a slow disk and a virus scanner, the first time

# understood by any Python, also by one that is much too old
_PROGRAM = """
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import json, platform, struct, sysconfig
def has(name):
    try:
        __import__(name)
    except Exception:
        return False
    return True
print(json.dumps({
    "version": list(sys.version_info[:3]),
    "base": getattr(sys, "_base_executable", None) or sys.executable,
    "implementation": platform.python_implementation(),
    "bits": 8 * struct.calcsize("P"),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "tag": sysconfig.get_platform(),
    "lacks": [name for name in ("ssl", "zlib", "ctypes", "sqlite3") if not has(name)],
    "venv": has("venv"),
    "ensurepip": has("ensurepip"),
}))
"""
_ISOLATED = ("-E", "-s")  # understood by any Python


@dataclass(frozen=True)
class FoundInterpreter:
    """A Python that can run the engine.

    Attributes:
        path: the interpreter.
        version: its version.
        origin: whose it is, for people.
        platform: tag of its platform, such as ``linux-x86_64``.
        makes_environments: whether its module ``venv`` really makes an environment that works.
        has_pip: whether it can put pip into an environment without any download.
    """

    path: str
    version: tuple[int, int, int]
    origin: str
    platform: str
    makes_environments: bool
    has_pip: bool

    @property
    def title(self) -> str:
        """Name for people."""
        return f"{self.origin}, {'.'.join(map(str, self.version))}"


def find_interpreter(system: PythonSystem | None = None, own: tuple[Path, ...] = ()) -> FoundInterpreter:
    """Return the Python to make the environment with.

    Runs programs: it takes half a second, on a slow computer several.

    Args:
        system: the computer; this one by default.
        own: folders that hold a standalone Python, which come first.

    Raises:
        InstallationError: none does; what was tried is in the message.
    """
    system = system or PythonSystem.this()
    refused = []
    second_best: FoundInterpreter | None = None
    for candidate in candidates(system, own):
        found, reason = try_interpreter(candidate)
        if found is None:
            refused.append(f"{candidate.path} ({reason})")
        elif found.makes_environments:
            return found
        else:
            second_best = second_best or found
    if second_best is not None:
        return second_best
    raise InstallationError(_nothing_found(refused), _hint(system))


def try_interpreter(candidate: Candidate) -> tuple[FoundInterpreter | None, str]:
    """Run a candidate; return what it is, or None and why it does not do."""
    try:
        answer = _run([str(candidate.path), *_ISOLATED, "-c", _PROGRAM], tempfile.gettempdir())
        facts = json.loads(answer.strip().splitlines()[-1])
        version = tuple(int(number) for number in facts["version"])
        reason = _unfit(version, facts)
        if reason or len(version) != 3:
            return None, reason
        # that of a virtual environment leads to the one it was made with, which lives longer
        path = facts["base"] if os.path.isfile(facts["base"]) else str(candidate.path)
        found = FoundInterpreter(
            path,
            (version[0], version[1], version[2]),
            candidate.origin,
            str(facts["tag"]),
            makes_environments=bool(facts["venv"]) and _makes_environment(path),
            has_pip=bool(facts["ensurepip"]),
        )
    except (OSError, subprocess.SubprocessError):
        return None, tr("does not run")
    except (ValueError, LookupError, TypeError, AttributeError):
        return None, tr("is no Python")
    return found, ""


def _unfit(version: tuple[int, ...], facts: dict[str, object]) -> str:
    if version[:2] < OLDEST_PYTHON or version[:2] > NEWEST_PYTHON:
        return tr("version {}").format(".".join(map(str, version)))
    if facts["implementation"] != "CPython" or facts["free_threaded"]:
        return tr("another kind of Python")
    if facts["bits"] != 64:
        return tr("32 bits")
    if facts["lacks"]:
        # a list, see the program above
        return tr("lacks {}").format(", ".join(map(str, facts["lacks"])))  # type: ignore[call-overload]
    return ""


def _makes_environment(path: str) -> bool:
    """Return whether an environment can be made that runs: in some bundles of QGIS only the first of it works."""
    folder = Path(tempfile.mkdtemp(prefix="xview2-"))
    try:
        place = folder / "trial"
        # in a folder of our own: modules are looked for in the current one first
        _run([path, *_ISOLATED, "-m", "venv", "--without-pip", str(place)], str(folder))
        answer = _run([str(interpreter_in(place)), *_ISOLATED, "-c", "import ssl, sys; print(sys.prefix)"], str(folder))
        return os.path.realpath(answer.strip()) == os.path.realpath(place)
    except (OSError, subprocess.SubprocessError):
        return False
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: str) -> str:
    # the program is a Python that was looked for, its arguments are ours, and no shell takes part
    done = subprocess.run(  # nosec B603
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=clean_variables(os.environ),
        cwd=folder,
        timeout=LIMIT_S,
        check=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    return done.stdout.decode("utf-8", errors="replace")


def _nothing_found(refused: list[str]) -> str:
    needed = tr("No Python {oldest} to {newest} that can run the engine was found.").format(
        oldest=".".join(map(str, OLDEST_PYTHON)), newest=".".join(map(str, NEWEST_PYTHON))
    )
    return needed + " " + tr("Tried: {}.").format("; ".join(refused)) if refused else needed


def _hint(system: PythonSystem) -> str:
    if system.sandbox:
        return tr(
            "This QGIS runs as {}, which hides the Python of the system. Use an offline package that contains Python, "
            "or a QGIS that was not installed as {}."
        ).format(system.sandbox, system.sandbox)
    if system.system == "win32":
        return tr(
            "Install Python 3.12 (64-bit) from python.org, for which no administrator is needed, and try again; or use "
            "an offline package that contains Python."
        )
    if system.system == "darwin":
        return tr("Install Python 3.12 from python.org and try again; or use an offline package that contains Python.")
    return tr(
        "Install Python 3.11 or newer with the packages of your system and try again; or use an offline package that "
        "contains Python."
    )
