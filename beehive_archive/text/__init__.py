"""To and from the archive's text: pure functions, no disk and no network."""
