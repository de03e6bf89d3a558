"""An exported network holds what it needs for its answer and no more."""

import collections

import numpy as np
import onnxruntime
import pytest
import torch

from export.graph.export_graph import ExportGraph
from export.graph.tracing import traced
from training.networks.normalisation import normalise
from training.networks.registry import read_network
from training.networks.scores import probabilities


@pytest.mark.parametrize(
    "section",
    [
        {"name": "compact-split", "encoder": "efficientnet_lite0"},
        {"name": "compact", "encoder": "efficientnet_lite0"},
        {"name": "unet", "task": "damage", "encoder": "efficientnet_lite0", "widths": [32, 16, 16, 8]},
        pytest.param({"name": "dual-hrnet", "width": 18}, marks=pytest.mark.slow),
    ],
    ids=lambda section: section["name"],
)
def test_sizes_are_known_and_both_images_share_weights(section):
    network = read_network(section).build(start=False).eval()
    model = traced(ExportGraph(network, (64, 96)))
    kinds = collections.Counter(node.op_type for node in model.graph.node)
    # nothing computes shapes or cuts batches, so that ONNX Runtime can lay features out for its convolutions
    assert not {"Shape", "Gather", "Softmax"} & kinds.keys()
    weights = [t.raw_data for t in model.graph.initializer if len(t.raw_data) > 1000]
    assert len(weights) == len(set(weights))

    images = np.random.default_rng(0).integers(0, 256, (2, 2, 3, 64, 96), dtype=np.uint8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    values = session.run(None, {"pre": images[0], "post": images[1]})
    with torch.no_grad():
        said = probabilities(network(*(normalise(torch.from_numpy(image)) for image in images)), (64, 96))
    for output, found in zip(session.get_outputs(), values, strict=True):
        assert np.abs(found - getattr(said, output.name).numpy()).max() < 1e-4
