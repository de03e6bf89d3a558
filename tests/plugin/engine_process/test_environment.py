from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from qgis.core import QgsSettings

from tests.plugin.engine_process.test_probe import PYTHON
from xview2_qgis.engine_process.environment import (
    ISOLATED,
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
            "PYTHONIOENCODING": "utf-16",
            "PYTHONPLATLIBDIR": "nowhere",
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
        "ORT_DISABLE_TELEMETRY": "1",
    }
    assert "LD_LIBRARY_PATH" not in clean_variables({"LD_LIBRARY_PATH": str(qgis)})

    def unreadable(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "glob", unreadable)  # the tests may run as root, who reads everything
    assert clean_variables({"LD_LIBRARY_PATH": str(cuda)})["LD_LIBRARY_PATH"] == str(cuda)


HOSTILE = {
    "PYTHONIOENCODING": "utf-16", "PYTHONPLATLIBDIR": "nowhere", "PYTHONHOME": "/nowhere", "PYTHONPATH": "/nowhere",
    "PYTHONSTARTUP": "/nowhere", "PYTHONUTF8": "0", "PYTHONINSPECT": "1", "PYTHONWARNINGS": "error",
    "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C",
}  # fmt: skip


@pytest.mark.skipif(not os.access(PYTHON, os.X_OK), reason="there is no engine environment")
def test_no_variable_of_python_changes_the_engine(tmp_path):
    """The packages of the environment are found, those of a home are not, and letters come as they are."""
    version = ".".join(map(str, sys.version_info[:2]))
    site = tmp_path / ".local" / "lib" / f"python{version}" / "site-packages"
    site.mkdir(parents=True)
    (site / "rasterio.py").write_text("raise ImportError('the package of the home')")
    given = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XVIEW2_MODELS": str(tmp_path / "mödels"), **HOSTILE}
    program = "import importlib.util, os, sys; print(sys.flags.utf8_mode, os.environ['XVIEW2_MODELS'], 'PYTHONHOME' in"
    program += " os.environ, 'PYTHONPATH' in os.environ, importlib.util.find_spec('rasterio').origin)"
    # as the plugin does it, and with the variables left in, which the options alone must withstand
    for variables in (clean_variables(given), {k: v for k, v in given.items() if k != "PYTHONPLATLIBDIR"}):
        done = subprocess.run([PYTHON, *ISOLATED, "-c", program], env=variables, capture_output=True, timeout=60)
        said = done.stdout.decode("utf-8").split(" ")
        assert said[:2] == ["1", str(tmp_path / "mödels")], done.stderr
        assert "site-packages" in said[4]
        assert str(tmp_path) not in said[4]


@pytest.mark.skipif(not os.access(PYTHON, os.X_OK), reason="there is no engine environment")
def test_nothing_is_noted_where_an_interpreter_imports_onnx_runtime(tmp_path):
    given = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [PYTHON, *ISOLATED, "-c", "import onnxruntime; print(onnxruntime.__version__)"]
    subprocess.run(command, env=clean_variables(given), check=True, timeout=60)
    assert list(tmp_path.rglob("*")) == []


def test_setting_before_variable_before_managed(qgis_app, tmp_path, monkeypatch):
    with pytest.raises(EngineMissingError, match="is not installed") as caught:
        find_engine()
    assert caught.value.hint.startswith("Click Install…")
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
