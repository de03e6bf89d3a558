"""mypy with the types of PyQt6 and QGIS 4: methods, arguments and enumerations of objects whose class is known."""

import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.checkout import ROOT
from tests.qt6.qgis4_interface import Interface, stubs_folder
from tests.qt6.used_names import PLUGIN
from tests.source_files import modules

pytestmark = pytest.mark.skipif(
    stubs_folder() is None or find_spec("mypy") is None,
    reason="mypy and the types of QGIS 4 are not in this environment",
)

#: What the stubs say too strictly, and why it runs.
KNOWN = [
    (r'"dict\[str(, |: )?.*"dict\[str \| None, Any\]"', "keys of a dictionary of C++ are called optional, too"),
    (r'No overload variant of "bytes" matches argument type "QByteArray"', "it has a buffer, the stubs leave it out"),
    (r"field_types\.py:.*type\[QVariant\]", "asked for in QGIS before 3.38 only"),
]

BAD = """
from qgis.PyQt.QtCore import QProcess, Qt
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QLabel, QWidget

def use(combo: QComboBox, dialog: QDialog, process: QProcess) -> None:
    dialog.exec_()
    combo.setItemData(0, "", 3.5)
    QLabel().setAlignment(4)
    process.error.connect(print)
    QWidget().fontMetrics().width("")
    combo.currentIndexChanged.connect(print)
"""


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    """What mypy says of the plugin and of a file that does what Qt 6 refuses; two lists."""
    bad = tmp_path_factory.mktemp("bad") / "bad_sample.py"
    bad.write_text(BAD)
    command = [sys.executable, "-m", "mypy", "--config-file", ROOT / "tests" / "qt6" / "mypy.ini"]
    command += ["--cache-dir", ROOT / "build" / "mypy-qt6", "--no-error-summary", "--hide-error-context"]
    files = [path.relative_to(ROOT) for path in modules(PLUGIN, without=PLUGIN / "engine")]
    done = subprocess.run([*command, *files, bad], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.stderr
    lines = [line for line in done.stdout.splitlines() if ": error: " in line]
    return [line for line in lines if "bad_sample" not in line], [line for line in lines if "bad_sample" in line]


def set_while_qgis_is_imported(line, interface):
    found = re.search(r'"type\[(\w+)\]" has no attribute "(\w+)"', line)
    ends = found and tuple(name for name in interface.set_at_import if name.endswith(f".{found[2]}"))
    return bool(ends)


def test_the_plugin_fits_qt_6_and_qgis_4(errors):
    interface = Interface(stubs_folder())
    open_ones = [
        line
        for line in errors[0]
        if not any(re.search(pattern, line) for pattern, _ in KNOWN) and not set_while_qgis_is_imported(line, interface)
    ]
    assert open_ones == []


@pytest.mark.parametrize("number", [6, 7, 8, 9, 10])
def test_what_qt_6_refuses_is_found(errors, number):
    assert [line for line in errors[1] if f"bad_sample.py:{number}:" in line]


def test_what_qt_6_takes_is_let_pass(errors):
    assert not [line for line in errors[1] if "bad_sample.py:11:" in line]
