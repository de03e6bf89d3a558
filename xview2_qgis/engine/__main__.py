"""``python -m xview2_qgis.engine``: the command ``xview2``."""

import logging
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command; an interrupt is heard while Python is still loading it."""
    _leave_data_frames_out()
    try:
        from .cli import main as run

        code = run()
    except KeyboardInterrupt:
        print("cancelled", file=sys.stderr)
        code = 130
    _leave(code)


#: Commands that read stored results as data frames.
_WITH_DATA_FRAMES = frozenset({"map", "publish", "report", "score", "zones"})


def _leave_data_frames_out() -> None:
    """Let pyogrio load without GeoPandas and pandas, which take a quarter of a second and most commands never use."""
    # the report of a run is made of its complete GeoPackage
    report = any(argument.partition("=")[0] == "--report" for argument in sys.argv[1:])
    if report or not _WITH_DATA_FRAMES.isdisjoint(sys.argv[1:]):
        return
    for name in ("geopandas", "pandas"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] # what is None there cannot be imported


def _leave(code: int) -> NoReturn:
    """End the process at once: to free all memory piece by piece takes Python a third of a second."""
    logging.shutdown()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(code)
    os._exit(code)


if __name__ == "__main__":
    main()
