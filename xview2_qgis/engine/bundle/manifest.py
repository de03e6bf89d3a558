"""``model.json``: the description of a model bundle, read with types checked.

The file comes from anywhere, so nothing in it is trusted: every key that is used is checked for its type and range, and
every complaint names the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from ...protocol.model_json import MANIFEST_NAME, MAXIMUM_BYTES, read_model_json
from ...protocol.plain_text import text_fault
from ...protocol.schema import CLASS_NAMES, DAMAGE_CLASSES
from ..decision.registry import RULES
from ..decision.rule import DecisionRule
from ..decision.views import VIEWS, Tta
from ..errors import ModelError
from .names import is_file_name, is_model_id

CONTRACT = 1
_HINT = "install the model again, or ask its author"

Role = Literal["localization", "damage", "joint"]
Precision = Literal["fp32", "fp16", "int8"]
#: What is given in the place of a pre-event image that is not there: the post-event image again, or zeros.
MissingPre = Literal["post", "zeros"]
#: On which images a score was measured.
ScoredImages = Literal["pair", "post"]
_ROLES: tuple[Role, ...] = get_args(Role)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
_HEAVIEST = 1000.0
_WORD = 200  # characters of a text that is not listed here:
#: Characters that texts for people may have.
LONGEST = {"id": 64, "title": 200, "licence": 4000, "training_data": 4000, "source": 4000, "summary": 1000}
_MOST, _MOST_SCORES = 64, 200  # entries of a list
#: Channels of features; they are kept for every building.
MOST_FEATURES = 1024


@dataclass(frozen=True)
class NetworkEntry:
    """A network as ``model.json`` lists it.

    Attributes:
        file: name of the ONNX file in the bundle's folder.
        role: ``localization`` (building), ``damage`` or ``joint`` (both).
        sha256: checksum of the file, lower-case hexadecimal.
        precision: of the weights; bundles may hold the same network in several precisions.
        weight: how often it counts in the mean over the networks with the same output, above 0.
    """

    file: str
    role: Role
    sha256: str
    precision: Precision
    weight: float = 1.0


@dataclass(frozen=True)
class Score:
    """A measured quality.

    Attributes:
        set: data it was measured on.
        metric: what was measured.
        value: the number.
        date: when, ISO 8601.
        images: on pairs, or on post-event images alone.
    """

    set: str
    metric: str
    value: float
    date: str
    images: ScoredImages = "pair"


@dataclass(frozen=True)
class ModelManifest:
    """The content of ``model.json``; attributes are those of :class:`.bundle.Bundle`."""

    id: str
    title: str
    networks: tuple[NetworkEntry, ...]
    tile_size: int
    gsd_m: float
    overlap: int
    decision: DecisionRule
    tta: Tta
    classes: tuple[str, ...]
    precision: Precision
    licence: str
    training_data: str
    scores: tuple[Score, ...]
    source: str
    summary: str = ""
    missing_pre: MissingPre | None = None
    size_multiple: int | None = None
    features: tuple[int, int, int] | None = None


def read_manifest(folder: Path) -> ModelManifest:
    """Read and check ``model.json`` of a bundle folder.

    Raises:
        ModelError: it is missing, no JSON, or a key is missing or wrong.
    """
    path = folder / MANIFEST_NAME
    try:
        if not path.is_file() and path.exists():  # reading a pipe would wait for ever
            raise ModelError(f"{MANIFEST_NAME} is no file", _HINT, "model-manifest")
        with path.open("rb") as file:
            content = read_model_json(file.read(MAXIMUM_BYTES + 1))
    except FileNotFoundError:
        raise ModelError(
            f"{folder.name} holds no {MANIFEST_NAME}", "give a model folder, a .xv2.zip or a model's name", "no-model"
        ) from None
    except OSError as error:
        raise ModelError(
            f"cannot read {path} ({error.strerror})", "check the file's permissions", "model-manifest"
        ) from error
    except ValueError as error:
        raise ModelError(f"{MANIFEST_NAME} {error}", _HINT, "model-manifest") from error
    return _manifest(_Keys(content, ""))


class _Keys:
    """A JSON object whose keys are taken with their type checked."""

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, dict):
            raise _wrong(where or MANIFEST_NAME, "must be an object")
        self._content, self._where = content, where

    def name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def value(self, key: str) -> object:
        if key not in self._content:
            raise _wrong(self.name(key), "is missing")
        return cast("object", self._content[key])

    def has(self, key: str) -> bool:
        return key in self._content

    def text(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str):
            raise _wrong(self.name(key), "must be text")
        if fault := text_fault(value, LONGEST.get(key, _WORD)):
            raise _wrong(self.name(key), fault)
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise _wrong(self.name(key), f"is {value[:40]!r}, known are {', '.join(allowed)}")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        return _number(self.value(key), self.name(key), low, high)

    def integer(self, key: str, low: int, high: int) -> int:
        number = self.number(key, low, high)
        if number != int(number):
            raise _wrong(self.name(key), "must be a whole number")
        return int(number)

    def items(self, key: str, most: int = _MOST) -> list[object]:
        value = self.value(key)
        if not isinstance(value, list):
            raise _wrong(self.name(key), "must be a list")
        if len(value) > most:
            raise _wrong(self.name(key), f"has more than {most} entries")
        return value

    def four_factors(self, key: str) -> tuple[float, float, float, float]:
        factors = [_number(factor, self.name(key), 0.0, _HEAVIEST) for factor in self.items(key)]
        if len(factors) != 4 or not any(factors):
            raise _wrong(self.name(key), "must be four numbers, not all 0")
        return factors[0], factors[1], factors[2], factors[3]


def _manifest(keys: _Keys) -> ModelManifest:
    contract = keys.value("contract")
    if contract != CONTRACT or isinstance(contract, bool):
        raise ModelError(
            f"the model was made for bundle format {str(contract)[:20]}, this version reads format {CONTRACT}",
            "update this program or use another model",
            "model-contract",
        )
    name = keys.text("id")
    if not is_model_id(name):
        raise _wrong("id", "must be letters, digits, '.', '_' and '-', at most 64, and no name that Windows keeps")
    tile_size = keys.integer("tile_size", 32, 8192)
    precision = cast("Precision", keys.one_of("precision", PRECISIONS))
    if not isinstance(keys.value("normalization"), str | dict):
        raise _wrong("normalization", "must be text or an object")
    classes = tuple(keys.items("classes"))
    if classes != tuple(CLASS_NAMES[damage] for damage in DAMAGE_CLASSES):
        raise _wrong("classes", "must be the four xBD damage classes in order")
    networks = tuple(
        _network(_Keys(item, f"networks[{i}]"), precision) for i, item in enumerate(keys.items("networks"))
    )
    # two names that differ in their letters' case only are one on Windows and macOS
    if len({network.file.lower() for network in networks}) != len(networks):
        raise _wrong("networks", "names a file twice")
    roles = {network.role for network in networks}
    if roles not in ({"joint"}, {"localization", "damage"}):
        raise _wrong("networks", "must hold joint networks, or networks for localization and for damage")
    return ModelManifest(
        id=name,
        title=keys.text("title"),
        networks=networks,
        tile_size=tile_size,
        gsd_m=keys.number("gsd_m", 0.01, 100.0),
        overlap=keys.integer("overlap", 0, tile_size // 2),
        decision=_decision(_Keys(keys.value("decision"), "decision")),
        tta=cast("Tta", keys.one_of("tta", tuple(VIEWS))) if keys.has("tta") else "none",
        classes=tuple(str(word) for word in classes),
        precision=precision,
        licence=keys.text("licence"),
        training_data=keys.text("training_data"),
        scores=tuple(_score(_Keys(item, f"scores[{i}]")) for i, item in enumerate(keys.items("scores", _MOST_SCORES))),
        source=keys.text("source"),
        summary=keys.text("summary") if keys.has("summary") else "",
        missing_pre=_missing_pre(keys),
        size_multiple=_size_multiple(keys, tile_size),
        features=_features(keys, tile_size),
    )


def _network(keys: _Keys, precision: Precision) -> NetworkEntry:
    file = keys.text("file")
    if not is_file_name(file) or not file.endswith(".onnx"):
        raise _wrong(keys.name("file"), f"is {file[:60]!r}, must be the name of an .onnx file in the bundle")
    sha256 = keys.text("sha256").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise _wrong(keys.name("sha256"), "must be 64 hexadecimal digits")
    own = cast("Precision", keys.one_of("precision", PRECISIONS)) if keys.has("precision") else precision
    weight = keys.number("weight", 0.0, _HEAVIEST) if keys.has("weight") else 1.0
    if weight == 0.0:
        raise _wrong(keys.name("weight"), "must be above 0; leave out a network that is not to count")
    return NetworkEntry(file, cast("Role", keys.one_of("role", _ROLES)), sha256, own, weight)


def _decision(keys: _Keys) -> DecisionRule:
    name = keys.text("rule")
    if name not in RULES:
        raise ModelError(
            f"the model asks for the unknown decision rule {name[:40]!r}",
            "update this program or use another model",
            "model-decision",
        )
    return RULES[name].read(keys)


def _size_multiple(keys: _Keys, tile_size: int) -> int | None:
    if not keys.has("size_multiple"):
        return None
    multiple = keys.integer("size_multiple", 1, tile_size)
    if tile_size % multiple:
        raise _wrong("size_multiple", "must divide tile_size")
    return multiple


def _features(keys: _Keys, tile_size: int) -> tuple[int, int, int] | None:
    if not keys.has("features"):
        return None
    lengths = keys.items("features")
    if len(lengths) != 3:
        raise _wrong("features", "must be channels, rows and columns")
    most = (MOST_FEATURES, tile_size, tile_size)
    channels, rows, columns = (int(_number(n, keys.name("features"), 1, m)) for n, m in zip(lengths, most, strict=True))
    return channels, rows, columns


def _missing_pre(keys: _Keys) -> MissingPre | None:
    return cast("MissingPre", keys.one_of("missing_pre", get_args(MissingPre))) if keys.has("missing_pre") else None


def _score(keys: _Keys) -> Score:
    images = keys.one_of("images", get_args(ScoredImages)) if keys.has("images") else "pair"
    return Score(
        keys.text("set"), keys.text("metric"), keys.number("value", -1e9, 1e9), keys.text("date"),
        cast("ScoredImages", images),
    )  # fmt: skip


def _number(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(name, "must be a number")
    # an integer of JSON has any number of digits: compared before anything makes a float of it
    if not low <= value <= high:
        raise _wrong(name, f"must lie between {low:g} and {high:g}")
    return float(value)


def _wrong(name: str, what: str) -> ModelError:
    return ModelError(f"{MANIFEST_NAME}: {name} {what}", _HINT, "model-manifest")
