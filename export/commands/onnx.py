"""``xview2-export onnx``: writes checkpoints of ``xview2-train`` as a bundle."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from training.commands.command import Command

from ..bundle.form import Form, Storage
from .arguments import add_form

if TYPE_CHECKING:
    from torch import nn

    from training.evaluation.calibration import Scaling
    from xview2_qgis.engine.bundle.manifest import Role

    from ..bundle.bundle_plan import Part

_STRIDE = 32  # networks of training halve the image five times


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument(
        "checkpoints", nargs="+", type=Path, metavar="CHECKPOINT",
        help="one network, or a localization and a damage network",
    )  # fmt: skip
    parser.add_argument("--card", type=Path, help="JSON file: id, title, licence, training_data, source")
    parser.add_argument(
        "--calibration", type=Path, help="JSON file of `xview2-train calibrate`; replaces what the card says"
    )
    parser.add_argument("--gsd", type=float, default=0.5, help="ground sampling distance, metres (0.5)")
    parser.add_argument(
        "--storage", choices=get_args(Storage), default="single",
        help="half: weights of fp32 networks rounded to 16 bits, half the file",
    )  # fmt: skip
    add_form(parser, pairs=4)


def run(options: argparse.Namespace) -> int:
    """Write the bundle.

    Raises:
        EngineError: the arguments or the result are not in order.
        ValueError: a checkpoint or a data set is not.
    """
    # torch takes seconds to load, which --help need not wait for
    from training.run.checkpoint import load_network
    from xview2_qgis.engine.bundle.archive import file_checksum
    from xview2_qgis.engine.errors import InputError

    from ..bundle.bundle_plan import BundlePlan
    from ..bundle.card import UNKNOWN_LICENCE, calibrated, default_card, read_card
    from ..graph.export_graph import find_ends
    from .bundle_output import output_folder, warn, write

    output = output_folder(options)
    form = Form(options.input_size, options.precision, options.storage)
    if any(length % _STRIDE for length in form.size):
        raise InputError("height and width must be divisible by 32", "change --input-size", "image-size")
    card = read_card(options.card) if options.card else default_card(output.name)
    if options.calibration:
        card = calibrated(card, options.calibration)
        if card.tuned_on and card.tuned_on.isdisjoint(file_checksum(path) for path in options.checkpoints):
            names = " and ".join(str(path) for path in options.checkpoints)
            warn(
                f"{options.calibration} was chosen for another checkpoint than {names}, for which its thresholds and "
                "probabilities may be wrong; run xview2-train calibrate on this one"
            )
    networks = [load_network(path) for path in options.checkpoints]
    roles = [find_ends(network).role for network in networks]
    if len(networks) > 2 or (len(networks) == 2 and set(roles) != {"localization", "damage"}):
        raise InputError(
            f"the checkpoints are for {' and '.join(roles)}",
            "give one, or one for localization and one for damage", "roles",
        )  # fmt: skip
    plan = BundlePlan(
        card=card.card,
        parts=_trained_parts(options.checkpoints, networks, roles, card.scaling),
        form=form,
        decision=card.decision,
        tta=card.tta,
        overlap=min(form.size) // 4 if options.overlap is None else int(options.overlap),
        gsd_m=options.gsd,
    )
    write(options, plan)
    if card.card.licence == UNKNOWN_LICENCE:
        warn("the bundle names no licence; give --card before you pass it on, weights carry that of their data")
    return 0


def _trained_parts(
    paths: Sequence[Path], networks: Sequence[nn.Module], roles: Sequence[Role], scaling: Scaling
) -> tuple[Part, ...]:
    from ..bundle.bundle_plan import Part

    names = ["network"] if len(networks) == 1 else list(roles)
    parts = [
        Part(name, partial(_given, network), scaling=scaling, origin={"source_file": path.name})
        for name, network, path in zip(names, networks, paths, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: part.name != "localization"))


def _given(network: nn.Module) -> nn.Module:
    return network


COMMAND = Command("onnx", "write checkpoints of xview2-train as a bundle", add_arguments, run)
