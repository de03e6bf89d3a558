"""An assessment as QGIS sees it: request, task, progress, names of outputs."""
