"""The steps of an installation. They run in a thread of their own and start child processes; they show nothing."""
