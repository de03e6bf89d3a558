"""Files to review for OpenStreetMap: for JOSM and for MapRoulette; nothing of it can be uploaded as it is."""
