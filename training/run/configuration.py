"""Configuration of a training run: a YAML file, checked on load, with ``key=value`` overrides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    model_serializer,
    model_validator,
)

from ..augmentation.presets import Augmentation, AugmentationSection, augmentation_preset
from ..data.sampling import SamplingRule
from ..data.sources import DataConfig
from ..labels import label_rule
from ..losses.registry import AnyLoss
from ..networks.registry import AnyNetwork
from ..optimisation.optimisers import OptimiserSettings
from ..optimisation.phases import Phase
from ..section import ConfigurationError, StrictModel, read_section

Accelerator = Literal["auto", "cpu", "cuda", "gpu", "mps"]
Precision = Literal["32-true", "bf16-mixed", "16-mixed"]

_AS_WRITTEN = ("network", "loss", "sampling", "augmentation", "optimiser")


class RunConfig(StrictModel):
    """Length, precision and bookkeeping of a run.

    Attributes:
        folder: gets checkpoints, log and TensorBoard files.
        steps: length in steps; without ``steps`` and ``epochs`` it is the sum of the phases.
        epochs: length in epochs.
        samples_per_epoch: size of an epoch; by default what the sampling rule says.
        batch: samples of a step over all processes and turns.
        accumulate: turns whose gradients are summed before a step.
        seed: of everything that is drawn.
        precision: ``auto`` is full precision for localization and for everything on a CPU, fp16 with a dynamic loss
            scale for all other networks on a GPU.
        accelerator: ``auto``, ``cpu``, ``cuda``, or another of Lightning Fabric's.
        compile: run the network through ``torch.compile``.
        ema_decay: of the moving average of the weights; 0 keeps the weights themselves.
        non_finite: skip steps that are not finite, or stop.
        log_every: steps between figures of the training.
        save_every: steps between writes of ``last.pt``; by default an epoch.
        evaluate_every: steps between validations; by default an epoch.
        keep_every: epochs between checkpoints that are kept for good.
    """

    folder: Path
    steps: int | None = Field(None, gt=0)
    epochs: float | None = Field(None, gt=0)
    samples_per_epoch: int | None = Field(None, gt=0)
    batch: int = Field(8, gt=0)
    accumulate: int = Field(1, gt=0)
    seed: int = 0
    precision: Literal["auto", "32-true", "bf16-mixed", "16-mixed"] = "auto"
    accelerator: Accelerator = "auto"
    compile: bool = False
    ema_decay: float = Field(0.0, ge=0, lt=1)
    non_finite: Literal["skip", "stop"] = "skip"
    log_every: int = Field(20, gt=0)
    save_every: int | None = Field(None, gt=0)
    evaluate_every: int | None = Field(None, gt=0)
    keep_every: float | None = Field(None, gt=0)

    @model_validator(mode="after")
    def _one_length(self) -> RunConfig:
        if self.steps is not None and self.epochs is not None:
            raise ValueError("give run.steps or run.epochs, not both")
        return self


class Configuration(StrictModel):
    """A whole run.

    ``start`` is a checkpoint of the same network whose averaged weights a run begins with: to go on with other data, or
    with a new schedule. ``configuration.json`` and checkpoints keep the sections of ``_AS_WRITTEN`` as they were
    written: what was given is told apart from a default.
    """

    network: AnyNetwork
    loss: AnyLoss
    data: DataConfig
    sampling: SamplingRule = SamplingRule()
    augmentation: AugmentationSection = AugmentationSection()
    optimiser: OptimiserSettings = OptimiserSettings()
    phases: list[Phase] = Field(min_length=1)
    localization: Path | None = None
    start: Path | None = None
    run: RunConfig
    _written: dict[str, dict[str, Any]] = PrivateAttr()

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, content: dict[str, Any], read: ModelWrapValidatorHandler[Configuration]) -> Configuration:
        config = read(content)
        config._written = {name: dict(content.get(name, {})) for name in _AS_WRITTEN}
        return config

    @model_serializer(mode="wrap")
    def _kept(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {**write(self), **self._written}

    @property
    def network_section(self) -> dict[str, Any]:
        """The section ``network`` as it was written."""
        return dict(self._written["network"])

    def augmentation_of(self, preset: str | None) -> Augmentation:
        """Return a preset, by default that of the section, with the changes that the section names."""
        changes = {key: getattr(self.augmentation, key) for key in self._written["augmentation"] if key != "preset"}
        return replace(augmentation_preset(preset or self.augmentation.preset), **changes)

    def precision(self, accelerator: str) -> Precision:
        """Return the precision on an accelerator, ``cpu`` or another.

        Binary losses are not stable in fp16 (second place), so localization stays in full precision.
        """
        if self.run.precision != "auto":
            return self.run.precision
        mixed = accelerator != "cpu" and self.network.task != "localization"
        return "16-mixed" if mixed else "32-true"


_READER = TypeAdapter(Configuration)


def load_configuration(path: Path, overrides: list[str] | None = None) -> Configuration:
    """Read and check a configuration.

    Args:
        path: YAML file.
        overrides: ``section.key=value`` with values in YAML syntax.

    Raises:
        ConfigurationError: the file or an override cannot be used.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: not a text file ({error})") from error
    content: Any = _yaml(text, str(path))
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: not a configuration (a mapping of sections is expected)")
    for override in overrides or []:
        _apply(content, override)
    return check_configuration(content)


def check_configuration(content: dict[str, Any]) -> Configuration:
    """Check the content of a configuration.

    Raises:
        ConfigurationError: a key is unknown or a value cannot be used.
    """
    config = read_section(_READER, content)
    label_rule(config.data.labels)
    return config


def _apply(content: dict[str, Any], override: str) -> None:
    key, sign, value = override.partition("=")
    if not sign:
        raise ConfigurationError(f"{override}: write section.key=value")
    *parents, last = key.split(".")
    node = content
    for parent in parents:
        node = node.setdefault(parent, {})
        if not isinstance(node, dict):
            raise ConfigurationError(f"{key}: {parent} has no keys below it")
    node[last] = _yaml(value, override)


def _yaml(text: str, place: str) -> object:
    """Read YAML.

    Raises:
        ConfigurationError: it is broken; one line says what and where, after ``place``.
    """
    try:
        return yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
        raise ConfigurationError(f"{place}: not YAML: {error.problem}{where}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigurationError(f"{place}: not YAML: {str(error).splitlines()[0]}") from error
