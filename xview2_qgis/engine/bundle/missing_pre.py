"""Post-event images alone: which models can do without a pre-event image, and what is said where one cannot."""

from __future__ import annotations

from ...protocol.options.assessment import AssessmentParameters
from ..errors import ModelError
from .bundle import Bundle
from .manifest import read_manifest
from .registry import list_models


def check_images(parameters: AssessmentParameters, bundle: Bundle) -> None:
    """Refuse a post-event image alone for a model that needs both images.

    Raises:
        ModelError: it does (``model-needs-pre``); the hint names installed models that do not.
    """
    if parameters.pre is not None or bundle.missing_pre is not None:
        return
    others = _models_for_one_image()
    hint = f"give one with --pre, or use a model that needs none: {', '.join(others)}" if others else (
        "give one with --pre; no installed model does without"
    )  # fmt: skip
    raise ModelError(f"model {bundle.id} needs a pre-event image", hint, "model-needs-pre")


def _models_for_one_image() -> list[str]:
    """Return the names of the installed models that need no pre-event image; those that cannot be read are none."""
    found = []
    for model in list_models():
        try:
            if read_manifest(model.path).missing_pre is not None:
                found.append(model.name)
        except ModelError:
            continue
    return found
