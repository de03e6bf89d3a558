"""What ``qgis.PyQt`` is in QGIS 4: PyQt6 under names that both versions of Qt have."""
