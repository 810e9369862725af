"""Cassettes: recorded HTTP exchanges on disk, in vcrpy's YAML format."""
