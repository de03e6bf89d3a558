"""Looks names up in a PyQt; a program, because one process can hold one PyQt only.

``python qt_lookup.py PyQt6`` reads a JSON list of ``[module, path]`` such as ``["QtCore", "Qt.ItemDataRole.UserRole"]``
and prints those that this PyQt lacks. ``QAction`` and its relatives are looked for where ``qgis.PyQt`` has them: in
``QtGui`` and in ``QtWidgets``.
"""

import json
import sys
from importlib import import_module

MOVED = ("QAction", "QActionGroup", "QShortcut")


def found(package: str, module: str, path: str) -> bool:
    first, *rest = path.split(".")
    homes = ("QtGui", "QtWidgets") if first in MOVED and module in ("QtGui", "QtWidgets") else (module,)
    for home in homes:
        thing = getattr(import_module(f"{package}.{home}"), first, None)
        if thing is not None:
            break
    else:
        return False
    for name in rest:
        if not hasattr(thing, name):
            return False
        thing = getattr(thing, name)
    return True


if __name__ == "__main__":
    wanted = json.load(sys.stdin)
    json.dump([[module, path] for module, path in wanted if not found(sys.argv[1], module, path)], sys.stdout)
