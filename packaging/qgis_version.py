"""Says which QGIS this Python has; fails where it is not of the version that was asked for.

With the Python of QGIS: ``/usr/bin/python3 packaging/qgis_version.py 3.44``.
"""

from __future__ import annotations

import sys


def is_version(found: str, wanted: str) -> bool:
    """Tell whether a version, such as ``3.44.5-Solothurn``, is of a series, such as ``3.44``."""
    return found == wanted or found.startswith((f"{wanted}.", f"{wanted}-"))


def main() -> int:
    """Run the command line."""
    from qgis.core import Qgis
    from qgis.PyQt.QtCore import QT_VERSION_STR

    wanted, found = sys.argv[1], Qgis.version()
    print(f"QGIS {found}, Qt {QT_VERSION_STR}, Python {sys.version.split()[0]}")
    if not is_version(found, wanted):
        print(f"error: this is QGIS {found}, not {wanted}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
