from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

from qgis.PyQt.QtGui import QImage

from tests.plugin.conftest import ROOT

SCRIPT = ROOT / "packaging" / "render_map.py"


def fake_result(path):
    spec = importlib.util.spec_from_file_location("fake_engine", ROOT / "tests" / "plugin" / "fake_engine.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_geopackage(str(path))


def render(*arguments):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_map(image_pair, tmp_path):
    fake_result(tmp_path / "damage.gpkg")
    done = render(tmp_path / "damage.gpkg", image_pair[1], tmp_path / "map.png")
    assert done.returncode == 0, done.stderr
    picture = QImage(str(tmp_path / "map.png"))
    assert (picture.width(), picture.height()) == (1600, 1100)
    # something is drawn on the left (map) and on the right (title, legend)
    for columns in (range(50, 1100, 7), range(1200, 1580, 2)):
        assert len({picture.pixel(x, y) for x in columns for y in range(40, 1050, 5)}) > 2


def test_missing_result(image_pair, tmp_path):
    done = render(tmp_path / "gone.gpkg", image_pair[1], tmp_path / "map.png")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("error: ")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "map.png").exists()
