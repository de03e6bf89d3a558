"""``xview2-export published``: writes weights published by the participants of the challenge as a bundle."""

from __future__ import annotations

import argparse
from pathlib import Path

from training.commands.command import Command

from ..bundle.form import Form
from ..published.solution import SOLUTIONS
from .arguments import add_form


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="published files, or their folder")
    parser.add_argument("--solution", choices=SOLUTIONS)
    parser.add_argument(
        "--decision", choices=("published", "streaming"),
        help="the authors' rule, or that of the engine (default: the authors' if the files allow it)",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="say which files to fetch, and from where")
    parser.add_argument("--verify", type=Path, metavar="FOLDER", help="say which of the files are there and in order")
    parser.set_defaults(storage="single")
    add_form(parser, pairs=1)


def run(options: argparse.Namespace) -> int:
    """Write the bundle, or say which weights there are.

    Raises:
        EngineError: a file or the result is not in order.
    """
    # torch takes seconds to load, which --help need not wait for
    from ..listing import say_offers, verify_downloads
    from ..published.choice import PublishedChoice, plan_published
    from .bundle_output import output_folder, write

    if options.list:
        say_offers()
        return 0
    if options.solution is None:
        options.parser.error("--solution is needed: second-place or fifth-place")
    if options.verify:
        verify_downloads(options.verify, options.solution)
        return 0
    if not options.files:
        options.parser.error("files are needed; --list says which there are")
    output = output_folder(options)
    form = Form(options.input_size, options.precision)
    choice = PublishedChoice(options.solution, options.decision, form, options.overlap)
    write(options, plan_published(options.files, choice, output.name))
    return 0


COMMAND = Command("published", "write weights published by the challenge's participants", add_arguments, run)
