from __future__ import annotations

import json
import sys

import pytest
from qgis.core import QgsSettings

from xview2_qgis.engine_process.environment import managed_folder
from xview2_qgis.installation.outcome import InstallationError
from xview2_qgis.installation.places import InstallationPlaces
from xview2_qgis.installation.plan import PYTHON_SETTING, check_room, make_plan
from xview2_qgis.installation.requirement_lock import RequirementLock, Sizes
from xview2_qgis.installation.variant import Variant


def test_what_would_be_done(qgis_app):
    plan = make_plan(Variant.CPU)
    assert plan.folder == managed_folder()
    assert not plan.folder.exists()
    assert plan.interpreter.makes_environments
    assert plan.offline is None
    sizes = Sizes.of(Variant.CPU)
    assert (plan.download_bytes, plan.disk_bytes) == (sizes.download_bytes, sizes.disk_bytes)
    assert bool(plan.minutes) == bool(sizes.disk_bytes)
    assert "NVIDIA" not in plan.licences
    assert "NVIDIA" in make_plan(Variant.CUDA).licences


def test_a_python_that_is_named_comes_first(qgis_app):
    QgsSettings().setValue(PYTHON_SETTING, sys.executable)
    assert make_plan(Variant.CPU).interpreter.origin == "the chosen Python"


def test_no_room_is_said_before_the_start(tmp_path):
    places = InstallationPlaces(tmp_path / "profile" / "engine")
    check_room(places, Sizes(10, 20, 30))
    with pytest.raises(InstallationError, match=r"Too little room on the disk: 1000000000 MB are needed") as caught:
        check_room(places, Sizes(10, 20, 10**15))
    assert "Free space" in caught.value.hint
    # downloads of an earlier run are not needed twice
    (places.downloads / "wheels").mkdir(parents=True)
    (places.downloads / "wheels" / "a.whl").write_bytes(b"x" * 1000)
    with pytest.raises(InstallationError):
        check_room(places, Sizes(10, 20, 10**15))


@pytest.mark.parametrize("text", ["", "[]", '{"cpu": 3}', '{"cpu": {"disk_bytes": "many"}}', '{"cpu": null}'])
def test_sizes_that_cannot_be_read_are_not_known(tmp_path, text):
    (tmp_path / "sizes.json").write_text(text)
    assert Sizes.of(Variant.CPU, tmp_path) == Sizes()


def test_sizes(tmp_path):
    measured = {"download_bytes": 1, "disk_bytes": 2, "peak_bytes": 3, "measured_on": "a computer"}
    (tmp_path / "sizes.json").write_text(json.dumps({"cpu": measured}))
    assert Sizes.of(Variant.CPU, tmp_path) == Sizes(1, 2, 3)
    assert Sizes.of(Variant.CUDA, tmp_path) == Sizes()


def test_requirements_of_a_lock(tmp_path):
    (tmp_path / "cpu.txt").write_text(
        "# heading\na==1 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n"
        'b==2 ; python_version < "3.12" \\\n    --hash=sha256:02  # why\n--only-binary :all:\n'
    )
    assert RequirementLock.of(Variant.CPU, tmp_path).requirements() == [
        "a==1 --hash=sha256:00 --hash=sha256:01",
        'b==2 ; python_version < "3.12" --hash=sha256:02',
    ]
    with pytest.raises(InstallationError, match="not complete"):
        RequirementLock.of(Variant.CUDA, tmp_path)
