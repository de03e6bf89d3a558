"""Writing a bundle: ONNX files and ``model.json``, checked against torch, complete or not at all."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnx

from xview2_qgis.engine.bundle_archive import file_checksum
from xview2_qgis.engine.classes import CLASS_NAMES, DAMAGE_CLASSES
from xview2_qgis.engine.model_manifest import CONTRACT, MANIFEST_NAME, Role

from .bundle_plan import BundlePlan, Part
from .graph import Ends, ExportGraph
from .half_precision import in_half_precision
from .image_pairs import Checks
from .parity import Parity, limits, measure_parity, worst
from .staged_folder import staged_folder
from .storage import store_half
from .tracing import traced

Say = Callable[[str], None]


@dataclass(frozen=True)
class _WrittenPart:
    """A network that lies in the bundle's folder."""

    part: Part
    ends: Ends
    parity: Parity


def write_bundle(folder: Path, plan: BundlePlan, checks: Checks, say: Say = print) -> set[Role]:
    """Write a bundle and check every network in it against torch; replaces an earlier bundle of the same name.

    Args:
        folder: folder of the bundle.
        plan: what it holds.
        checks: images for the check, of the size of the plan.
        say: told one line about every network.

    Returns:
        The roles of its networks, see :func:`missing_networks`.

    Raises:
        ModelError: a network does not say in ONNX what it says in torch; nothing is written.
        InputError: the folder cannot be written or holds something else.
        RuntimeFailure: the disk failed or is full.
    """
    with staged_folder(folder) as work:
        written = [_write_part(work, part, plan, checks, say) for part in plan.parts]
        manifest = _manifest(plan, written, checks)
        write_manifest(work, manifest)
    return {entry["role"] for entry in manifest["networks"]}


def missing_networks(roles: set[Role]) -> str | None:
    """Return what a bundle of networks with these roles lacks to be used by the engine, None if nothing."""
    if "joint" in roles or roles == {"localization", "damage"}:
        return None
    return "a damage network" if roles == {"localization"} else "a localization network"


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ``model.json`` with checksums, and its keys into the metadata of every network.

    Args:
        folder: holds the networks.
        manifest: all keys; ``networks`` without ``sha256``.
    """
    for entry in manifest["networks"]:
        # a lone ONNX file still says what it is
        model = onnx.load(folder / entry["file"])
        del model.metadata_props[:]
        for key, value in manifest.items():
            prop = model.metadata_props.add()
            prop.key, prop.value = key, value if isinstance(value, str) else json.dumps(value)
        onnx.save(model, folder / entry["file"])
    networks = [{**entry, "sha256": file_checksum(folder / entry["file"])} for entry in manifest["networks"]]
    text = json.dumps({**manifest, "networks": networks}, indent=2, ensure_ascii=False)
    (folder / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")


def _write_part(folder: Path, part: Part, plan: BundlePlan, checks: Checks, say: Say) -> _WrittenPart:
    form = plan.form
    graph = ExportGraph(part.load(), form.size, part.scaling, part.margin)
    model = traced(graph)
    if form.precision == "fp16":
        model = in_half_precision(model)
    elif form.storage == "half":
        model = store_half(model)
    path = folder / f"{part.name}.onnx"
    onnx.save(model, path)
    del model
    parity = measure_parity(path, graph, checks.pairs, plan.thresholds)
    parity.check(part.name, form.rounded)
    say(f"{path.name}: {graph.ends.role}, {path.stat().st_size / 1e6:.1f} MB; against torch: {parity}")
    ends = graph.ends
    del graph
    gc.collect()  # networks refer to themselves, and the next one of an ensemble needs the memory
    return _WrittenPart(part, ends, parity)


def _manifest(plan: BundlePlan, written: Sequence[_WrittenPart], checks: Checks) -> dict[str, Any]:
    roles = _roles([entry.ends for entry in written])
    return {
        "contract": CONTRACT,
        **asdict(plan.card),
        "networks": [
            {"file": f"{entry.part.name}.onnx", "role": role, "weight": entry.part.weight, **entry.part.origin}
            for entry, role in zip(written, roles, strict=True)
        ],
        "tile_size": plan.form.tile_size,
        "gsd_m": plan.gsd_m,
        "overlap": plan.overlap,
        "normalization": "inside the graph: ImageNet mean and standard deviation of RGB/255",
        "decision": dict(plan.decision),
        "tta": plan.tta,
        "classes": [CLASS_NAMES[c] for c in DAMAGE_CLASSES],
        "precision": plan.form.precision,
        "parity": {
            "images": checks.kind,
            **asdict(worst([entry.parity for entry in written])),
            "limits": asdict(limits(plan.form.rounded)),
            "networks": {f"{entry.part.name}.onnx": asdict(entry.parity) for entry in written},
        },
    }


def _roles(ends: Sequence[Ends]) -> list[Role]:
    if all(e.role == "damage" and e.damage == 5 for e in ends):
        # nobody else says where buildings are, and the background channel can
        return ["joint"] * len(ends)
    return [e.role for e in ends]
