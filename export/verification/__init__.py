"""Is a bundle what its manifest says?"""
