"""A bundle as the commands write it: checked, and with what is worth saying about it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xview2_qgis.engine.errors import InputError

from ..bundle.bundle_plan import BundlePlan
from ..bundle.roles import missing_networks
from ..bundle.writer import write_bundle
from ..sessions.image_pairs import Checks, drawn_pair, real_pairs


def output_folder(options: argparse.Namespace) -> Path:
    """Return the folder of the bundle; ends the command where none is given."""
    if options.output is None:
        options.parser.error("--output is needed")
    return Path(options.output)


def write(options: argparse.Namespace, plan: BundlePlan) -> None:
    """Write a bundle, compare it with torch, and print what it is.

    Raises:
        EngineError: the result is not in order.
        ValueError: the pairs are not.
    """
    size = plan.form.size
    if not 0 <= plan.overlap <= min(size) // 2:
        raise InputError(
            f"an overlap of {plan.overlap} does not suit tiles of {min(size)}", "change --overlap", "overlap"
        )
    roles = write_bundle(options.output, plan, _checks(options, size))
    total = sum(path.stat().st_size for path in options.output.iterdir())
    print(f"{options.output}: {total / 1e6:.1f} MB, decision {plan.decision.name}, augmentation {plan.tta}")
    if lacks := missing_networks(roles):
        warn(f"the bundle lacks {lacks}, without which xview2 assess cannot use it")
    if size[0] != size[1]:
        warn("xview2 assess takes square tiles only; this bundle is for other programs")


def warn(text: str) -> None:
    """Print a warning."""
    print(f"warning: {text}", file=sys.stderr)


def _checks(options: argparse.Namespace, size: tuple[int, int]) -> Checks:
    if options.check:
        return Checks(tuple(real_pairs(options.check, size, options.pairs)), "real")
    seen = "checked on a synthetic town only"
    if options.precision == "fp16":
        seen += ", also whether numbers inside outgrow 16 bits"
    warn(f"{seen}; --check FOLDER compares on real pairs")
    return Checks((drawn_pair(size),), "drawn")
