"""The networks of the second place with random weights: as fast as the published ones, whose files are not needed.

``python -m benchmarks.performance.random_pair FOLDER [fp16]`` writes a localization and a damage network as a bundle:
DenseNet-161 and EfficientNet-B2, the pair of docs/published-weights.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

CONFIGS = {"localization": "second-place-d161-loc", "damage": "second-place-b2-softmax"}
FOLDER = Path(__file__).parents[2] / "training" / "configs"
_SIZE = 1024


def main(name: str, precision: str = "fp32") -> None:
    """Write the bundle."""
    import onnx
    import torch

    from export.bundle.writer import write_manifest
    from export.graph.export_graph import ExportGraph
    from export.graph.half_precision import in_half_precision
    from export.graph.tracing import traced
    from training.run.configuration import load_configuration

    torch.manual_seed(0)
    folder = Path(name)
    folder.mkdir(parents=True)
    entries = []
    for role, config in CONFIGS.items():
        network = load_configuration(FOLDER / f"{config}.yaml").network.build(start=False).eval()
        model = traced(ExportGraph(network, (_SIZE, _SIZE)))
        if precision == "fp16":
            model = in_half_precision(model)
        onnx.save(model, folder / f"{role}.onnx")
        entries.append({"file": f"{role}.onnx", "role": role, "weight": 1.0})
    manifest = {
        "contract": 1, "id": "random-pair", "title": "Second-place pair, random weights", "licence": "CC0-1.0",
        "training_data": "none", "source": "benchmarks/performance/random_pair.py", "scores": [], "networks": entries,
        "tile_size": _SIZE, "gsd_m": 0.5, "overlap": 256, "normalization": "inside the graph", "precision": precision,
        "classes": ["no-damage", "minor-damage", "major-damage", "destroyed"],
        "decision": {
            "rule": "object-vote", "building_threshold": 0.25, "damaged_building_threshold": 0.25,
            "class_weights": [1.0, 1.0, 1.0, 1.0], "minimum_area_m2": 6.0,
        },
    }  # fmt: skip
    write_manifest(folder, manifest)


if __name__ == "__main__":
    main(*sys.argv[1:])
