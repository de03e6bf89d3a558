"""The help of the algorithm ``xview2:assess``."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication


def overview() -> str:
    """Return what stands beside the parameters, HTML."""
    return _tr(
        "<p>Finds the buildings in an image from before an event, and rates the damage of each by comparing it "
        "with an image from after the event.</p>"
        "<h3>Images</h3>"
        "<p>Two georeferenced rasters with red, green and blue that overlap. CRS, resolution and bit depth may "
        "differ. Web services (WMS, XYZ) must be saved as GeoTIFF first.</p>"
        "<h3>Area</h3>"
        "<p>A polygon layer, an extent, or both (then what they have in common). Without them, all that both "
        "images cover is assessed.</p>"
        "<h3>Footprints</h3>"
        "<p>Known building polygons are rated as they are; the model adds the buildings it finds beside them.</p>"
        "<h3>Model</h3>"
        "<p>Name of an installed model, or path of a model bundle. The model “compact” comes with the plugin; like "
        "all models trained on xBD it is licensed CC BY-NC-SA 4.0.</p>"
        "<h3>Advanced</h3>"
        "<p><b>Device</b> “auto” takes a graphics card that works, else the CPU; TensorRT only runs when it is "
        "chosen. <b>Precision</b> fp16 needs a model exported for it (“compact” is not) or TensorRT. <b>Test-time "
        "augmentation</b> averages over the image and its mirror image (mirror: twice the time) or over four "
        "flips; “model” leaves that to the model. <b>Correct a shift</b> measures how far the images lie apart and "
        "moves the second one where it is 6 to 16 m (the models know shorter shifts, longer ones are not found); "
        "switch it off for images that are known to fit.</p>"
        "<h3>Output</h3>"
        "<p>A GeoPackage with the layer <i>damage</i> (one polygon per building: class, confidence, class "
        "probabilities, area in m²), the layer <i>assessed_area</i> and the table <i>run</i>. The style is inside. "
        "On demand also a class raster (0 no building, 1 no damage, 2 minor, 3 major, 4 destroyed, 255 not "
        "assessed) and an HTML report. Existing files are replaced when the run is complete, never before.</p>"
        "<p>The computation runs in a process of its own; the log says on which device it really ran.</p>"
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("AssessAlgorithm", text)
