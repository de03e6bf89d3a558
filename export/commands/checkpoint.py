"""``xview2-export checkpoint``: makes a bundle a checkpoint again, with which a training can begin."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.command import Command

from .arguments import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("bundle", type=Path, help="a bundle with weights of 16-bit or 32-bit floats")
    parser.add_argument("--config", type=Path, required=True, help="YAML file whose network is that of the bundle")
    parser.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="xBD folder of real pairs")
    parser.add_argument("--pairs", type=count, default=16, metavar="N", help="how many pairs to measure on (16)")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="for start=FILE of xview2-train fit")


def run(options: argparse.Namespace) -> int:
    """Write the checkpoint.

    Raises:
        EngineError: the bundle or an image is not in order.
        ValueError: the configuration or the folder is not.
    """
    from training.run.configuration import load_configuration

    from ..bundle.any_bundle import open_any
    from ..recovery.checkpoint import recover
    from ..sessions.image_pairs import real_pairs

    config = load_configuration(options.config)
    bundle = open_any(options.bundle)
    pairs = real_pairs(options.images, bundle.size, options.pairs)
    checkpoint, alike = recover(bundle, config, pairs)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.save(options.output)
    print(f"{options.output}: the network of {bundle.manifest['id']} (correlation of what both say {alike:.5f})")
    return 0


COMMAND = Command("checkpoint", "make a bundle a checkpoint again, for start= of xview2-train", add_arguments, run)
