"""The GeoPackage: layers, fields, styles, forms."""
