"""Configuration of a training run: a YAML file, checked on load, with ``key=value`` overrides.

Unknown keys are refused and the nearest known one is named, because a misspelt learning rate costs a night.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError


class ConfigurationError(ValueError):
    """A configuration cannot be used; the message says which key and why."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NetworkConfig(_Section):
    """Which network to train."""

    name: Literal["compact"] = "compact"
    encoder: str = "efficientnet_lite0"
    weights: str | None = "package"
    widths: tuple[int, int, int, int] = (128, 80, 48, 32)


class SourceConfig(_Section):
    """One xBD folder and how often it is drawn from."""

    folder: Path
    weight: float = Field(1.0, gt=0)


class DataConfig(_Section):
    """Where samples come from and how they vary."""

    train: list[SourceConfig]
    validation: Path | None = None
    cache: Path = Path(".cache/training")
    crop: int = Field(256, ge=64, multiple_of=32)
    building_share: float = Field(0.8, ge=0, le=1)
    damaged_share: float = Field(0.25, ge=0, le=1)
    class_weights: tuple[float, float, float, float] = (1.0, 1.2, 1.2, 0.8)
    scale: float = Field(1.25, ge=1)
    rotation: float = 15.0
    displacement: float = 1.5
    colour: float = Field(0.3, ge=0, le=1)
    degrade: float = Field(0.35, ge=0, le=1)
    workers: int = Field(1, ge=0)


class OptimiserConfig(_Section):
    """AdamW with linear warm-up and cosine."""

    learning_rate: float = Field(1e-3, gt=0)
    encoder_factor: float = Field(0.4, gt=0)
    weight_decay: float = Field(1e-2, ge=0)
    warmup: float = Field(0.05, ge=0, lt=1)
    final_factor: float = Field(0.01, ge=0)
    clip: float = Field(5.0, gt=0)


class RunConfig(_Section):
    """Length, precision and bookkeeping of the run."""

    folder: Path
    steps: int = Field(gt=0)
    batch: int = Field(8, gt=0)
    seed: int = 0
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "32-true"
    accelerator: str = "auto"
    loss_class_weights: tuple[float, float, float, float] = (1.0, 2.0, 2.0, 1.5)
    ema_decay: float = Field(0.998, ge=0, lt=1)
    save_every: int = Field(100, gt=0)
    evaluate_every: int = Field(500, gt=0)


class Configuration(_Section):
    """A whole run."""

    network: NetworkConfig = Field(default_factory=NetworkConfig)
    data: DataConfig
    optimiser: OptimiserConfig = Field(default_factory=lambda: OptimiserConfig.model_validate({}))
    run: RunConfig


def load_configuration(path: Path, overrides: list[str] | None = None) -> Configuration:
    """Read and check a configuration.

    Args:
        path: YAML file.
        overrides: ``section.key=value`` with values in YAML syntax.

    Raises:
        ConfigurationError: the file or an override cannot be used.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path}: not a configuration (a mapping of sections is expected)")
    for override in overrides or []:
        _apply(content, override)
    try:
        return Configuration.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError("; ".join(_explain(dict(e)) for e in error.errors())) from error


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
    node[last] = yaml.safe_load(value)


_SECTIONS: dict[str, type[BaseModel]] = {
    "network": NetworkConfig,
    "data": DataConfig,
    "optimiser": OptimiserConfig,
    "run": RunConfig,
}


def _explain(error: dict[str, Any]) -> str:
    place = [str(p) for p in error["loc"]]
    if error["type"] == "extra_forbidden":
        model = _SECTIONS.get(place[0]) if len(place) > 1 else Configuration
        known = list(model.model_fields) if model else []
        near = difflib.get_close_matches(place[-1], known, n=1, cutoff=0.0)
        return f"{'.'.join(place)}: unknown key" + (f", did you mean {near[0]}?" if near else "")
    return f"{'.'.join(place)}: {error['msg']}"
