"""``python -m xview2_qgis.engine``: the command ``xview2``."""

import sys


def main() -> int:
    """Run the command; an interrupt is heard while Python is still loading it."""
    try:
        from .cli import main as run

        return run()
    except KeyboardInterrupt:
        print("cancelled", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
