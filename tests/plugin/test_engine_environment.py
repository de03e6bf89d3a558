from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from qgis.core import QgsSettings

from xview2_qgis.engine_environment import (
    SETTING,
    EngineMissingError,
    clean_variables,
    find_engine,
    interpreter_in,
    managed_folder,
)


def test_nothing_of_qgis_reaches_the_engine(tmp_path, monkeypatch):
    qgis = tmp_path / "qgis" / "lib"
    cuda = tmp_path / "cuda" / "lib"
    for folder, library in ((qgis, "libqgis_core.so.3.40"), (cuda, "libcudnn.so.9")):
        folder.mkdir(parents=True)
        (folder / library).touch()
    cleaned = clean_variables(
        {
            "PATH": "/bin",
            "HOME": "/home/me",
            "HTTPS_PROXY": "http://proxy:1",
            "GDAL_HTTP_PROXY": "http://proxy:2",
            "CUDA_VISIBLE_DEVICES": "1",
            "PYTHONHOME": "/qgis",
            "PYTHONPATH": "/qgis/python",
            "PROJ_LIB": "/qgis/proj",
            "PROJ_DATA": "/qgis/proj",
            "GDAL_DATA": "/qgis/gdal",
            "GDAL_DRIVER_PATH": "/qgis/gdal",
            "QT_PLUGIN_PATH": "/qgis/qt",
            "QT_QPA_PLATFORM": "offscreen",
            "QGIS_PREFIX_PATH": "/qgis",
            "VIRTUAL_ENV": "/venv",
            "LD_LIBRARY_PATH": os.pathsep.join([str(qgis), str(cuda)]),
        }
    )
    assert cleaned == {
        "PATH": "/bin",
        "HOME": "/home/me",
        "HTTPS_PROXY": "http://proxy:1",
        "GDAL_HTTP_PROXY": "http://proxy:2",
        "CUDA_VISIBLE_DEVICES": "1",
        "LD_LIBRARY_PATH": str(cuda),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    assert "LD_LIBRARY_PATH" not in clean_variables({"LD_LIBRARY_PATH": str(qgis)})

    def unreadable(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "glob", unreadable)  # the tests may run as root, who reads everything
    assert clean_variables({"LD_LIBRARY_PATH": str(cuda)})["LD_LIBRARY_PATH"] == str(cuda)


def test_setting_before_variable_before_managed(qgis_app, tmp_path, monkeypatch):
    with pytest.raises(EngineMissingError, match="not set up") as caught:
        find_engine()
    assert "XVIEW2_ENGINE_PYTHON" in caught.value.hint
    [packages] = re.findall(r'install -r "([^"]+)"', caught.value.hint)
    assert "onnxruntime" in Path(packages).read_text()
    managed = interpreter_in(managed_folder())
    managed.parent.mkdir(parents=True)
    managed.symlink_to(sys.executable)
    try:
        assert find_engine().interpreter == str(managed)
        for name in ("by_variable", "by_setting"):
            (tmp_path / name).symlink_to(sys.executable)
        monkeypatch.setenv("XVIEW2_ENGINE_PYTHON", str(tmp_path / "by_variable"))
        # the link itself, not what it points to: that is how a virtual environment is recognised
        assert find_engine().interpreter == str(tmp_path / "by_variable")
        QgsSettings().setValue(SETTING, str(tmp_path / "by_setting"))
        assert find_engine().interpreter == str(tmp_path / "by_setting")
        QgsSettings().setValue(SETTING, str(tmp_path / "gone"))
        with pytest.raises(EngineMissingError, match="gone"):
            find_engine()
    finally:
        managed.unlink()
