"""What is known of an image beside its pixels: from its tags, its name, and the files of vendors that lie beside it."""
