"""Small pictures of one building, before and after."""
