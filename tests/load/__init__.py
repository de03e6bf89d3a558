"""Many assessments in one QGIS session: what QGIS loses by each of them. ``make load``."""
