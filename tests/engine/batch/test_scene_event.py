from __future__ import annotations

import pytest

from xview2_qgis.engine.batch.scene_event import facts_of_scene
from xview2_qgis.engine.batch.scene_plan import SideOutputs, plans
from xview2_qgis.engine.batch.scenes.catalog import Scene, read_catalog
from xview2_qgis.engine.errors import InputError
from xview2_qgis.engine.imagery.event_file import given_facts
from xview2_qgis.protocol.scene_facts import EventFacts, ImageFacts, SceneFacts

OF_ALL = SceneFacts(EventFacts(name="Quake", glide="EQ-2023-000015-TUR"), post=ImageFacts(source="Example"))


def test_a_line_of_the_list_comes_before_what_holds_for_all():
    scene = Scene("a", "post.tif", event="Aftershock", pre_date="2022-12-01", post_date="2023-02-20T18:05+03:00")
    assert facts_of_scene(scene, OF_ALL) == SceneFacts(
        EventFacts(name="Aftershock", glide="EQ-2023-000015-TUR"),
        ImageFacts(acquired="2022-12-01"),
        ImageFacts(source="Example", acquired="2023-02-20T15:05:00Z"),
    )
    assert facts_of_scene(Scene("a", "post.tif"), OF_ALL) == OF_ALL


@pytest.mark.parametrize("date", ["20230220", "2023-W08-1", "2023-02-20"])
def test_all_days_that_a_list_may_hold(date):
    assert facts_of_scene(Scene("a", "b", post_date=date), SceneFacts()).post.acquired == "2023-02-20"


def test_the_column_may_name_a_file_beside_the_list(tmp_path):
    (tmp_path / "quake.yaml").write_text("event: {name: Quake, area: Antakya}\n", encoding="utf-8")
    (tmp_path / "scenes.csv").write_text(
        "id,pre,post,event,pre_date\na,a.tif,b.tif,quake.yaml,2023-01-01\nb,a.tif,b.tif,,\n", encoding="utf-8"
    )

    class Silent:
        def warning(self, code, message):
            raise AssertionError(message)

    scenes = read_catalog(tmp_path / "scenes.csv", Silent())
    first, second = plans(scenes, tmp_path / "out", {"event": None}, SideOutputs())
    # the summary has the name of the event, not of the file
    assert (first.scene.event, second.scene.event) == ("Quake", "")
    assert given_facts(first.parameters.event) == SceneFacts(
        EventFacts(name="Quake", area="Antakya"), ImageFacts(acquired="2023-01-01")
    )
    assert second.parameters.event is None


def test_a_file_that_is_wrong_is_told_before_anything_runs(tmp_path):
    scenes = [Scene("a", "b.tif", event=str(tmp_path / "none.json"))]
    with pytest.raises(InputError, match=r"none\.json cannot be read"):
        plans(scenes, tmp_path, {}, SideOutputs())
