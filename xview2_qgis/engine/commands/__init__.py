"""Commands of ``xview2``, one file each."""
