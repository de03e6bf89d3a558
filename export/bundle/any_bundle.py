"""A bundle as the exporter writes it, whether the engine can use it or not.

The engine wants square tiles, and networks for buildings and for damage. The exporter also writes what other programs
may want: a network of one kind alone, and oblong images. Apart from that such bundles keep all rules of the engine.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.bundle.archive import unpacked
from xview2_qgis.engine.bundle.manifest import Role, read_manifest
from xview2_qgis.engine.bundle.network_file import read_network
from xview2_qgis.engine.bundle.onnx_header import OnnxHeader, read_header
from xview2_qgis.engine.errors import ModelError
from xview2_qgis.protocol.model_json import MANIFEST_NAME

from ..graph.export_graph import Ends
from .roles import missing_networks

_ALONE = ({"localization"}, {"damage"})
_HINT = "export the model again, or ask its author"


@dataclass(frozen=True)
class AnyBundle:
    """A bundle whose manifest, checksums, and inputs and outputs are in order.

    Attributes:
        manifest: ``model.json`` as it is.
        files: its networks.
        size: height and width of the images in pixels.
        obstacle: why the engine cannot use it, None if it can.
    """

    manifest: dict[str, Any]
    files: tuple[Path, ...]
    size: tuple[int, int]
    obstacle: str | None


def open_any(path: Path) -> AnyBundle:
    """Open and check a bundle.

    Args:
        path: a bundle folder or a ``.xv2.zip``.

    Raises:
        ModelError: there is no bundle, or something about it is wrong that no program could use.
        RuntimeFailure: an archive cannot be unpacked for want of space or rights.
    """
    try:
        bundle = open_bundle(path)
    except ModelError:
        other = _for_other_programs(path)
        if other is None:
            raise
        return other
    size = (bundle.tile_size, bundle.tile_size)
    return AnyBundle(_content(bundle.path), tuple(network.path for network in bundle.networks), size, None)


def _content(folder: Path) -> dict[str, Any]:
    content = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def _for_other_programs(path: Path) -> AnyBundle | None:
    """Return a bundle that the engine refused, None if it is none that the exporter writes."""
    try:
        folder = path if path.is_dir() else unpacked(path)
        content = _content(folder)
        roles = [str(entry["role"]) for entry in content["networks"]]
        size = content["tile_size"]
    except (ModelError, OSError, ValueError, RecursionError, LookupError, TypeError):
        return None
    alone = missing_networks(cast("set[Role]", set(roles))) if set(roles) in _ALONE else None
    oblong = _oblong(size)
    if not (alone or oblong):
        return None
    obstacles = [f"it lacks {alone}"] if alone else []
    # all other rules of the engine hold, so it reads a manifest without the obstacles
    usable = dict(content)
    if oblong:
        obstacles.append(f"its images have {oblong[0]}x{oblong[1]} pixels, which is no square")
        usable["tile_size"] = min(oblong)
    if alone:
        usable["networks"] = [{**entry, "role": "joint"} for entry in content["networks"]]
    with tempfile.TemporaryDirectory() as copy:
        Path(copy, MANIFEST_NAME).write_text(json.dumps(usable), encoding="utf-8")
        manifest = read_manifest(Path(copy))
    shape = oblong or (manifest.tile_size, manifest.tile_size)
    files = tuple(folder / entry.file for entry in manifest.networks)
    for file, entry, role in zip(files, manifest.networks, roles, strict=True):
        _check_file(file, entry.sha256, role, shape)
    return AnyBundle(content, files, shape, " and ".join(obstacles))


def _oblong(size: object) -> tuple[int, int] | None:
    """Return height and width if ``tile_size`` of a manifest is that of oblong images."""
    if not isinstance(size, list) or len(size) != 2 or not all(type(length) is int for length in size):
        return None
    height, width = size
    return (height, width) if height != width and min(size) >= 32 and max(size) <= 8192 else None


def _check_file(path: Path, sha256: str, role: str, size: tuple[int, int]) -> None:
    try:
        header = read_header(read_network(path, sha256))
    except (ValueError, RecursionError) as error:
        raise _wrong(path, str(error)) from error
    if foreign := header.domains - {"", "ai.onnx"}:
        raise _wrong(path, f"needs operators of {', '.join(sorted(foreign))[:80]}")
    if fault := _ends_fault(header, role, size):
        raise _wrong(path, fault)


def _ends_fault(header: OnnxHeader, role: str, size: tuple[int, int]) -> str | None:
    """Return what is wrong with names, types and shapes (batch, channels, height, width) for a role."""
    channels = {info.name: info.shape[1] if len(info.shape) == 4 else None for info in header.outputs}
    ends = Ends("building" in channels, channels.get("damage"))
    # buildings are where a background channel is not
    roles = {ends.role, "joint"} if ends == Ends(False, 5) else {ends.role}
    if role not in roles or ends.damage not in (None, 4, 5) or channels.keys() != ends.outputs.keys():
        return f"has the outputs {', '.join(channels) or 'none'}, which do not fit a {role} network"
    wanted = {name: ("uint8", (3, *size)) for name in ends.inputs}
    wanted |= {name: ("float32", (count, *size)) for name, count in ends.outputs.items()}
    found = {info.name: (info.dtype, info.shape[1:]) for info in (*header.inputs, *header.outputs)}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            return f"has {name} as {_words(found.get(name))}, expected is {_words(wanted.get(name))}"
    return None


def _words(end: tuple[str, tuple[int | None, ...]] | None) -> str:
    return "nothing" if end is None else f"{end[0]} N×" + "×".join("?" if n is None else str(n) for n in end[1])


def _wrong(path: Path, what: str) -> ModelError:
    return ModelError(f"{path.name} {what}", _HINT, "model-network")
