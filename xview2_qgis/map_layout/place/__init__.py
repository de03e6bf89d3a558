"""What a map shows of the Earth: its CRS, extent, scale and grid."""
