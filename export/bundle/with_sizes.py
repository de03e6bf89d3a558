"""A bundle whose networks take images of several sizes; for tiles of its own size the answers stay, bit by bit."""

from __future__ import annotations

import json
from pathlib import Path

import onnx

from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import UsageError
from xview2_qgis.protocol.model_json import MANIFEST_NAME

from ..graph.open_sizes import open_sizes, require_sizes
from .staged_folder import staged_folder
from .writer import refuse_unusable, write_manifest


def write_with_sizes(bundle: Path, multiple: int, folder: Path) -> None:
    """Write a bundle whose networks take images whose rows and columns are multiples of a number.

    Args:
        bundle: folder of a bundle.
        multiple: the number; it divides the size of a tile.
        folder: where the new one goes; replaces an earlier bundle of the same name.

    Raises:
        UsageError: the number does not divide the size of a tile, or the rule of the bundle decides whole tiles.
        ModelError: the bundle is not in order, its answers would change, or it does not take such images.
        InputError: the folder cannot be written or holds something else.
    """
    known = open_bundle(bundle)
    if multiple < 1 or known.tile_size % multiple:
        raise UsageError(f"{multiple} does not divide tiles of {known.tile_size}", "change --multiple", "size-multiple")
    if known.decision.whole_tiles:
        raise UsageError(
            f"the rule {known.decision.name} decides whole tiles of one size", "keep the bundle as it is",
            "size-multiple",
        )  # fmt: skip
    manifest = json.loads((known.path / MANIFEST_NAME).read_text(encoding="utf-8"))
    with staged_folder(folder) as work:
        for network in known.networks:
            before = network.path.read_bytes()
            model = onnx.load_from_string(before)
            open_sizes(model)
            require_sizes(before, model.SerializeToString(), known.tile_size, multiple)
            onnx.save(model, work / network.path.name)
        manifest["size_multiple"] = multiple
        if known.features is not None:
            manifest["features"] = list(known.features)
        manifest["networks"] = [
            {key: value for key, value in entry.items() if key != "sha256"} for entry in manifest["networks"]
        ]
        write_manifest(work, manifest)
        refuse_unusable(work)
