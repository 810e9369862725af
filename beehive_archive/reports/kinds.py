"""How each kind of finding is shown: its sign and its meaning in a sentence."""

from __future__ import annotations

from beehive_archive.findings import (
    CHANGED,
    CONVENTION,
    MOVED,
    NEW,
    REMOVED,
    UNCHANGED,
    UNLISTED,
    UNVERIFIED,
)

SIGNS = {
    NEW: "+",
    CHANGED: "~",
    MOVED: ">",
    REMOVED: "-",
    CONVENTION: "c",
    UNLISTED: "u",
    UNVERIFIED: "?",
    UNCHANGED: "=",
}
MEANINGS = {
    NEW: "On the site and not in the archive.",
    CHANGED: "The content on the site is no longer what the archive has.",
    MOVED: "The site redirects to another document's address.",
    REMOVED: "The site says that the page is gone, twice in this run, and lists it nowhere.",
    CONVENTION: "The same content; only how the archive writes it differs. Repair mends these.",
    UNLISTED: "Not reached by this run's lists; that says nothing about removal.",
    UNVERIFIED: "There was no answer to judge by.",
    UNCHANGED: "Byte for byte what would be written today.",
}
