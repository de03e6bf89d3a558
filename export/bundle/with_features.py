"""A bundle whose networks also tell what they see; their answers stay as they are, bit by bit."""

from __future__ import annotations

import json
from pathlib import Path

import onnx

from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import UsageError
from xview2_qgis.protocol.model_json import MANIFEST_NAME

from ..graph.exposed_features import expose_features, require_same_answer
from .staged_folder import staged_folder
from .writer import refuse_unusable, write_manifest


def write_with_features(bundle: Path, tensor: str, folder: Path) -> tuple[int, int, int]:
    """Write a bundle with an output ``features`` and return its channels, rows and columns.

    Args:
        bundle: folder of a bundle without features.
        tensor: name of a tensor N×C×h×w inside each network.
        folder: where the new one goes; replaces an earlier bundle of the same name.

    Raises:
        UsageError: the bundle has features, or the tensor is none that could be.
        ModelError: the bundle is not in order, or its answers would change.
        InputError: the folder cannot be written or holds something else.
    """
    known = open_bundle(bundle)
    manifest = json.loads((known.path / MANIFEST_NAME).read_text(encoding="utf-8"))
    shapes = set()
    with staged_folder(folder) as work:
        for network in known.networks:
            before = network.path.read_bytes()
            model = onnx.load_from_string(before)
            shapes.add(expose_features(model, tensor))
            require_same_answer(before, model.SerializeToString(), known.tile_size)
            onnx.save(model, work / network.path.name)
        if len(shapes) != 1:
            raise UsageError(f"{tensor} has another shape in each network", "choose another tensor", "features")
        (shape,) = shapes
        manifest["features"] = list(shape)
        manifest["networks"] = [
            {key: value for key, value in entry.items() if key != "sha256"} for entry in manifest["networks"]
        ]
        write_manifest(work, manifest)
        refuse_unusable(work)
    return shape
