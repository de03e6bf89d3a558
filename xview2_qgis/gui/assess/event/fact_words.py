"""Words for facts: names of fields, kinds of events, and what is wrong with what was typed."""

from __future__ import annotations

from ....i18n.literal_text import literal
from ....i18n.translation import tr
from ....protocol.scene_facts import FactsFault


def field_title(name: str) -> str:
    """Return what a field is called."""
    return {
        "name": tr("Event name"),
        "type": tr("Type of event"),
        "date": tr("Date of the event"),
        "glide": tr("GLIDE number"),
        "area": tr("Place"),
        "country": tr("Country"),
        "contact": tr("Contact"),
        "source": tr("Source"),
        "sensor": tr("Sensor"),
        "acquired": tr("Date and time (UTC)"),
        "gsd_m": tr("Pixel size (m)"),
        "off_nadir_deg": tr("Off-nadir angle (°)"),
        "licence": tr("Licence"),
        "credit": tr("Credit"),
    }.get(name, name)


def event_type_title(word: str) -> str:
    """Return what a kind of event is called."""
    return {
        "earthquake": tr("Earthquake"),
        "flood": tr("Flood"),
        "storm": tr("Storm"),
        "wildfire": tr("Wildfire"),
        "volcanic eruption": tr("Volcanic eruption"),
        "tsunami": tr("Tsunami"),
        "landslide": tr("Landslide"),
        "explosion": tr("Explosion"),
        "tornado": tr("Tornado"),
        "avalanche": tr("Avalanche"),
        "industrial accident": tr("Industrial accident"),
        "conflict": tr("Armed conflict"),
        "other": tr("Other event"),
    }.get(word, word)


def fault_sentence(fault: FactsFault, role: str = "") -> str:
    """Return what is wrong with a field, and what to type instead.

    Args:
        fault: of a value that was typed, or of a file.
        role: ``pre`` or ``post`` for a field of an image.
    """
    name = fault.field.rpartition(".")[2]
    title = field_title(name)
    role = role or fault.field.partition(".")[0]
    if role in ("pre", "post"):
        image = tr("pre-event image") if role == "pre" else tr("post-event image")
        title = tr("{} of the {}").format(title, image)
    hints = {
        "date": tr("“{}”: type a day such as 2023-02-06, or a time in UTC such as 2023-02-06 01:17."),
        "acquired": tr("“{}”: type a day such as 2023-02-06, or a time in UTC such as 2023-02-06 01:17."),
        "glide": tr("“{}”: type a number such as EQ-2023-000015-TUR."),
        "gsd_m": tr("“{}”: type a number of metres with a decimal point, such as 0.5."),
        "off_nadir_deg": tr("“{}”: type degrees from 0 to 90, with a decimal point."),
    }
    if not name:
        return literal(f"{fault}.")  # of a file
    return hints.get(name, tr("“{}”: type one line of at most 300 letters.")).format(title)
