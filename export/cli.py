"""The command ``xview2-export``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from training.networks.encoders import WeightTransferError


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="xview2-export", description="Export trained networks to ONNX bundles.")
    commands = parser.add_subparsers(dest="command", required=True)
    onnx = commands.add_parser("onnx", help="write a checkpoint as a bundle")
    onnx.add_argument("checkpoint", type=Path)
    onnx.add_argument("--output", type=Path, required=True, help="folder of the bundle")
    onnx.add_argument("--card", type=Path, required=True, help="JSON file: id, title, licence, training_data, source")
    onnx.add_argument("--input-size", type=_square, default=1024, metavar="HxW")
    onnx.add_argument("--overlap", type=int, default=256, help="overlap of neighbouring tiles, pixels")
    onnx.add_argument("--gsd", type=float, default=0.5, help="ground sampling distance, metres")
    onnx.add_argument("--check", type=Path, help="xBD folder whose pairs are compared with torch")
    options = parser.parse_args(arguments)
    try:
        return _onnx(options)
    except (OSError, ValueError, KeyError, WeightTransferError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 3


def _square(text: str) -> int:
    parts = [int(p) for p in text.lower().split("x")]
    if len(set(parts)) != 1 or parts[0] % 32:
        raise argparse.ArgumentTypeError("height and width must be equal multiples of 32")
    return parts[0]


def _onnx(options: argparse.Namespace) -> int:
    from training.fitting import load_network
    from training.xbd import list_pairs, read_pair

    from .bundle import Card, read_decision, write_bundle
    from .graph import JointGraph
    from .parity import ParityError, measure_parity

    content = json.loads(options.card.read_text(encoding="utf-8"))
    decision = read_decision(content.pop("decision", {}))
    graph = JointGraph(load_network(options.checkpoint), float(content.pop("temperature", 1.0))).eval()
    folder = write_bundle(
        options.output, graph, Card(**content), decision, options.input_size, options.overlap, options.gsd
    )
    size = sum(p.stat().st_size for p in folder.iterdir())
    print(f"{folder}: {size / 1e6:.1f} MB")
    if options.check:
        pairs = [read_pair(p) for p in list_pairs(options.check)[:4]]
        images = [(p.pre.transpose(2, 0, 1).copy(), p.post.transpose(2, 0, 1).copy()) for p in pairs]
        parity = measure_parity(folder / "network.onnx", graph, images)
        print(f"against torch: largest difference {parity.largest_difference:.5f}, agreement {parity.agreement:.5%}")
        if parity.agreement < 0.999:
            raise ParityError("the exported graph disagrees with the network on more than 0.1 % of the pixels")
    return 0
