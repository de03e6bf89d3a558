"""What each command of ``xview2-export`` does with its arguments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from torch import nn

from training.evaluation.calibration import Scaling
from training.run.checkpoint import load_network
from xview2_qgis.engine.bundle.archive import file_checksum
from xview2_qgis.engine.bundle.manifest import Role
from xview2_qgis.engine.errors import InputError

from .bundle.bundle_plan import BundlePlan, Form, Part
from .bundle.card import UNKNOWN_LICENCE, calibrated, default_card, read_card
from .bundle.roles import missing_networks
from .bundle.writer import write_bundle
from .graph.export_graph import find_ends
from .listing import say_offers, verify_downloads
from .published.choice import PublishedChoice, plan_published
from .quantization import quantize_bundle
from .sessions.image_pairs import Checks, drawn_pair, real_pairs
from .verification.bundle_check import verify_bundle

_STRIDE = 32  # networks of training halve the image five times


def run_onnx(options: argparse.Namespace) -> None:
    """Write checkpoints as a bundle.

    Raises:
        EngineError: the arguments or the result are not in order.
        ValueError: a checkpoint or a data set is not.
    """
    output = _output(options)
    form = Form(options.input_size, options.precision, options.storage)
    if any(length % _STRIDE for length in form.size):
        raise InputError("height and width must be divisible by 32", "change --input-size", "image-size")
    card = read_card(options.card) if options.card else default_card(output.name)
    if options.calibration:
        card = calibrated(card, options.calibration)
        if card.tuned_on and card.tuned_on.isdisjoint(file_checksum(path) for path in options.checkpoints):
            names = " and ".join(str(path) for path in options.checkpoints)
            _warn(
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
        overlap=_overlap(options, form),
        gsd_m=options.gsd,
    )
    _write(options, plan)
    if card.card.licence == UNKNOWN_LICENCE:
        _warn("the bundle names no licence; give --card before you pass it on, weights carry that of their data")


def run_published(options: argparse.Namespace) -> None:
    """Write published weights as a bundle, or say which there are.

    Raises:
        EngineError: a file or the result is not in order.
    """
    if options.list:
        say_offers()
        return
    if options.solution is None:
        options.parser.error("--solution is needed: second-place or fifth-place")
    if options.verify:
        verify_downloads(options.verify, options.solution)
        return
    if not options.files:
        options.parser.error("files are needed; --list says which there are")
    output = _output(options)
    form = Form(options.input_size, options.precision)
    choice = PublishedChoice(options.solution, options.decision, form, options.overlap)
    _write(options, plan_published(options.files, choice, output.name))


def run_quantize(options: argparse.Namespace) -> None:
    """Write the int8 form of a bundle, if it pays.

    Raises:
        EngineError: the bundle or the output is not in order.
        ValueError: the pairs are not.
    """
    quantize_bundle(options.bundle, options.calibration, options.output, options.pairs)


def run_verify(options: argparse.Namespace) -> None:
    """Check a bundle and run it.

    Raises:
        EngineError: it is not in order.
    """
    verify_bundle(options.bundle)


def _output(options: argparse.Namespace) -> Path:
    if options.output is None:
        options.parser.error("--output is needed")
    return Path(options.output)


def _overlap(options: argparse.Namespace, form: Form) -> int:
    return min(form.size) // 4 if options.overlap is None else int(options.overlap)


def _trained_parts(
    paths: Sequence[Path], networks: Sequence[nn.Module], roles: Sequence[Role], scaling: Scaling
) -> tuple[Part, ...]:
    names = ["network"] if len(networks) == 1 else list(roles)
    parts = [
        Part(name, partial(_given, network), scaling=scaling, origin={"source_file": path.name})
        for name, network, path in zip(names, networks, paths, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: part.name != "localization"))


def _given(network: nn.Module) -> nn.Module:
    return network


def _write(options: argparse.Namespace, plan: BundlePlan) -> None:
    size = plan.form.size
    if not 0 <= plan.overlap <= min(size) // 2:
        raise InputError(
            f"an overlap of {plan.overlap} does not suit tiles of {min(size)}", "change --overlap", "overlap"
        )
    roles = write_bundle(options.output, plan, _checks(options, size))
    total = sum(path.stat().st_size for path in options.output.iterdir())
    print(f"{options.output}: {total / 1e6:.1f} MB, decision {plan.decision.name}, augmentation {plan.tta}")
    if lacks := missing_networks(roles):
        _warn(f"the bundle lacks {lacks}, without which xview2 assess cannot use it")
    if size[0] != size[1]:
        _warn("xview2 assess takes square tiles only; this bundle is for other programs")


def _checks(options: argparse.Namespace, size: tuple[int, int]) -> Checks:
    if options.check:
        return Checks(tuple(real_pairs(options.check, size, options.pairs)), "real")
    seen = "checked on a synthetic town only"
    if options.precision == "fp16":
        seen += ", also whether numbers inside outgrow 16 bits"
    _warn(f"{seen}; --check FOLDER compares on real pairs")
    return Checks((drawn_pair(size),), "drawn")


def _warn(text: str) -> None:
    print(f"warning: {text}", file=sys.stderr)
