"""A session: a model and what runs its networks, opened once for one assessment or many."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import Protocol

from ..protocol.journal.unfinished_run import find_unfinished_run
from ..protocol.locations import AUTOMATIC_MODEL, DEFAULT_MODEL, DEFAULT_MODEL_INT8
from ..protocol.options.assessment import AssessmentParameters
from .bundle import Bundle, open_bundle
from .bundle.registry import find_model
from .decision.views import Tta
from .inference.default_model import DefaultModel, choose_default_model
from .inference.devices import LoadedNetworks, RuntimeOptions, RuntimeReport, open_networks
from .inference.pipeline import TilePredictor, TileSource
from .inference.predictor import Predictor
from .run.context import RunContext
from .run.events import EventSink
from .scene.pair import Scene
from .scene.tiling import EdgeTiles, Tiling


class RunPredictor(TilePredictor, Protocol):
    """What predicts the tiles of a run."""

    @property
    def report(self) -> RuntimeReport:
        """What computes."""

    @property
    def edges(self) -> EdgeTiles:
        """What tiles at the border of a scene may be."""


class Session:
    """A model on a device. A context manager that gives the memory of the networks back; for one run at a time.

    The bundle is opened and its networks are loaded when a run first asks for them: a run refuses what is wrong with
    its files before it takes seconds, and minutes on some devices, to load networks.

    Args:
        model: name of a model or path of a bundle; ``auto`` for the copy of the default model that suits the device.
        options: device, precision and batch size.
        tta: test-time augmentation; None for what belongs to the model.
        begun_with: model that ``auto`` stood for in the part of a run that is gone on with; None where there is none.
    """

    def __init__(
        self, model: str, options: RuntimeOptions, tta: Tta | None = None, begun_with: str | None = None
    ) -> None:
        self._model, self._options, self._tta, self._begun_with = model, options, tta, begun_with
        self._networks: LoadedNetworks | None = None

    @classmethod
    def of(cls, parameters: AssessmentParameters) -> Session:
        """Return a session for the model and the device that the parameters of a run name."""
        options = RuntimeOptions(parameters.device, parameters.precision, batch_size=parameters.batch_size)
        return cls(parameters.model, options, parameters.tta, _begun_with(parameters))

    @cached_property
    def bundle(self) -> Bundle:
        """The model.

        Raises:
            ModelError: there is no such model, or it is damaged.
        """
        return open_bundle(find_model(self._chosen.name))

    @cached_property
    def _chosen(self) -> DefaultModel:
        """The model by its name, and why it is that one; measured where nobody did so on this processor before."""
        if self._model != AUTOMATIC_MODEL:
            return DefaultModel(self._model)
        chosen = choose_default_model(self._options)
        if self._begun_with not in (None, chosen.name):  # measured anew since, or run on another device
            return DefaultModel(str(self._begun_with), "automatic: the run that is gone on with began with it")
        return chosen

    def reach(self, context: RunContext) -> None:
        """Reach what computes, before anything takes long; here it is this process.

        Args:
            context: of the run that begins; warned, and checked while waiting.
        """
        del context

    def predictor(self, tiles: int, events: EventSink) -> RunPredictor:
        """Return what predicts the tiles of a run.

        Networks stay loaded from run to run, but where a single tile and several are run in different ways.

        Args:
            tiles: of the run, at most.
            events: warned of devices that do not work, or run out of memory in the middle of the run.

        Raises:
            RuntimeFailure: the device does not work, or the bundle has no network of the precision asked for.
            ModelError: ONNX Runtime refuses a network.
        """
        if self._networks is None or not self._networks.suit(tiles):
            self.close()  # before others need the memory
            loaded = open_networks(self.bundle, self._options, events, tiles)
            self._networks = replace(loaded, report=replace(loaded.report, model_reason=self._chosen.reason))
        return Predictor(self.bundle, self._networks, tta=self._tta, events=events)

    def tiles(self, scene: Scene, tiling: Tiling, first_row: int = 0) -> AbstractContextManager[TileSource]:
        """Return what reads the tiles of a scene for the predictor of this session.

        Args:
            scene: open images.
            tiling: the tiles, in the order in which they will be read.
            first_row: row of tiles with which the reading begins.
        """
        del tiling, first_row
        return scene.aligned()

    def applied_to(self, parameters: AssessmentParameters) -> AssessmentParameters:
        """Return the parameters of a run with the model and the options of this session in the place of its own."""
        options = self._options
        return replace(
            parameters,
            model=self._chosen.name,
            device=options.device,
            precision=options.precision,
            batch_size=options.batch_size,
            tta=self._tta,
        )

    def close(self) -> None:
        """Give the memory of the networks back; another run may load them again."""
        self._networks = None

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _begun_with(parameters: AssessmentParameters) -> str | None:
    """Return which copy of the default model an unfinished run began with, None where nothing says so."""
    if not parameters.resume:
        return None
    found = find_unfinished_run(parameters.output)
    name = None if found is None or found.parameters is None else found.parameters.model
    return name if name in (DEFAULT_MODEL, DEFAULT_MODEL_INT8) else None
