"""What clouds or smoke hide: chosen as a layer, or drawn on the map."""
