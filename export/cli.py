"""The command ``xview2-export``: reads arguments, runs a command, turns errors into one line and an exit code.

Exit codes: 0 done, 2 wrong usage, 3 unusable input, 4 unusable model, 5 the disk or the runtime failed.
"""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from typing import get_args

from xview2_qgis.engine.errors import Cancelled, EngineError, RuntimeFailure

from .bundle.bundle_plan import Precision, Storage
from .published.registry import SOLUTIONS


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    logging.getLogger("timm").setLevel(logging.ERROR)
    from . import commands  # torch takes seconds to load, which --help need not wait for

    try:
        run = {
            "onnx": commands.run_onnx,
            "published": commands.run_published,
            "quantize": commands.run_quantize,
            "verify": commands.run_verify,
        }[options.command]
        run(options)
    except EngineError as error:
        return _failed(str(error), error.exit_code)
    except (OSError, ValueError) as error:  # of training: checkpoints, data sets, weights
        return _failed(str(error), 3)
    except RuntimeError as error:  # of torch and its exporter
        if "memory" in str(error).lower():
            return _failed("the memory of this machine is full: close other programs", RuntimeFailure.exit_code)
        return _failed(f"PyTorch failed ({str(error)[:300]}): report it with the command", RuntimeFailure.exit_code)
    except MemoryError:
        return _failed("the memory of this machine is full: close other programs", RuntimeFailure.exit_code)
    except KeyboardInterrupt:
        return _failed("cancelled", Cancelled.exit_code)
    return 0


def _failed(text: str, code: int) -> int:
    print(f"error: {' '.join(text.split())}", file=sys.stderr)
    return code


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="xview2-export", description="Export trained networks to ONNX bundles.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_onnx(commands.add_parser("onnx", help="write checkpoints of xview2-train as a bundle"))
    published = commands.add_parser("published", help="write weights published by the challenge's participants")
    _add_published(published)
    published.set_defaults(parser=published)
    quantize = commands.add_parser("quantize", help="write the int8 form of a bundle, if it pays")
    quantize.add_argument("bundle", type=Path, help="an fp32 bundle")
    quantize.add_argument("--calibration", type=Path, required=True, metavar="FOLDER", help="xBD folder of real pairs")
    quantize.add_argument("--output", type=Path, required=True, metavar="DIR")
    quantize.add_argument(
        "--pairs",
        type=_count,
        default=8,
        metavar="N",
        help="how many pairs to calibrate with, and as many others to rate with (8)",
    )
    verify = commands.add_parser("verify", help="check a bundle and run it")
    verify.add_argument("bundle", type=Path, help="a folder or a .xv2.zip")
    return parser


def _add_onnx(onnx: argparse.ArgumentParser) -> None:
    onnx.add_argument(
        "checkpoints", nargs="+", type=Path, metavar="CHECKPOINT",
        help="one network, or a localization and a damage network",
    )  # fmt: skip
    onnx.add_argument("--card", type=Path, help="JSON file: id, title, licence, training_data, source")
    onnx.add_argument(
        "--calibration", type=Path, help="JSON file of `xview2-train calibrate`; replaces what the card says"
    )
    onnx.add_argument("--gsd", type=float, default=0.5, help="ground sampling distance, metres (0.5)")
    onnx.add_argument(
        "--storage", choices=get_args(Storage), default="single",
        help="half: weights of fp32 networks rounded to 16 bits, half the file",
    )  # fmt: skip
    _add_form(onnx, pairs=4)


def _add_published(published: argparse.ArgumentParser) -> None:
    published.add_argument("files", nargs="*", type=Path, metavar="FILE", help="published files, or their folder")
    published.add_argument("--solution", choices=SOLUTIONS)
    published.add_argument(
        "--decision", choices=("published", "streaming"),
        help="the authors' rule, or that of the engine (default: the authors' if the files allow it)",
    )  # fmt: skip
    published.add_argument("--list", action="store_true", help="say which files to fetch, and from where")
    published.add_argument(
        "--verify", type=Path, metavar="FOLDER", help="say which of the files are there and in order"
    )
    published.set_defaults(storage="single")
    _add_form(published, pairs=1)


def _add_form(command: argparse.ArgumentParser, pairs: int) -> None:
    command.add_argument("--output", type=Path, metavar="DIR", help="folder of the bundle")
    command.add_argument("--precision", choices=get_args(Precision), default="fp32")
    command.add_argument("--input-size", type=_size, default=(1024, 1024), metavar="HxW")
    command.add_argument(
        "--overlap",
        type=int,
        help="overlap of neighbouring tiles, pixels (default: a quarter; none with the published decision)",
    )
    command.add_argument(
        "--check", type=Path, metavar="FOLDER", help="xBD pairs to compare with torch (synthetic town)"
    )
    command.add_argument("--pairs", type=_count, default=pairs, metavar="N", help=f"how many of them ({pairs})")
    command.set_defaults(parser=command)


def _size(text: str) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdigit() and 32 <= int(part) <= 8192 for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1024x1024 (32 to 8192)")
    return int(parts[0]), int(parts[1])


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)
