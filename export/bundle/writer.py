"""Writing a bundle: ONNX files and ``model.json``, checked against torch, complete or not at all."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import onnx

from xview2_qgis.engine.bundle.archive import file_checksum
from xview2_qgis.engine.bundle.manifest import CONTRACT, Role
from xview2_qgis.engine.errors import ModelError
from xview2_qgis.protocol.model_json import MANIFEST_NAME
from xview2_qgis.protocol.schema import CLASS_NAMES, DAMAGE_CLASSES

from ..graph.export_graph import Ends, ExportGraph
from ..graph.half_precision import in_half_precision
from ..graph.half_range import measure_range
from ..graph.parity import Parity, limits, measure_parity, worst
from ..graph.storage import store_half
from ..graph.tracing import traced
from ..sessions.image_pairs import Checks
from .any_bundle import open_any
from .bundle_plan import BundlePlan, Part
from .form import Form
from .roles import roles_of
from .staged_folder import staged_folder

Say = Callable[[str], None]

_REMARK_KEY = "//"


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
        The roles of its networks, see :func:`.roles.missing_networks`.

    Raises:
        ModelError: a network does not say in ONNX what it says in torch, its numbers do not fit into 16 bits where
            these are asked for, or the engine refuses the bundle; nothing is written.
        InputError: the folder cannot be written or holds something else.
        RuntimeFailure: the disk failed or is full.
    """
    with staged_folder(folder) as work:
        written = [_write_part(work, part, plan, checks, say) for part in plan.parts]
        manifest = _manifest(plan, written, checks)
        write_manifest(work, manifest)
        refuse_unusable(work)
    return {entry["role"] for entry in manifest["networks"]}


def refuse_unusable(folder: Path) -> None:
    """Open a finished bundle as its users will.

    Args:
        folder: the bundle, before it takes its place.

    Raises:
        ModelError: the engine refuses it for more than being made for other programs.
    """
    try:
        open_any(folder)
    except ModelError as error:
        # the engine's advice is for people who were given a bundle, not for the one who makes it
        raise ModelError(
            f"the engine refuses the bundle ({error.message})",
            "correct the card, the calibration or the option that says so",
            error.code,
        ) from error


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write ``model.json`` with checksums, and its keys into the metadata of every network.

    Args:
        folder: holds the networks.
        manifest: all keys; ``networks`` without ``sha256``.
    """
    manifest = {key: value for key, value in manifest.items() if key != _REMARK_KEY}
    for entry in manifest["networks"]:
        # a lone ONNX file still says what it is
        model = onnx.load(folder / entry["file"])
        del model.metadata_props[:]
        for key, value in manifest.items():
            prop = model.metadata_props.add()
            prop.key, prop.value = key, value if isinstance(value, str) else json.dumps(value)
        onnx.save(model, folder / entry["file"])
    networks = [{**entry, "sha256": file_checksum(folder / entry["file"])} for entry in manifest["networks"]]
    (folder / MANIFEST_NAME).write_text(manifest_text({**manifest, "networks": networks}), encoding="utf-8")


def manifest_text(manifest: Mapping[str, Any]) -> str:
    """Return the text of ``model.json``.

    The plugin repository takes a checksum for a secret that was left in a file. Its scanner looks for a remark on the
    same line, and JSON has no comments: so the networks stand on one line together with a key that is a remark.
    """
    rest = {key: value for key, value in manifest.items() if key != _REMARK_KEY}
    layout = json.dumps({**rest, "networks": None}, indent=2, ensure_ascii=False)
    networks = json.dumps(manifest["networks"], ensure_ascii=False)
    remark = f'"{_REMARK_KEY}": "# pragma: allowlist secret"'
    return layout.replace('\n  "networks": null', f'\n  "networks": {networks}, {remark}') + "\n"


def _write_part(folder: Path, part: Part, plan: BundlePlan, checks: Checks, say: Say) -> _WrittenPart:
    form = plan.form
    graph = ExportGraph(part.load(), form.size, part.scaling, part.margin)
    model = traced(graph)
    inside = ""
    if form.precision == "fp16":
        halved = in_half_precision(model)
        inside = f"; {measure_range(part.name, model, halved, checks.pairs)}"
        model = halved.model
        del halved
    elif form.storage == "half":
        model = store_half(model)
    path = folder / f"{part.name}.onnx"
    onnx.save(model, path)
    del model
    parity = measure_parity(path, graph, checks.pairs, plan.decision.thresholds)
    parity.check(part.name, form.rounded)
    say(f"{path.name}: {graph.ends.role}, {path.stat().st_size / 1e6:.1f} MB; {_compared(form)}: {parity}{inside}")
    ends = graph.ends
    del graph
    gc.collect()  # networks refer to themselves, and the next one of an ensemble needs the memory
    return _WrittenPart(part, ends, parity)


def _compared(form: Form) -> str:
    # what the figures show is not what a GPU computes
    return "against torch" + (" (on the CPU, whose convolutions are in 32 bits)" if form.precision == "fp16" else "")


def _manifest(plan: BundlePlan, written: Sequence[_WrittenPart], checks: Checks) -> dict[str, Any]:
    roles = roles_of([entry.ends for entry in written])
    return {
        "contract": CONTRACT,
        # a bundle that needs both images says nothing of a missing one
        **{key: value for key, value in asdict(plan.card).items() if value is not None},
        "networks": [
            {"file": f"{entry.part.name}.onnx", "role": role, "weight": entry.part.weight, **entry.part.origin}
            for entry, role in zip(written, roles, strict=True)
        ],
        "tile_size": plan.form.tile_size,
        "gsd_m": plan.gsd_m,
        "overlap": plan.overlap,
        "normalization": "inside the graph: ImageNet mean and standard deviation of RGB/255",
        "decision": plan.decision.manifest(),
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
