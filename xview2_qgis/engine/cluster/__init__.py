"""Several machines: tiles are read and predicted on an existing Dask cluster, everything else stays with the caller."""
