"""What is to be done for one scene: the parameters of its run, which are those of the batch with its own files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...protocol.options.assessment import OPTIONS, AssessmentParameters
from ...protocol.scene_facts import SceneFacts
from ...protocol.scene_facts.facts_file import facts_to_json
from ..imagery.event_file import given_facts
from .scene_event import facts_of_scene
from .scenes.catalog import Scene

#: Options of a batch, by name: texts of the command line, True for flags.
Words = Mapping[str, "str | bool | None"]

_POLYGONS = ("aoi", "exclude", "footprints")
_DETAILS = tuple(option.name for option in OPTIONS if len(option.place) == 2 and option.place[0] == "pre")


@dataclass(frozen=True)
class SideOutputs:
    """What every scene gets beside its GeoPackage.

    Attributes:
        damage_raster: a damage raster.
        report: a report.
    """

    damage_raster: bool = False
    report: bool = False


@dataclass(frozen=True)
class ScenePlan:
    """A scene and the parameters of its run.

    Attributes:
        scene: the line of the list; its event is a name.
        parameters: exactly those of ``xview2 assess``.
    """

    scene: Scene
    parameters: AssessmentParameters


def plans(scenes: Sequence[Scene], folder: Path, words: Words, beside: SideOutputs) -> list[ScenePlan]:
    """Return what is to be done, in the order of the list.

    Args:
        scenes: the list.
        folder: where the results go: ``ID.gpkg``, ``ID_damage.tif`` and ``ID.html``.
        words: options of ``assess`` that hold for all scenes. What a scene names comes before theirs.
        beside: further files.

    Raises:
        ValueError: an option stands for no value.
        InputError: a file with event and imagery cannot be used (``event-file``).
    """
    event = words.get("event")
    of_all = given_facts(event if isinstance(event, str) else None)
    found = [(scene, facts_of_scene(scene, of_all)) for scene in scenes]
    return [
        ScenePlan(replace(scene, event=facts.event.name), _parameters(scene, folder, _with(words, facts), beside))
        for scene, facts in found
    ]


def _with(words: Words, facts: SceneFacts) -> Words:
    return {**words, "event": facts_to_json(facts) if facts != SceneFacts() else None}


def _parameters(scene: Scene, folder: Path, words: Words, beside: SideOutputs) -> AssessmentParameters:
    texts: dict[str, str | bool | None] = {
        **words,
        "pre": scene.pre or None,
        "post": scene.post,
        "output": str(folder / f"{scene.id}.gpkg"),
        "damage_raster": str(folder / f"{scene.id}_damage.tif") if beside.damage_raster else None,
        "report": str(folder / f"{scene.id}.html") if beside.report else None,
    }
    texts |= {name: getattr(scene, name) for name in _POLYGONS if getattr(scene, name)}
    if not scene.pre:  # what is said of pre-event images concerns the other scenes
        texts |= dict.fromkeys(_DETAILS)
    return AssessmentParameters.from_texts(texts)
