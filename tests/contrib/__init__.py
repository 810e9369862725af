"""The files that schedulers take."""
