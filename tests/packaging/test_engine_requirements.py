"""The list of packages that is inside the plugin, against the extra that developers install."""

import re
from pathlib import Path

from xview2_qgis.engine.doctor import REQUIREMENTS

ROOT = Path(__file__).parents[2]


def test_the_plugin_names_what_the_extra_names():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extra = re.search(r"^engine = \[$(.*?)^\]$", project, re.MULTILINE | re.DOTALL)
    wanted = re.findall(r'^    "([^"]+)",', extra[1], re.MULTILINE)
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    assert len(wanted) > 10
    assert [line for line in lines if not line.startswith("#")] == wanted
