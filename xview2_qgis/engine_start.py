"""Starts the engine that lies beside this file: ``python engine_start.py assess …``. Run by the engine's Python.

``python -m xview2_qgis.engine`` would look for every package in the folder of QGIS's plugins first, where a plugin that
is called like one of them would take its place. Here only ``xview2_qgis`` itself comes from there, also where another
version of it is installed.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys


def main() -> None:
    """Run the engine with the arguments of this process."""
    folder = os.path.dirname(os.path.abspath(__file__))
    if sys.path and os.path.abspath(sys.path[0]) == folder:
        del sys.path[0]
    spec = importlib.util.spec_from_file_location(
        "xview2_qgis", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise SystemExit(f"error: {folder} holds no engine: install the plugin anew")
    package = importlib.util.module_from_spec(spec)
    sys.modules["xview2_qgis"] = package
    spec.loader.exec_module(package)
    runpy.run_module("xview2_qgis.engine", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
