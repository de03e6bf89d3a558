"""Where a product is proposed to go: beside the result, not into QGIS's temporary folder, which is emptied."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsVectorLayer

from ...assessment.output_folder import output_folder
from ...layers.output_names import free_stem
from ...results.stored_totals import result_file
from .products import Product


def proposed_outputs(product: Product, layer: QgsVectorLayer) -> dict[str, str]:
    """Return a path for each output of a product that is named after the result; none of the files exists.

    Args:
        product: what is to be made.
        layer: the result.
    """
    result = Path(result_file(layer))
    if not result.name:
        return {}
    folder = output_folder(str(result)).path
    return {
        parameter: str(folder / f"{free_stem(folder, f'{result.stem}_{word}', (ending,))}{ending}")
        for parameter, word, ending in product.outputs
    }
