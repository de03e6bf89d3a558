"""Damaged records and offline packages: every one is told as such, and nothing is written outside its folder."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import zipfile

import pytest

from tests.fuzz.mutation import changed_bytes, changed_tree, tree_bytes, truncated
from xview2_qgis.installation.offline_package import MANIFEST, read_offline_package
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.state import EngineState, state_of
from xview2_qgis.installation.state_file import NAME, Record, Step, write_record

SEED, ROUNDS = os.environ.get("FUZZ_SEED", "0"), int(os.environ.get("FUZZ_ROUNDS", "1"))
COUNT = 25 if ROUNDS == 1 else 250
FILES = {"wheels/a-1-py3-none-any.whl": b"a" * 5000, "wheels/b-1-py3-none-any.whl": bytes(range(256)) * 9}


@pytest.mark.parametrize("number", range(COUNT))
def test_any_record_is_a_state(number, tmp_path, qgis_app):
    draw = random.Random(f"{SEED}-record-{number}")
    places = InstallationPlaces(tmp_path / "engine")
    places.engine.mkdir()
    write_record(places.engine, Record("0.1.0", "00", "cpu", sys.executable, str(places.engine), Step.TESTED))
    path = places.engine / NAME
    sound = path.read_bytes()
    changes = (
        truncated,
        changed_bytes,
        lambda draw, data: tree_bytes(draw, changed_tree(draw, json.loads(data))),
        lambda draw, data: tree_bytes(draw, changed_tree(draw, json.loads(data))),
    )
    path.write_bytes(draw.choice(changes)(draw, sound))
    check_state(places)


@pytest.mark.parametrize(
    "changes", [{"folder": "\x00"}, {"base": "\ud800"}, {"plugin_version": "\ud800"}, {"variant": []}]
)
def test_values_that_are_no_names_of_anything(changes, tmp_path, qgis_app):
    places = InstallationPlaces(tmp_path / "engine")
    places.engine.mkdir()
    write_record(places.engine, Record("0.1.0", "00", "cpu", sys.executable, str(places.engine), Step.TESTED))
    path = places.engine / NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    check_state(places)
    path.write_text("[" * 3000 + "]" * 3000)
    check_state(places)


def check_state(places):
    found = state_of(places)
    assert found.state is not EngineState.ABSENT
    for text in (found.interpreter, found.version, found.detail):
        assert isinstance(text, str)
        text.encode()  # Qt takes no halves of letters


def manifest(files):
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    facts = {"variant": "cpu", "platform": "linux-x86_64", "pythons": ["3.12"], "lock_sha256": "00", "files": sums}
    return json.loads(json.dumps(facts))


@pytest.mark.parametrize("number", range(COUNT))
def test_any_offline_package_is_whole_or_refused(number, tmp_path, qgis_app):
    draw = random.Random(f"{SEED}-package-{number}")
    facts, path, target = manifest(FILES), tmp_path / "package.zip", tmp_path / "target"
    text = json.dumps(facts).encode()
    if draw.random() < 0.4:
        text = tree_bytes(draw, changed_tree(draw, facts))
    with zipfile.ZipFile(path, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        archive.writestr(draw.choice(("", "", "package/")) + MANIFEST, text)
        for name, content in FILES.items():
            archive.writestr(draw.choice(("", "package/")) + name, content)
        if draw.random() < 0.2:
            archive.writestr(zipfile.ZipInfo(draw.choice(("", "../x", MANIFEST, "\x00", "a" * 300))), b"x")
    if draw.random() < 0.7:
        path.write_bytes(draw.choice((truncated, changed_bytes, changed_bytes))(draw, path.read_bytes()))
    target.mkdir()
    try:
        package = read_offline_package(path)
        package.unpack(target, lambda done, count: None)
    except (InstallationError, OSError):
        pass
    else:
        for name, checksum in package.files.items():
            assert hashlib.sha256((target / name).read_bytes()).hexdigest() == checksum
    assert sorted(place.name for place in tmp_path.iterdir()) == ["package.zip", "target"]
