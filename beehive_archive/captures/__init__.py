"""Captures: what came over the wire, kept as WARC files, and read again without the network."""
