"""GeoParquet 1.1: for web maps, DuckDB and data lakes, with the damage values that HOT publishes beside ours."""
