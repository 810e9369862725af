"""Reading files from outside in processes of their own, bounded in time and memory."""

from beehive_archive.workers.child import read_attachment
from beehive_archive.workers.pool import AttachmentReaders, Limits

__all__ = ["AttachmentReaders", "Limits", "read_attachment"]
