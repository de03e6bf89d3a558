"""Kills runs at many random points, lets them go on, and compares the results: ``make kill``.

``python -m tests.engine.journal.kill_points [COUNT] [SEED]``. Half of the runs are killed, in the other half the power
fails: what was not synchronised with the disk is lost. Some are killed again when they go on.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.engine.journal.scene import assess, contents, draw_scene
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.protocol.journal.unfinished_run import find_unfinished_run

_LAST = 260  # file operations of a run, about


def program(point: int, chance: random.Random) -> tuple[str, ...]:
    """Return what is run in the place of the engine to be killed at an operation on a file."""
    return "-m", "tests.engine.journal.killed_run", str(point), chance.choice(("kill", "power"))


def main(arguments: Sequence[str]) -> int:
    """Run and print one line for each point; return how many results were others."""
    count, seed = (int(text) for text in (*arguments, *("100", "1")[len(arguments) :]))
    chance, wrong = random.Random(seed), 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        model = write_tiny_bundle(folder / "model", 128, 32, features=4)
        options = [*draw_scene(folder), f"--model={model}", "--overwrite"]
        whole = assess(options, folder / "damage.gpkg")
        if whole.returncode:
            raise SystemExit(whole.stderr)
        expected = contents(folder / "damage.gpkg")
        for number in range(1, count + 1):
            output = folder / str(number) / "damage.gpkg"
            output.parent.mkdir()
            points = [chance.randrange(1, _LAST)] + [chance.randrange(1, _LAST)] * (chance.random() < 0.3)
            kept = []
            for part, point in enumerate(points):
                again = ["--resume"] if part else []
                killed = assess([*options, *again], output, *program(point, chance))
                if killed.returncode not in (0, -signal.SIGKILL):
                    raise SystemExit(f"point {point}: {killed.stdout}{killed.stderr}")
                found = find_unfinished_run(output)
                kept.append(f"{found.finished_rows} of {found.rows}" if found else "none")
            done = assess([*options, "--resume"], output)
            same = done.returncode == 0 and contents(output) == expected
            wrong += not same
            told = "the same" if same else f"ANOTHER RESULT {done.stdout[-300:]}{done.stderr[-300:]}"
            print(f"{number}: killed at {points}, kept rows: {', '.join(kept)}: {told}", flush=True)
    print(f"{wrong} of {count} results were others")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
