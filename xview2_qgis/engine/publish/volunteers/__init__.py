"""Work for volunteers: a project of MapSwipe in which they look at the most doubtful buildings."""
