"""``xview2 facts``: what is known of a pair before a run, and what a run would warn of."""

from __future__ import annotations

import argparse
from typing import Any

from ...protocol.locations import DEFAULT_MODEL
from ...protocol.options.assessment import OPTION, OPTIONS, ImageOptions
from ...protocol.options.option import Option
from ..run.events import EventSink
from .assess import add_option


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the images, the model and the form of the events, as ``assess`` has them."""
    for option in (*_image_options("pre"), *_image_options("post"), OPTION["model"], OPTION["events"]):
        add_option(parser, option)


def run(options: argparse.Namespace, events: EventSink) -> int:
    """Report the facts.

    Raises:
        InputError: an image cannot be used, or they do not overlap.
    """
    from ...protocol.events import Result
    from ...protocol.redaction import Redaction
    from ..access.network_access import shut_network
    from ..access.tiff_messages import keep_tiff_messages_back
    from ..bundle.pixel_size import model_gsd_m
    from ..pair_facts import report_facts
    from ..run.discreet_events import DiscreetEvents

    if not options.debug:
        keep_tiff_messages_back()
    pre, post = _image("pre", options), _image("post", options)
    sources = [image.path for image in (pre, post) if image is not None]
    shut_network(sources)
    discreet = DiscreetEvents(events, Redaction.of(sources))
    if post is not None:
        report_facts(pre, post, model_gsd_m(options.model or DEFAULT_MODEL), discreet)
    if options.events == "json":
        discreet.emit(Result())
    return 0


def _image_options(role: str) -> list[Option]:
    return [option for option in OPTIONS if len(option.place) == 2 and option.place[0] == role]


def _image(role: str, options: argparse.Namespace) -> ImageOptions | None:
    values: dict[str, Any] = {}
    for option in _image_options(role):
        text = getattr(options, option.name)
        if text is not None:
            values[option.place[1]] = option.kind.value(str(text))
    return ImageOptions(**values) if "path" in values else None
