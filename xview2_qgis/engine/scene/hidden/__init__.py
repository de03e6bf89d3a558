"""What clouds or smoke hide, by the word of the user."""
