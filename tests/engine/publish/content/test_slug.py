"""Names made of texts of people."""

import pytest

from xview2_qgis.engine.publish.content.slug import event_slug
from xview2_qgis.protocol.scene_facts import EventFacts


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (EventFacts(name="Hurricane María", date="2017-09-20"), "hurricane_maria_2017"),
        (EventFacts(name="Kahramanmaraş 2023", date="2023-02-06"), "kahramanmaras_2023"),
        (EventFacts(name="زلزال", glide="EQ-2023-000015-SYR"), "eq_2023_000015_syr"),
        (EventFacts(type="volcanic eruption", date="2021-09-19T14:00:00Z"), "volcanic_eruption_2021_09_19"),
        (EventFacts(), "event"),
    ],
)
def test_events(event, name):
    assert event_slug(event) == name


def test_keys_stay_short():
    assert len(event_slug(EventFacts(name="very " * 50))) <= 60
