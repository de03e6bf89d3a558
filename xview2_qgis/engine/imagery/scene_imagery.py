"""The facts of a run: what the user gives, and what the images say where the user says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...protocol.scene_facts import ImageFacts, SceneFacts
from .image_metadata import ImageMetadata


def facts_of_run(given: SceneFacts, images: Sequence[ImageMetadata]) -> SceneFacts:
    """Return the facts of a run.

    Args:
        given: by the user; they come first.
        images: what is known of the pre-event and of the post-event image, or of the latter alone: then nothing is said
            of the other one.
    """
    *before, post = (image.facts for image in images)
    if not before:
        return replace(given, pre=ImageFacts()).completed(SceneFacts(post=post))
    return given.completed(SceneFacts(pre=before[0], post=post))
