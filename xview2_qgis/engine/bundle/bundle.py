"""A model bundle: networks as ONNX files and ``model.json``, checked before anything in it is used.

A bundle is a folder, or the same zipped as ``NAME.xv2.zip``. Images go in as ``pre`` and ``post`` (uint8 RGB, N×3×H×W),
normalisation is inside the graph. Out come ``building`` (N×1×H×W, probability) and/or ``damage`` (N×5×H×W with
background first, or N×4×H×W given a building), and where the network tells it ``features`` (N×C×h×w), what it saw on a
grid of its own. Nothing in a bundle is executed by opening it, and no pickle is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..decision.rule import DecisionRule
from ..decision.views import Tta
from ..errors import ModelError, brief
from .archive import forget_unpacked, unpacked
from .manifest import (
    CONTRACT,
    MOST_FEATURES,
    PRECISIONS,
    MissingPre,
    ModelManifest,
    NetworkEntry,
    Precision,
    Role,
    Score,
    read_manifest,
)  # fmt: skip
from .network_file import read_network
from .onnx_header import OnnxHeader, TensorInfo, read_header

#: Oldest operator set with everything exporters write today, and the newest the oldest allowed runtime reads.
_OPSETS = range(11, 22)
_MAXIMUM_IR_VERSION = 10
# Others need a library of operators, or hand something compiled to a device (com.microsoft's EPContext): nothing of a
# bundle is executed, and our exporter writes operators of ONNX only.
_DOMAINS = {"", "ai.onnx"}
#: Names of the rows and columns of a network that takes several sizes, for devices that want to know them.
OPEN_AXES = ("height", "width")
_HINT = "install the model again, or ask its author"


@dataclass(frozen=True)
class Network:
    """One checked network of a bundle.

    Attributes:
        path: the ONNX file.
        role: ``localization``, ``damage`` or ``joint``.
        sha256: checksum of the file.
        precision: of the weights.
        inputs: names among ``pre``, ``post``.
        outputs: names among ``building``, ``damage``, ``features``.
        damage_channels: 5 (background first), 4 (given a building), or None without ``damage``.
        batch_size: fixed batch size of the graph, None for any.
        weight: how often it counts in the mean over the networks with the same output.
        features: channels, rows and columns of the output ``features`` for a tile, None without it.
        tile_size: rows and columns of that tile.
    """

    path: Path
    role: Role
    sha256: str
    precision: Precision
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    damage_channels: int | None
    batch_size: int | None
    weight: float = 1.0
    features: tuple[int, int, int] | None = None
    tile_size: int = 1024

    def feature_shape(self, rows: int, columns: int) -> tuple[int, int, int] | None:
        """Return channels, rows and columns of the features of an image, None without."""
        if self.features is None:
            return None
        channels, high, wide = self.features
        return channels, high * rows // self.tile_size, wide * columns // self.tile_size


@dataclass(frozen=True)
class Bundle:
    """A checked model bundle.

    Attributes:
        id: short name.
        title: name for people.
        path: its folder (of an archive: where it was unpacked).
        networks: its networks.
        tile_size: rows and columns of a tile in pixels.
        gsd_m: metres per pixel it was trained for.
        overlap: pixels that neighbouring tiles share.
        decision: rule and thresholds.
        tta: test-time augmentation that belongs to the model, unless the user wants another.
        classes: the four damage classes in the order of the channels.
        precision: ``fp32``, ``fp16`` or ``int8``, unless a network says otherwise.
        licence: licence of the weights.
        training_data: what it was trained on.
        scores: measured quality.
        source: where it comes from.
        summary: what to expect of it, in plain sentences; may be empty.
        missing_pre: what is given in the place of a pre-event image that is not there; None where both are needed.
        checksum: sha256 over the networks' checksums, in the order of their file names.
        size_multiple: the networks also take images whose rows and columns are multiples of this, somewhat larger than
            a tile or smaller; None for tiles only.
    """

    id: str
    title: str
    path: Path
    networks: tuple[Network, ...]
    tile_size: int
    gsd_m: float
    overlap: int
    decision: DecisionRule
    tta: Tta
    classes: tuple[str, ...]
    precision: Precision
    licence: str
    training_data: str
    scores: tuple[Score, ...]
    source: str
    checksum: str
    summary: str = ""
    missing_pre: MissingPre | None = None
    size_multiple: int | None = None

    @property
    def features(self) -> tuple[int, int, int] | None:
        """Channels, rows and columns of what its networks tell of a tile beside their answer; None without."""
        return next((network.features for network in self.networks if network.features), None)

    @property
    def feature_bytes(self) -> float:
        """Bytes of a pixel's share of the features, as 16-bit numbers."""
        channels, rows, columns = self.features or (0, 0, 0)
        return 2.0 * channels * rows * columns / self.tile_size**2


def open_bundle(path: Path) -> Bundle:
    """Open and check a bundle.

    Args:
        path: a bundle folder or a ``.xv2.zip``.

    Raises:
        ModelError: there is no bundle, or anything about it is wrong.
        RuntimeFailure: an archive cannot be unpacked for want of space or rights.
    """
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise ModelError(f"there is no model at {path}", "give a folder, a .xv2.zip or a model's name", "no-model")
    folder = unpacked(path)
    try:
        return _open_folder(folder)
    except ModelError:
        # the copy in the cache may have suffered while the archive is fine
        folder = unpacked(path, anew=True)
    try:
        return _open_folder(folder)
    except ModelError:
        forget_unpacked(folder)
        raise


def _open_folder(folder: Path) -> Bundle:
    manifest = read_manifest(folder)
    networks = tuple(_open_network(folder, entry, manifest) for entry in manifest.networks)
    if len({network.damage_channels for network in networks} - {None}) > 1:
        raise ModelError("networks of the model disagree about the damage channels", _HINT, "model-network")
    if len({network.features for network in networks} - {None}) > 1:
        raise ModelError("networks of the model disagree about the features", _HINT, "model-network")
    if needed := manifest.decision.needed_networks(networks):
        raise ModelError(
            f"the rule {manifest.decision.name} needs {needed}",
            "export the model again with another decision", "model-decision",
        )  # fmt: skip
    groups = by_precision(networks)
    if not groups:
        raise ModelError(
            f"model {manifest.id} has no precision in which all its networks exist", "export it again", "model-network"
        )
    if any(len({network.batch_size for network in group} - {None}) > 1 for group in groups.values()):
        raise ModelError("networks of the model have different batch sizes", "export the model again", "model-network")
    digests = [network.sha256 for network in sorted(networks, key=lambda network: network.path.name)]
    return Bundle(
        id=manifest.id,
        title=manifest.title,
        path=folder,
        networks=networks,
        tile_size=manifest.tile_size,
        gsd_m=manifest.gsd_m,
        overlap=manifest.overlap,
        decision=manifest.decision,
        tta=manifest.tta,
        classes=manifest.classes,
        precision=manifest.precision,
        licence=manifest.licence,
        training_data=manifest.training_data,
        scores=manifest.scores,
        source=manifest.source,
        checksum=hashlib.sha256("\n".join(digests).encode()).hexdigest(),
        summary=manifest.summary,
        missing_pre=manifest.missing_pre,
        size_multiple=None if manifest.decision.whole_tiles else manifest.size_multiple,
    )


def by_precision(networks: Sequence[Network]) -> dict[Precision, tuple[Network, ...]]:
    """Return the networks of each precision in which there are some of every role."""
    roles = {network.role for network in networks}
    groups = {
        precision: tuple(network for network in networks if network.precision == precision) for precision in PRECISIONS
    }
    return {precision: group for precision, group in groups.items() if {network.role for network in group} == roles}


def _open_network(folder: Path, entry: NetworkEntry, manifest: ModelManifest) -> Network:
    path = folder / entry.file
    try:
        header = read_header(read_network(path, entry.sha256))
    except (ValueError, RecursionError) as error:
        raise _wrong(entry, str(error)) from error
    _check_versions(entry, header)
    inputs, outputs = _check_ends(entry, header, manifest.tile_size)
    if manifest.size_multiple is not None and not _takes_any_size(header):
        raise _wrong(entry, "takes one size of images only, model.json names a size_multiple")
    features = next((info for info in header.outputs if info.name == "features"), None)
    damage = next((info for info in header.outputs if info.name == "damage"), None)
    return Network(
        path=path,
        role=entry.role,
        sha256=entry.sha256,
        precision=entry.precision,
        inputs=inputs,
        outputs=outputs,
        damage_channels=damage.shape[1] if damage else None,
        batch_size=header.inputs[0].shape[0],
        weight=entry.weight,
        features=None if features is None else _features(entry, features, manifest),
        tile_size=manifest.tile_size,
    )


def _features(entry: NetworkEntry, info: TensorInfo, manifest: ModelManifest) -> tuple[int, int, int]:
    """Return channels, rows and columns of the features of a tile: those of the network, or of model.json."""
    said = manifest.features if manifest.size_multiple is not None else None
    lengths = [length or (said[axis] if said else 0) for axis, length in enumerate(info.shape[1:4])]
    size, step = manifest.tile_size, manifest.size_multiple
    if info.dtype in ("float32", "float16") and len(info.shape) == 4:
        channels, rows, columns = lengths
        if 0 < channels <= MOST_FEATURES and 0 < rows <= size and 0 < columns <= size:
            if step is not None and any(cells * step % size for cells in (rows, columns)):
                raise _wrong(entry, f"has no whole number of features in {step} pixels")
            return channels, rows, columns
    raise _wrong(entry, f"output features must be floating point N×C×h×w of known lengths, is {_words(info)}")


def _takes_any_size(header: OnnxHeader) -> bool:
    """Return whether rows and columns of everything that goes in and comes out are open."""
    return all(length is None for info in (*header.inputs, *header.outputs) for length in info.shape[2:])


def _check_versions(entry: NetworkEntry, header: OnnxHeader) -> None:
    if foreign := (set(header.opsets) | header.domains) - _DOMAINS:
        raise _wrong(entry, f"needs operators of {brief(', '.join(sorted(foreign)))}")
    if set(header.opsets) >= _DOMAINS:
        raise _wrong(entry, "names the operator set of ONNX twice")
    opset = header.opsets.get("", header.opsets.get("ai.onnx", 0))
    if opset not in _OPSETS:
        raise _wrong(entry, f"uses ONNX operator set {opset}, allowed are {_OPSETS.start} to {_OPSETS.stop - 1}")
    if header.ir_version > _MAXIMUM_IR_VERSION:
        raise _wrong(entry, f"has ONNX file version {header.ir_version}, allowed is up to {_MAXIMUM_IR_VERSION}")
    if header.metadata.get("contract", str(CONTRACT)) != str(CONTRACT):
        raise _wrong(entry, f"was made for bundle format {header.metadata['contract'][:20]}")


def _check_ends(entry: NetworkEntry, header: OnnxHeader, tile_size: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Check names, types and shapes of inputs and outputs, and return the names."""
    inputs, outputs = tuple(i.name for i in header.inputs), tuple(o.name for o in header.outputs)
    required_in = {"localization": {"pre"}, "damage": {"post"}, "joint": {"pre", "post"}}[entry.role]
    if not required_in <= set(inputs) <= {"pre", "post"}:
        raise _wrong(entry, f"has the inputs {', '.join(inputs) or 'none'}, expected are pre and post")
    required_out = {"localization": {"building"}, "damage": {"damage"}, "joint": {"damage"}}[entry.role]
    allowed_out = required_out | {"features"} | ({"building"} if entry.role == "joint" else set())
    if not required_out <= set(outputs) <= allowed_out:
        raise _wrong(entry, f"has the outputs {', '.join(outputs) or 'none'}, which do not fit a {entry.role} network")
    for info in header.inputs:
        if info.dtype != "uint8" or not _fits(info, ((3,), tile_size)):
            raise _wrong(entry, f"input {info.name} must be uint8 N×3×{tile_size}×{tile_size}, is {_words(info)}")
    if len({info.shape[0] for info in header.inputs}) > 1:
        raise _wrong(entry, "has inputs of different batch sizes")
    for info in (info for info in header.outputs if info.name != "features"):
        # without a building output buildings are where the background channel is not
        channels = (
            (1,) if info.name == "building" else (4, 5) if "building" in outputs or entry.role == "damage" else (5,)
        )
        if info.dtype not in ("float32", "float16") or not _fits(info, (channels, tile_size)):
            wanted = " or ".join(f"N×{c}×{tile_size}×{tile_size}" for c in channels)
            raise _wrong(entry, f"output {info.name} must be floating point {wanted}, is {_words(info)}")
    return inputs, outputs


def _fits(info: TensorInfo, wanted: tuple[tuple[int, ...], int]) -> bool:
    """Return True if a shape is N×channels×size×size; rows and columns may be open, channels may not."""
    channels, size = wanted
    return len(info.shape) == 4 and info.shape[1] in channels and all(s in (None, size) for s in info.shape[2:])


def _words(info: TensorInfo) -> str:
    return f"{info.dtype} " + "×".join("?" if length is None else str(length) for length in info.shape)


def _wrong(entry: NetworkEntry, what: str) -> ModelError:
    return ModelError(f"{entry.file} {brief(what, 300)}", _HINT, "model-network")
