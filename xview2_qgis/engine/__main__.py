"""``python -m xview2_qgis.engine``: the command ``xview2``."""

from .cli import main

raise SystemExit(main())
