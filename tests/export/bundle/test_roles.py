"""Roles of networks, and what a bundle lacks: the engine decides whether that is so."""

import json

import pytest

from export.bundle.roles import missing_networks, roles_of
from export.graph.export_graph import Ends
from tests.engine.tiny_bundle import write_tiny_bundle
from xview2_qgis.engine.bundle import open_bundle
from xview2_qgis.engine.errors import ModelError

LOCALIZATION, GIVEN, BACKGROUND = Ends(True, None), Ends(False, 4), Ends(False, 5)


@pytest.mark.parametrize(
    ("ends", "roles"),
    [
        ([LOCALIZATION], ["localization"]),
        ([GIVEN], ["damage"]),
        ([Ends(True, 4)], ["joint"]),
        ([Ends(True, 5)], ["joint"]),
        ([LOCALIZATION, GIVEN], ["localization", "damage"]),
        ([BACKGROUND, LOCALIZATION, BACKGROUND], ["damage", "localization", "damage"]),
        ([Ends(True, 4), Ends(True, 4)], ["joint", "joint"]),
        # the background channel says where buildings are, but only where nobody else does
        ([BACKGROUND], ["joint"]),
        ([BACKGROUND, BACKGROUND], ["joint", "joint"]),
        ([BACKGROUND, GIVEN], ["damage", "damage"]),
        ([Ends(True, 5), BACKGROUND], ["joint", "damage"]),
    ],
)
def test_roles_follow_from_what_networks_say(ends, roles):
    assert roles_of(ends) == roles


@pytest.mark.parametrize(
    ("roles", "lacks"),
    [
        ({"joint"}, None),
        ({"localization", "damage"}, None),
        ({"localization"}, "a damage network"),
        ({"damage"}, "a localization network"),
    ],
)
def test_what_is_missing_is_what_the_engine_misses(roles, lacks, tmp_path):
    assert missing_networks(roles) == lacks
    folder = write_tiny_bundle(tmp_path / "tiny", 64, 16, kind="joint" if roles == {"joint"} else "separate")
    manifest = json.loads((folder / "model.json").read_text())
    manifest["networks"] = [entry for entry in manifest["networks"] if entry["role"] in roles]
    (folder / "model.json").write_text(json.dumps(manifest))
    if lacks is None:
        assert {network.role for network in open_bundle(folder).networks} == roles
    else:
        with pytest.raises(ModelError, match="must hold joint networks, or networks for localization and for damage"):
            open_bundle(folder)


@pytest.mark.parametrize("ends", [[Ends(True, 4)], [BACKGROUND], [LOCALIZATION, GIVEN], [BACKGROUND, LOCALIZATION]])
def test_networks_that_say_both_lack_nothing(ends):
    assert missing_networks(set(roles_of(ends))) is None
