"""docs/command-line.md lists the code of every warning and error of the engine."""

from __future__ import annotations

import ast
import re

from tests.checkout import ROOT
from xview2_qgis.protocol.codes import ErrorCode, ExitCode

# position of the code among the arguments
PLACES = {
    "InputError": 2, "UsageError": 2, "ModelError": 2, "RuntimeFailure": 2, "ListenerLost": 2, "Refusal": 2,
    "warning": 0, "Notice": 0, "refuse": 0,
}  # fmt: skip
PREFIXES = {"AREA": ["aoi"], "FOOTPRINTS": ["footprints"], "REFERENCE": ["reference"], "ZONES": ["zones"]}

#: Footprints with broken coordinates are left out one by one, with a warning.
NEVER = {"footprints-coordinates"}


def called(node):
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def codes(node):
    """Codes that a call gives; those of polygons have a prefix, which may be that of either purpose."""
    places, name = PLACES.get(called(node)), called(node)
    if places is None or len(node.args) <= places:
        return
    argument = node.args[places]
    if isinstance(argument, ast.JoinedStr):
        end = "".join(part.value for part in argument.values if isinstance(part, ast.Constant))
        yield from (prefix + end for prefix in ("aoi", "footprints") if end != "-")
        return
    for part in ast.walk(argument):
        if isinstance(part, ast.Attribute) and getattr(part.value, "id", "") == "ErrorCode":
            yield getattr(ErrorCode, part.attr)
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            of = PREFIXES.get(getattr(node.func.value, "id", ""), ["aoi", "footprints"]) if name == "refuse" else [""]
            yield from {f"{prefix}-{part.value}".lstrip("-") for prefix in of} - NEVER


def engine_codes():
    """Codes of all errors and warnings that the engine makes."""
    found = set()
    for path in (ROOT / "xview2_qgis" / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.update(codes(node))
    return found


def test_every_code_is_in_the_documentation():
    listed = set(re.findall(r"`([a-z][a-z0-9-]+)`", (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")))
    found = engine_codes()
    assert len(found) > 80
    assert found <= listed, sorted(found - listed)


def test_every_code_that_the_plugin_acts_on_is_one_of_the_engine():
    shared = {code for name, code in vars(ErrorCode).items() if not name.startswith("_")}
    assert shared <= engine_codes(), sorted(shared - engine_codes())


def test_every_exit_code_is_in_the_documentation():
    text = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    table = text.split("## Exit codes")[1].split("## ")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == sorted(ExitCode)
