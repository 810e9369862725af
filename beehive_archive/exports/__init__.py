"""The archive for other tools: SQLite for Datasette, JSONL, Parquet (docs/export.md)."""
