"""``xview2 adapt``: rates the buildings of a result anew, by those that a person has reviewed."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...protocol.events import Result
from ...protocol.plain_text import printable
from ...protocol.schema import DAMAGE_LAYER
from ..run.events import EventSink

if TYPE_CHECKING:
    from ..adaptation.adaptation import Adaptation
    from ..adaptation.result_adaptation import Target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("result", type=Path, metavar="RESULT.gpkg", help="a result with reviewed buildings")
    parser.add_argument("--output", type=Path, metavar="OUT.gpkg", help="write a copy instead of changing the result")
    parser.add_argument("--overwrite", action="store_true", help="replace an existing copy")
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--dry-run", action="store_true", help="only say what it would be worth, measured by cross-validation"
    )
    action.add_argument("--undo", action="store_true", help="take an earlier adaptation back")
    parser.add_argument("--events", choices=("text", "json"), default="text", help="how the result is reported")


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Adapt the result, or say what that would be worth, or take it back.

    Raises:
        EngineError: the result cannot be used or written, or adapting it would not help.
    """
    from ..adaptation.result_adaptation import Target

    begun = time.monotonic()
    target = Target(options.result, options.output, options.overwrite)
    if options.undo:
        answer, text = _undone(target)
    elif options.dry_run:
        answer, text = _previewed(target)
    else:
        answer, text = _adapted(target)
    if options.events == "json":
        shown = str(options.result if options.output is None else options.output)
        events.emit(
            Result(shown, [DAMAGE_LAYER], answer.buildings, answer.counts, seconds=round(time.monotonic() - begun, 2),
                   figures=answer.figures)
        )  # fmt: skip
    else:
        sys.stdout.write(printable(text) + "\n")
    return 0


def _undone(target: Target) -> tuple[Result, str]:
    from ..adaptation.result_adaptation import undo_result

    undone, counts = undo_result(target)
    text = f"taken back for {undone} buildings" if undone else "this result was not adapted; nothing to take back"
    return Result(buildings=undone, counts=counts, figures={"undone": undone}), text


def _previewed(target: Target) -> tuple[Result, str]:
    from ..adaptation.result_adaptation import in_words, preview

    adaptation = preview(target.result)
    verdict = "adapting would help" if adaptation.gain.helps else "adapting would not help"
    text = f"{verdict}: {in_words(adaptation.gain)}; {adaptation.changed} buildings would get another class"
    return Result(buildings=len(adaptation.rows), figures=_figures(adaptation)), text


def _adapted(target: Target) -> tuple[Result, str]:
    from ..adaptation.result_adaptation import adapt_result, in_words

    rated = adapt_result(target)
    gain, changed = rated.adaptation.gain, rated.adaptation.changed
    counted = ", ".join(f"{count} {word}" for word, count in rated.counts.items())
    text = f"adapted: {in_words(gain)}; {changed} buildings have another class than the model's; in all {counted}"
    return Result(
        buildings=len(rated.adaptation.rows), counts=rated.counts, figures=_figures(rated.adaptation)
    ), text  # fmt: skip


def _figures(adaptation: Adaptation) -> dict[str, float]:
    gain = adaptation.gain
    return {
        "labels": gain.labels,
        "accuracy_before": round(gain.before.accuracy, 4),
        "accuracy_after": round(gain.after.accuracy, 4),
        "macro_f1_before": round(gain.before.macro_f1, 4),
        "macro_f1_after": round(gain.after.macro_f1, 4),
        "changed": adaptation.changed,
        "helps": int(gain.helps),
    }
