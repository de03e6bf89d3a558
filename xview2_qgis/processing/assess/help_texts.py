"""The help of the algorithm ``xview2:assess``: beside its parameters, and of each parameter."""

from __future__ import annotations

from ...i18n.translation import tr


def overview() -> str:
    """Return what stands beside the parameters, HTML."""
    return tr(
        "<p>Finds the buildings in a pre-event image and classifies the damage of each by comparing it with a "
        "post-event image.</p>"
        "<h3>Images</h3>"
        "<p>Two georeferenced rasters with red, green and blue that overlap. CRS, resolution and bit depth may "
        "differ. Web services (WMS, XYZ) must be saved as GeoTIFF first.</p>"
        "<h3>Area</h3>"
        "<p>A polygon layer, an extent, or both (then what they have in common). Without them, the full overlap of "
        "both images is assessed.</p>"
        "<h3>Not visible</h3>"
        "<p>Polygons of clouds or smoke in the post-event image: buildings there are unknown, and the area is listed "
        "in the layer <i>not_visible</i>.</p>"
        "<h3>Footprints</h3>"
        "<p>Each footprint gets a damage class; buildings detected elsewhere are added.</p>"
        "<h3>Output</h3>"
        "<p>A GeoPackage with the layer <i>damage</i> (one polygon per building: class, confidence, class "
        "probabilities, area in m²), the layer <i>assessed_area</i> and the table <i>run</i>. Two styles are inside: "
        "filled and outline. Optionally also a class raster (0 no building, 1 no damage, 2 minor, 3 major, "
        "4 destroyed, 255 not assessed) and an HTML report. Existing files are replaced when the run is complete, "
        "never before.</p>"
        "<h3>Limitations</h3>"
        "<p>The classes are estimates of a neural network: buildings are missed, minor and major damage are often "
        "confused, and damage that cannot be seen from above is not found. Check them before anybody acts on them.</p>"
        "<p>The computation runs in a process of its own; the log names the device used.</p>"
    )


def parameter_help(name: str) -> str:
    """Return the help of one parameter, plain text; empty for a name that has none."""
    texts = {
        "PRE": tr(
            "Georeferenced raster from before the event, with red, green and blue. It may be left away for a model "
            "that assesses post-event images alone; give footprints then, because buildings that no longer stand are "
            "not found."
        ),
        "POST": tr("Georeferenced raster from after the event that overlaps the pre-event image."),
        "MODEL": tr(
            "Name of an installed model, or path of a model bundle (folder or .xv2.zip). auto: the faster of “compact” "
            "and “compact-int8” on this computer, measured once; name one of them where results of several computers "
            "shall be the same. Like all models trained on xBD both are licensed CC BY-NC-SA 4.0: not for commercial "
            "use."
        ),
        "AOI": tr("Polygons that limit what is assessed. A building belongs to the area if its centroid lies in it."),
        "EXTENT": tr("Box that limits what is assessed; together with a polygon layer, what they have in common."),
        "EXCLUDE": tr(
            "Polygons of what the post-event image hides, such as clouds and smoke. Buildings of which most lies there "
            "are unknown, and the area does not count as assessed."
        ),
        "FOOTPRINTS": tr("Building polygons. Each gets a damage class; buildings detected elsewhere are added."),
        "EVENT": tr(
            "JSON or YAML file with name, type, date and GLIDE number of the event, and source, sensor, time and "
            "credit of the images, which stand in every product. What it does not say is taken from the images and "
            "the files beside them. The assess window saves such files."
        ),
        "DEVICE": tr(
            "auto: GPU if usable, otherwise CPU. TensorRT runs only when it is chosen. The log names the device used."
        ),
        "PRECISION": tr("fp16 needs a model exported for it (“compact” is not) or TensorRT; auto decides by device."),
        "TTA": tr(
            "Average over mirrored images. model: default of the model; none: fastest; mirror: 2× slower, slightly "
            "better; flips: 4× slower."
        ),
        "REGISTER": tr(
            "auto: measures the offset between the images and corrects offsets of 1–32 m; smaller ones need no "
            "correction, larger ones are not detected. off: for images that are known to fit."
        ),
        "OUTLINES": tr(
            "plain: walls as they were detected. right-angled: walls at right angles where that moves no point of an "
            "outline by more than a pixel; other buildings, and building footprints, keep their outlines."
        ),
        "PRE_BANDS": _bands_help(),
        "POST_BANDS": _bands_help(),
        "KEEP_REVIEWS": tr(
            "A result in which buildings were reviewed is replaced, and each review goes to the building at the same "
            "place. Drawn buildings are copied; what matches nothing is kept in the layer unmatched_reviews."
        ),
        "DISCARD_REVIEWS": tr(
            "Without it, a result in which buildings were reviewed is not replaced. With it, the reviews are lost."
        ),
        "RESUME": tr(
            "A run that was cancelled, failed or was killed goes on from its finished rows of tiles. All else has to "
            "be given as before; what has changed is told. Polygons have to come from a file, not from a selection "
            "or a temporary layer. Where there is nothing to go on with, the run begins at its first tile."
        ),
        "OUTPUT": tr("GeoPackage to write. A layer with one polygon per building, with its style inside."),
        "DAMAGE_RASTER": tr("GeoTIFF with one class per pixel on the grid of the pre-event image."),
        "REPORT": tr(
            "HTML page with map, counts, limitations and processing details; QGIS shows it in the Results Viewer."
        ),
    }
    return texts.get(name, "")


def _bands_help() -> str:
    return tr(
        "Numbers of the red, green and blue band, such as 3,2,1. Left empty, the bands are taken that the image itself "
        "names as red, green and blue (wavelengths, band names, colour interpretation); where it names none, and where "
        "the layer shows the named ones in another order, those that the layer shows; else the first three. A layer "
        "shown in false colours (infrared as red) on purpose does no harm if its bands are named. Values set as no "
        "data in the properties of the layer (Transparency) count, too."
    )
