"""The list of commands and the modules behind it."""

from __future__ import annotations

import argparse
import pkgutil
import subprocess
import sys

import pytest

from xview2_qgis.engine import commands
from xview2_qgis.engine.command_line.command import load_command
from xview2_qgis.engine.command_line.parser import make_parser
from xview2_qgis.engine.errors import UsageError


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_each_has_its_module(name):
    command = load_command(name)
    command.add_arguments(argparse.ArgumentParser())
    assert callable(command.run)


def test_modules_that_run_something_are_listed():
    found = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    running = {name.replace("_", "-") for name in found if hasattr(load_command(name), "run")}
    assert running == set(commands.COMMANDS)


def test_help_loads_no_command():
    code = (
        "import sys\nfrom xview2_qgis.engine.cli import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit:\n    print(*sorted(sys.modules), sep='\\n')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines())
    assert "xview2_qgis.engine.command_line.parser" in loaded
    assert not {f"xview2_qgis.engine.commands.{name.replace('-', '_')}" for name in commands.COMMANDS} & loaded
    assert not {"numpy", "rasterio", "onnxruntime"} & loaded


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the following arguments are required: command"),
        (["asess"], "argument command: invalid choice: 'asess'"),
        (["assess", "--device", "gpu"], "argument --device: invalid choice: 'gpu'"),
        (["assess", "--pre-bands", "3,2"], "argument --pre-bands: give three band numbers such as 3,2,1"),
        (["assess", "--post-nodata", "white"], "argument --post-nodata: give values such as 0,255 or ranges"),
        (["assess", "--batch-size", "0"], "argument --batch-size: give auto or a number above zero"),
        (["assess", "--tile-offset", "1"], "argument --tile-offset: invalid _offset value: '1'"),
        (["assess", "--tta", "model"], "argument --tta: invalid choice: 'model'"),
        (["models", "show"], "the following arguments are required: name"),
    ],
)
def test_wrong_usage_says_what_is_wrong(words, message):
    with pytest.raises(UsageError) as caught:
        make_parser(words).parse_args(words)
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith("see xview2")
    assert caught.value.hint.endswith(" --help")
