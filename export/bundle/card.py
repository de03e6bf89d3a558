"""The card of a bundle: its description for people, and the decision rule that belongs to its networks."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast, get_args

from training.evaluation.calibration import Scaling
from xview2_qgis.engine.bundle.manifest import LONGEST, MissingPre
from xview2_qgis.engine.bundle.names import is_model_id
from xview2_qgis.engine.decision.object_vote import ObjectVote
from xview2_qgis.engine.decision.views import VIEWS, Tta
from xview2_qgis.engine.errors import InputError
from xview2_qgis.protocol.plain_text import text_fault

_TEXTS = ("id", "title", "licence", "training_data", "source")
_TUNED = ("decision", "temperature", "offsets")
_TTA = "tta"
_SUMMARY = "summary"
_MISSING_PRE = "missing_pre"
_HINT = "write the card as docs/training.md shows"

#: The licence of a bundle where none was named.
UNKNOWN_LICENCE = "unknown: name, before passing this model on, the licence of its training data"


@dataclass(frozen=True)
class Card:
    """The description of a bundle.

    Attributes:
        id: short name, also the folder's.
        title: one line for people.
        licence: of the weights.
        training_data: what the networks have seen.
        source: who made them, and how to make them again.
        summary: what to expect of the networks, in plain sentences; may be empty.
        scores: measured figures, each with ``set``, ``metric``, ``value`` and ``date``; ``images`` is ``post`` where
            they were measured on post-event images alone.
        missing_pre: what the networks are given in the place of a pre-event image that is not there, None where they
            need one.
    """

    id: str
    title: str
    licence: str
    training_data: str
    source: str
    summary: str = ""
    scores: tuple[dict[str, Any], ...] = ()
    missing_pre: MissingPre | None = None


@dataclass(frozen=True)
class CardFile:
    """A card as its author writes it, with what was tuned after training.

    Attributes:
        card: the description of the bundle.
        decision: thresholds of the rule ``object-vote``.
        scaling: of the damage scores, so that probabilities are calibrated.
        tta: views of an image that were averaged when both were chosen, and therefore belong to the model.
        tuned_on: SHA-256 of the checkpoints for which both were chosen, lower-case; empty where unknown.
    """

    card: Card
    decision: ObjectVote = field(default_factory=ObjectVote)
    scaling: Scaling = field(default_factory=Scaling)
    tta: Tta = "none"
    tuned_on: frozenset[str] = frozenset()


def bundle_id(name: str) -> str:
    """Return a name made fit to be a bundle's id: letters, digits, ``.``, ``_`` and ``-``, at most 64."""
    fit = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:64].strip("-._") or "model"
    return fit if is_model_id(fit) else f"model-{fit}"[:64].strip("-._")  # a name that Windows keeps for a device


def default_card(name: str) -> CardFile:
    """Return the card of networks without a description; ``name`` becomes the id."""
    return CardFile(Card(bundle_id(name), bundle_id(name), UNKNOWN_LICENCE, "unknown", "xview2-export onnx"))


def read_card(path: Path) -> CardFile:
    """Read a card: a JSON object with ``id``, ``title``, ``licence``, ``training_data`` and ``source``.

    ``summary``, ``scores``, ``decision`` (what it does not name keeps its default), ``temperature``, ``offsets`` and
    ``tta`` may be missing, and so may ``missing_pre``.

    Raises:
        InputError: it is missing, no JSON, or a key is missing, unknown or of the wrong kind.
    """
    content = _read(path)
    if unknown := set(content) - {*_TEXTS, _SUMMARY, _MISSING_PRE, "scores", *_TUNED, _TTA}:
        raise _wrong(path, sorted(unknown)[0], "is unknown")
    for key in _TEXTS:
        if not isinstance(content.get(key), str):
            raise _wrong(path, key, "must be there and be text")
        if fault := text_fault(content[key], LONGEST[key]):
            raise _wrong(path, key, fault)
    if bundle_id(content["id"]) != content["id"] or not is_model_id(content["id"]):
        raise _wrong(
            path, "id", "must be letters, digits, '.', '_' and '-', at most 64, and no name that Windows keeps"
        )
    summary = content.get(_SUMMARY, "")
    if not isinstance(summary, str):
        raise _wrong(path, _SUMMARY, "must be text")
    if fault := text_fault(summary, LONGEST[_SUMMARY]):
        raise _wrong(path, _SUMMARY, fault)
    scores = content.get("scores", [])
    if not isinstance(scores, list) or not all(isinstance(score, dict) for score in scores):
        raise _wrong(path, "scores", "must be a list of objects")
    card = Card(
        **{key: content[key] for key in _TEXTS},
        summary=summary,
        scores=tuple(scores),
        missing_pre=_missing_pre(path, content),
    )
    return CardFile(card, _decision(path, content.get("decision", {})), _scaling(path, content), _tta(path, content))


def _missing_pre(path: Path, content: dict[str, Any]) -> MissingPre | None:
    chosen = content.get(_MISSING_PRE)
    for given in (None, *get_args(MissingPre)):
        if chosen == given:
            return cast("MissingPre | None", given)
    raise _wrong(path, _MISSING_PRE, f"must be one of {', '.join(get_args(MissingPre))}")


def calibrated(card: CardFile, path: Path) -> CardFile:
    """Return a card with ``decision``, ``temperature`` and ``offsets`` as ``xview2-train calibrate`` wrote them.

    ``checkpoint_sha256``, a text or a list of them, may say which checkpoints they are for, ``tta`` which views.

    Raises:
        InputError: the file is missing, no JSON, or a key is missing or of the wrong kind.
    """
    content = _read(path)
    for key in _TUNED:
        if key not in content:
            raise _wrong(path, key, "must be there")
    return replace(
        card,
        decision=_decision(path, content["decision"]),
        scaling=_scaling(path, content),
        tta=_tta(path, content),
        tuned_on=_checksums(path, content.get("checkpoint_sha256", [])),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})", _HINT, "card") from error
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})", _HINT, "card") from error
    if not isinstance(content, dict):
        raise InputError(f"{path}: not an object", _HINT, "card")
    return content


def _scaling(path: Path, content: dict[str, Any]) -> Scaling:
    temperature, offsets = content.get("temperature", 1.0), content.get("offsets", [0.0] * 4)
    if not is_finite_number(temperature) or temperature <= 0:
        raise _wrong(path, "temperature", "must be a number above 0")
    if not isinstance(offsets, list) or len(offsets) != 4 or not all(is_finite_number(n) for n in offsets):
        raise _wrong(path, "offsets", "must be four numbers")
    none, minor, major, destroyed = map(float, offsets)
    return Scaling(float(temperature), (none, minor, major, destroyed))


def _tta(path: Path, content: dict[str, Any]) -> Tta:
    chosen = content.get(_TTA, "none")
    for name in VIEWS:
        if name == chosen:
            return name
    raise _wrong(path, _TTA, f"must be one of {', '.join(VIEWS)}")


def _decision(path: Path, content: object) -> ObjectVote:
    if not isinstance(content, dict):
        raise _wrong(path, "decision", "must be an object")
    known = {entry.name for entry in fields(ObjectVote)}
    values: dict[str, Any] = {}
    for key, value in content.items():
        if key not in known:
            raise _wrong(path, f"decision.{key}", "is unknown")
        numbers = value if key == "class_weights" else [value]
        count = 4 if key == "class_weights" else 1
        if not isinstance(numbers, list) or len(numbers) != count or not all(is_finite_number(n) for n in numbers):
            raise _wrong(path, f"decision.{key}", "must be four numbers" if count == 4 else "must be a number")
        values[key] = tuple(numbers) if key == "class_weights" else value
    return ObjectVote(**values)


def _checksums(path: Path, content: object) -> frozenset[str]:
    sums = [content] if isinstance(content, str) else content
    if not isinstance(sums, list) or not all(isinstance(text, str) for text in sums):
        raise _wrong(path, "checkpoint_sha256", "must be text or a list of texts")
    return frozenset(text.lower() for text in sums)


def is_finite_number(value: object) -> bool:
    """Return whether a value of JSON is a number, and neither true, false, infinite nor NaN."""
    # an integer of JSON may be larger than any float, which math.isfinite() fails on
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _wrong(path: Path, key: str, what: str) -> InputError:
    return InputError(f"{path}: {key} {what}", _HINT, "card")
