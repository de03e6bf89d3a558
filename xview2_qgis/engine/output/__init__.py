"""What is written beside the GeoPackage, and what all outputs state: counts, record of the run, doubts."""
