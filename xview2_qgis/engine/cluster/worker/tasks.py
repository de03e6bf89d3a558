"""The tasks of a worker: each is pure, and may be done by any worker, or again after one was lost."""

from __future__ import annotations

from typing import TypeAlias

from distributed import get_worker
from rasterio.windows import Window

from ....protocol.codes import ErrorCode
from ...errors import EngineError, RuntimeFailure
from ...scene.pair_tile import PairTile
from .held_model import HeldModel, Readiness
from .plugin import ModelPlugin
from .refusal import Refusal
from .scene_recipe import SceneRecipe
from .tile_answer import SentDamage, TileAnswer

#: Column, row, width and height on the grid.
Place: TypeAlias = tuple[int, int, int, int]
#: What comes back of a window, or why it cannot be read.
Answer: TypeAlias = TileAnswer | Refusal


def passed_on(recipe: SceneRecipe) -> SceneRecipe:
    """Return what is given: as a task it goes once to every worker, and is made again where it was lost."""
    return recipe


def make_ready(name: str) -> Readiness | Refusal:
    """Load the model.

    Args:
        name: of the plugin that holds it.
    """
    try:
        return _held(name).ready()
    except EngineError as error:
        return Refusal.of(error, get_worker().address)


def open_scene(name: str, key: str, recipe: SceneRecipe) -> Refusal | None:
    """Open the images of a scene, to see whether they are there."""
    try:
        _held(name).see(key, recipe)
    except EngineError as error:
        return Refusal.of(error, get_worker().address)
    return None


def predict_tiles(name: str, key: str, recipe: SceneRecipe, places: tuple[Place, ...]) -> tuple[Answer, ...] | Refusal:
    """Read and predict the tiles of a batch.

    Args:
        name: of the plugin that holds the model.
        key: of the scene.
        recipe: the scene.
        places: windows of the grid.

    Returns:
        An answer for each of them, or why none can be predicted.
    """
    worker = get_worker().address
    answers: list[Answer] = [TileAnswer(None)] * len(places)
    tiles: list[tuple[int, PairTile, tuple[SentDamage, ...]]] = []
    try:
        held = _held(name)
        for position, place in enumerate(places):
            try:
                tile, damage = held.read(key, recipe, Window(*place))
            except EngineError as error:
                answers[position] = Refusal.of(error, worker)
                continue
            answers[position] = TileAnswer(None, damage)
            if tile is not None:
                tiles.append((position, tile, damage))
        for (position, _, damage), sent in zip(tiles, held.predict([tile for _, tile, _ in tiles]), strict=True):
            answers[position] = TileAnswer(sent, damage)
    except EngineError as error:
        return Refusal.of(error, worker)
    except MemoryError:
        return Refusal.of(
            RuntimeFailure(
                f"worker {worker} has not enough memory", "use --batch-size 1, or give workers more memory",
                ErrorCode.OUT_OF_MEMORY,
            ),
            worker,
        )  # fmt: skip
    return tuple(answers)


def _held(name: str) -> HeldModel:
    plugin = get_worker().plugins.get(name)
    if not isinstance(plugin, ModelPlugin) or plugin.held is None:
        raise RuntimeFailure(
            "the model of this run is not there", "look into the log of this worker: it could not load the engine",
            "cluster-version",
        )  # fmt: skip
    return plugin.held
