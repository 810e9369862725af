"""The archive on disk: documents, revisions, and what ``.state/`` remembers."""
