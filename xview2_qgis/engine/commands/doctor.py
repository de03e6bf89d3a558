"""``xview2 doctor``: what is installed, which devices really run a network, and what to do about the rest."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import os
import platform
import re
import sys
from pathlib import Path
from typing import TextIO

from ...protocol.codes import ExitCode
from ...protocol.locations import DEFAULT_MODEL
from ...protocol.options.devices import DEVICES
from ..errors import EngineError, RuntimeFailure
from ..run.events import EventSink
from ..run.text_events import TextEvents

#: What the engine needs, for pip.
REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"

_RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: everything is examined."""


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Print the findings; return 0 when an assessment can run, 5 otherwise."""
    del options, events  # prints a table for people
    return _examine(sys.stdout)


def _examine(out: TextIO) -> int:
    _say(out, f"Python {platform.python_version()} at {sys.executable}")
    _say(out, f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors")
    for name in required_packages():
        if name not in _RUNTIMES:
            _say(out, f"{name} {_version(name) or f'MISSING: {packages_hint()}'}")
    installed = [f"{name} {_version(name)}" for name in _RUNTIMES if _version(name)]
    _say(out, f"ONNX Runtime: {', '.join(installed) or 'MISSING: install onnxruntime'}")
    for name in _RUNTIMES:
        if (version := _version(name)) and _numbers(version) < _numbers(oldest := _oldest_runtime()):
            _say(out, f"  {name} {version} is older than {oldest}: with it a model of a stranger can read other files")
    if len(installed) > 1:
        _say(out, "  more than one ONNX Runtime is installed, they overwrite each other: keep one")
    if not installed:
        return ExitCode.RUNTIME
    try:
        # with all that they import
        for name in ("assessment", "buildings.extraction", "scene.area_layer", "footprints.layer"):
            importlib.import_module(f"..{name}", __package__)
        _check_positions()
        return _examine_devices(out)
    except ImportError as error:
        _say(out, f"a package is missing or cannot be loaded: {error}")
        if sys.platform == "win32":
            _say(out, "  install the Microsoft Visual C++ Redistributable (x64) and run again")
    except EngineError as error:
        _say(out, f"{error}")
    return ExitCode.RUNTIME


def packages_hint() -> str:
    """Return how this Python gets the packages: never by changing that of the system, or of QGIS."""
    if sys.prefix == sys.base_prefix:
        return f"make a virtual environment and install there what {REQUIREMENTS} lists"
    return f'"{sys.executable}" -m pip install -r "{REQUIREMENTS}"'


def required_packages() -> list[str]:
    """Return the names of the packages that the engine needs, as pip knows them."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return [re.split("[^A-Za-z0-9_.-]", line)[0] for line in lines if line and not line.startswith("#")]


def _oldest_runtime() -> str:
    """Return the oldest ONNX Runtime that the requirements allow, such as ``1.27``."""
    found = re.search(r"^onnxruntime>=([0-9.]+)", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "0"


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]


def _check_positions() -> None:
    """Raise :class:`RuntimeFailure` where PROJ does not find its database, or finds one of another version."""
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    try:
        CRS.from_epsg(4326)
    except CRSError as error:
        raise RuntimeFailure(
            f"PROJ does not know EPSG:4326 ({error})", "unset PROJ_LIB, PROJ_DATA and GDAL_DATA", "proj"
        ) from error


def _examine_devices(out: TextIO) -> int:
    import numpy as np

    from ..bundle import open_bundle
    from ..bundle.registry import find_model
    from ..inference.default_model import choose_default_model
    from ..inference.devices import RuntimeOptions, open_networks

    try:
        bundle = open_bundle(find_model(DEFAULT_MODEL))
    except EngineError as error:
        _say(out, f"default model: {error}")
        return error.exit_code
    _say(out, f"default model: {bundle.id} {bundle.checksum[:12]}")
    chosen = choose_default_model(RuntimeOptions())
    _say(out, f"model of a run that names none: {chosen.name} ({chosen.reason})")
    nothing = np.zeros((1, 3, bundle.tile_size, bundle.tile_size), np.uint8)
    works = False
    for device in sorted(DEVICES, key=lambda d: d != "cpu"):
        try:
            # a device counts as working only after it has run the network
            loaded = open_networks(bundle, RuntimeOptions(device=device, batch_size=1), _events(out))
            for session in loaded.sessions:
                session.run({"pre": nothing, "post": nothing})
        except EngineError as error:
            _say(out, f"{device}: {error}")
            continue
        works = True
        _say(out, f"{device}: runs ({loaded.report.provider}, {loaded.report.precision})")
    return ExitCode.DONE if works else ExitCode.RUNTIME


def _say(out: TextIO, text: str) -> None:
    """Write a line without the user's name in paths: the output is sent to others."""
    from ...protocol.redaction import redacted

    out.write(redacted(text) + "\n")


def _events(out: TextIO) -> EventSink:
    from ...protocol.redaction import Redaction
    from ..run.discreet_events import DiscreetEvents

    return DiscreetEvents(TextEvents(out, out), Redaction.of(()))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
