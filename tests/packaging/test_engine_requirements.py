"""The list of packages that is inside the plugin, against the extra that developers install."""

import re

from tests.checkout import ROOT
from xview2_qgis.engine.commands.doctor import REQUIREMENTS


def test_the_plugin_names_what_the_extra_names():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extra = re.search(r"^engine = \[$(.*?)^\]$", project, re.MULTILINE | re.DOTALL)
    wanted = re.findall(r'^    "([^"]+)",', extra[1], re.MULTILINE)
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    assert len(wanted) > 10
    assert [line for line in lines if not line.startswith("#")] == wanted


def test_set_up_takes_exact_versions_that_the_bounds_allow():
    """Bounds let repairs in; the exact versions of `make set-up` stand in one file, which is part of its stamp."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    script = (ROOT / "packaging" / "python-environment.sh").read_text(encoding="utf-8")
    exact = dict(
        re.findall(r"^([\w-]+)==([\d.]+)$", (ROOT / "packaging" / "constraints.txt").read_text(), re.MULTILINE)
    )
    assert "torch" in exact
    for name, version in exact.items():
        [bound] = re.findall(rf'^    "{name}>=([\d.]+)"', project, re.MULTILINE)
        assert [int(part) for part in version.split(".")] >= [int(part) for part in bound.split(".")]
    assert "--constraint packaging/constraints.txt" in script
    assert "cat pyproject.toml packaging/constraints.txt" in script
    assert not re.findall(r'^    "[\w-]+==', project, re.MULTILINE)


def test_no_bound_allows_a_release_with_a_known_hole():
    """Of those that were looked up on 2026-11-29; the reasons stand in pyproject.toml."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name, oldest in {
        "jinja2": (3, 1, 6),
        "opencv-python-headless": (4, 12),
        "setuptools": (78, 1, 1),
        "onnxruntime": (1, 27),
        "onnx": (1, 21),
    }.items():
        [bound] = re.findall(rf'"{name}>=([\d.]+)"', project)
        assert tuple(int(part) for part in bound.split(".")) >= oldest, name
