"""The errand of one who delivers: from the drawn town to every product, each by its dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QComboBox, QLineEdit

from . import deliver_steps as steps
from . import hour_steps as hour
from .sample_steps import assess

if TYPE_CHECKING:
    from .user import Steps, User

_CELL_M = 60
#: Products of *Publish as…* in the order of its list, with what their files end in.
PUBLISHED = {
    "cems": "", "unosat": ".gpkg", "fema": ".gpkg", "osm": "", "geoparquet": ".parquet", "mapswipe": "",
    "kml": ".kml", "kmz": ".kmz", "shapefile": ".zip", "csv": ".csv", "xlsx": ".xlsx", "hdx": "",
}  # fmt: skip


def deliver(user: User) -> Steps:
    """Assess with an event, then make every product."""
    yield from hour.pair(user)
    yield from steps.fill_in_event(user)
    yield from hour.run(user)
    assess(user).close()
    yield user.pause(1)
    layer = steps.damage_layer()
    user.note("layer", counts=steps.counts_of(layer), name=layer.name(), clicks=user.clicks)
    folder = Path(user.errand["folder"], "products")
    folder.mkdir()
    yield from _product(user, "Zones", steps.open_by_button, _fill_zones(folder))
    yield from _product(user, "Map", steps.open_by_button, _fill_map(folder))
    yield from _product(user, "Report", steps.open_by_layer, _fill_report(folder))
    yield from _publish(user, folder)
    yield from user.picture("end")


def _product(user: User, name: str, come_to: Callable[[User, str], Steps], fill: Callable[[User, Any], Steps]) -> Steps:
    clicks, before = user.clicks, steps.open_dialogs()
    yield from come_to(user, name)
    yield from steps.dialog_of_algorithm(user, before)
    [window] = [each for each in steps.open_dialogs() if each not in before]
    yield from user.picture(f"{name}_opened")
    yield from fill(user, window)
    yield from user.picture(f"{name}_filled")
    yield from steps.run(user, window, name.lower())
    user.note("product", product=name.lower(), clicks=user.clicks - clicks)
    window.close()
    yield lambda: not user.iface.mapCanvas().isDrawing()
    yield from user.picture(f"{name}_window")


def _fill_zones(folder: Path) -> Callable[[User, Any], Steps]:
    def fill(user: User, window: Any) -> Steps:  # noqa: ANN401 - a window of Processing
        kinds = steps.part(window, "KIND", QComboBox)
        yield from steps.choose_row(user, kinds, kinds.findText("grid"))
        steps.type_text(steps.part(window, "CELL_SIZE", QLineEdit), str(_CELL_M))
        steps.write_to(window, "OUTPUT", folder / "zones.gpkg")
        steps.write_to(window, "TABLE", folder / "zones.xlsx")

    return fill


def _fill_map(folder: Path) -> Callable[[User, Any], Steps]:
    def fill(user: User, window: Any) -> Steps:  # noqa: ANN401 - a window of Processing
        steps.write_to(window, "PDF", folder / "map.pdf")
        steps.write_to(window, "PNG", folder / "map.png")
        yield user.pause(0.2)

    return fill


def _fill_report(folder: Path) -> Callable[[User, Any], Steps]:
    def fill(user: User, window: Any) -> Steps:  # noqa: ANN401 - a window of Processing
        steps.write_to(window, "OUTPUT", folder / "report.html")
        yield user.pause(0.2)

    return fill


def _publish(user: User, folder: Path) -> Steps:
    clicks, before = user.clicks, steps.open_dialogs()
    yield from steps.open_by_button(user, "Publish")
    yield from steps.dialog_of_algorithm(user, before)
    [window] = [each for each in steps.open_dialogs() if each not in before]
    yield from user.picture("Publish_opened")
    for row, (name, ending) in enumerate(PUBLISHED.items()):
        if row:
            clicks = user.clicks
            yield from steps.parameters_again(user, window)
        yield from steps.choose_row(user, steps.part(window, "PRODUCT", QComboBox), row)
        steps.write_to(window, "OUTPUT", folder / f"{name}{ending}")
        yield from user.picture(f"Publish_{name}_filled")
        yield from steps.run(user, window, name)
        user.note("product", product=name, clicks=user.clicks - clicks, left_out=steps.left_out(window))
    window.close()
