"""The list of packages that is inside the plugin, against the extra that developers install."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.checkout import ROOT
from xview2_qgis.engine.commands.doctor import REQUIREMENTS

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def named_by(extra):
    """What an extra asks for, with what those that it takes in ask for."""
    for text in EXTRAS[extra]:
        requirement = Requirement(text)
        if requirement.name == "xview2-qgis":
            for inner in requirement.extras:
                yield from named_by(inner)
        else:
            yield text


def test_the_plugin_names_what_the_extra_names():
    wanted = list(named_by("engine"))
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    assert len(wanted) > 10
    assert [line for line in lines if not line.startswith("#")] == wanted


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_brings_one_runtime_for_networks(extra):
    """Two overwrite each other: both are the folder ``onnxruntime``."""
    runtimes = {Requirement(text).name for text in named_by(extra) if text.startswith("onnxruntime")}
    assert runtimes == {"engine-base": set(), "cluster": set(), "docs": set(), "engine-gpu": {"onnxruntime-gpu"}}.get(
        extra, {"onnxruntime"}
    )


def test_both_runtimes_have_the_same_oldest_release():
    bounds = [
        Requirement(text).specifier for extra in ("engine", "engine-gpu") for text in named_by(extra) if "onnx" in text
    ]
    assert len(bounds) == 2
    assert bounds[0] == bounds[1]


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
        "onnxruntime-gpu[cuda,cudnn]": (1, 27),
        "jinja2": (3, 1, 6),
        "opencv-python-headless": (4, 12),
        "setuptools": (78, 1, 1),
        "onnxruntime": (1, 27),
        "onnx": (1, 21),
    }.items():
        [bound] = re.findall(rf'"{re.escape(name)}>=([\d.]+)"', project)
        assert tuple(int(part) for part in bound.split(".")) >= oldest, name
