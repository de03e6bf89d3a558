"""What there is to fetch of the published weights, and what of it lies in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from xview2_qgis.engine.errors import InputError

from .published.file import inspect
from .published.registry import OFFERS
from .published.solution import Solution


def say_offers(say: Callable[[str], None] = print) -> None:
    """Say which files to fetch, and from where."""
    for solution, offer in OFFERS.items():
        say(f"{solution}: {len(offer.files)} file{'s' * (len(offer.files) > 1)} from {offer.where}")
        for name, network in offer.files.items():
            say(f"  {name}  ({network})")
    say("Weights: CC BY-NC-SA 4.0, that of xBD. No checksums are published: --verify FOLDER checks every weight's name")
    say("and shape instead.")


def verify_downloads(folder: Path, solution: Solution, say: Callable[[str], None] = print) -> None:
    """Say which of the published files lie in a folder, and whether they are in order.

    Their authors publish no checksums; in order means readable, recognised by its shapes, every weight in its place.

    Raises:
        InputError: none is there, or one is not in order.
    """
    files = OFFERS[solution].files
    bad, good = [], 0
    for name in files:
        if not (folder / name).is_file():
            say(f"missing  {name}")
            continue
        try:
            file = inspect(folder / name, solution)
        except InputError as error:
            bad.append(name)
            say(f"BAD      {error.message}")
            continue
        good += 1
        say(f"ok       {name}  {file.network}  sha256 {file.sha256}")
    say(f"{good} of {len(files)} files in order (by structure: no checksums are published)")
    if bad:
        raise InputError(f"{folder}: {', '.join(bad)} not in order", "fetch them again", "published-file")
    if not good:
        raise InputError(
            f"{folder}: none of the published files is here", "xview2-export published --list says what to fetch",
            "published-file",
        )  # fmt: skip
