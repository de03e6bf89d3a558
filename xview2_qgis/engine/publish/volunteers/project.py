"""The project of MapSwipe, of type “Validate Footprints”: what its form asks for (docs.mapswipe.org)."""

from __future__ import annotations

import json

from ...language.wording import Wording
from ...stored.run import StoredRun
from ..content.statement import image_text, title, validation

_LONGEST_WHAT = 15  # letters of what to look for
#: Stand where only the publisher knows the address.
GEOJSON_PLACEHOLDER = "https://PUT-THE-ADDRESS-HERE/buildings.geojson"
TILES_PLACEHOLDER = "https://PUT-THE-ADDRESS-HERE/{z}/{x}/{y}.png"
#: People who see each building; MapSwipe's default.
_VERIFICATION = 3
_GROUP_SIZE = 25


def project(run: StoredRun, imagery_url: str, organisation: str, wording: Wording) -> str:
    """Return the project as JSON, fields as those of the form.

    Args:
        run: what was assessed.
        imagery_url: address of the post-event image as tiles; empty where it is not known.
        organisation: who asks for the project.
        wording: language of the texts.
    """
    event = run.facts.event
    post = run.facts.post
    credits = post.credit or ", ".join(filter(None, [post.source, post.sensor])) or "–"
    fields = {
        "projectType": "VALIDATE",
        "topic": event.name or title(run, wording),
        "region": ", ".join(filter(None, [event.area, event.country])) or "–",
        "lookFor": wording.tr("damage")[:_LONGEST_WHAT],
        "description": description(run, wording),
        "projectInstruction": instruction(wording),
        "requestingOrganization": organisation or "–",
        "verificationNumber": _VERIFICATION,
        "groupSize": _GROUP_SIZE,
        "projectTypeSpecifics": {
            "validate": {
                "objectSource": {"sourceType": "OBJECT_GEOJSON_URL", "objectGeojsonUrl": GEOJSON_PLACEHOLDER},
                "tileServerProperty": {
                    "name": "CUSTOM", "custom": {"url": imagery_url or TILES_PLACEHOLDER, "credits": credits},
                },
                "customOptions": options(wording),
            }
        },
    }  # fmt: skip
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def options(wording: Wording) -> list[dict[str, object]]:
    """Return the answers that volunteers choose from; 0, 1 and 2 mean no, yes and not sure in MapSwipe's results."""
    answers = (
        (0, wording.tr("No visible damage"), wording.tr("The roof looks whole."), "CHECKMARK_OUTLINE", "#2c7bb6"),
        (1, wording.tr("Damaged"), wording.tr("Parts of the roof or walls are gone."), "ALERT_OUTLINE", "#fdae61"),
        (2, wording.tr("Not sure"), wording.tr("Clouds, smoke, or a bad image."), "HELP_OUTLINE", "#969696"),
        (3, wording.tr("No building"), wording.tr("The outline holds no building."), "BAN_OUTLINE", "#404040"),
        (4, wording.tr("Destroyed"), wording.tr("The building has collapsed or is gone."), "CLOSE_OUTLINE", "#d7191c"),
    )
    return [
        {"value": value, "title": name, "description": text, "icon": icon, "iconColor": colour, "subOptions": []}
        for value, name, text, icon, colour in answers
    ]


def instruction(wording: Wording) -> str:
    """Return the question that volunteers answer."""
    return wording.tr("Look at the building in the outline, in the image from after the event. Is it damaged?")


def description(run: StoredRun, wording: Wording) -> str:
    """Return a few sentences about the project."""
    parts = [
        wording.tr("A program graded the damage of these buildings and was not sure. Your answers decide."),
        image_text(run.facts.post, wording),
        validation(wording),
    ]
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)
