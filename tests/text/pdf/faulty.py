"""PDFs that are cut, locked, empty, lying or hostile, each with the reason it must be told by.

``FAULTY`` maps a name to a function that makes the file and to a part of the note that its
reading must carry.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Dictionary, Name

from tests.text.pdf import samples


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    """A changed PDF as bytes."""
    output = io.BytesIO()
    pdf.save(output, deterministic_id=not options, **options)
    return output.getvalue()


def locked(user: str, owner: str) -> bytes:
    """An encrypted PDF; without a user password anybody may read it."""
    pdf = pikepdf.open(io.BytesIO(samples.tables.aligned_table()))
    return saved(pdf, encryption=pikepdf.Encryption(user=user, owner=owner))


def raw_pdf(*objects: bytes, root: int = 1) -> bytes:
    """A PDF written by hand from the bodies of its objects, numbered from 1."""
    output = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(output)
    output += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        output += b"%010d 00000 n \n" % place
    output += b"trailer\n<</Size %d/Root %d 0 R>>\n" % (len(objects) + 1, root)
    return bytes(output + b"startxref\n%d\n%%%%EOF\n" % xref)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), entries, data)


_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page_tree_loop() -> bytes:
    """A page tree whose only child is itself."""
    return raw_pdf(_CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 3>>")


def claimed_pages() -> bytes:
    """One page that claims to be 100,000."""
    return raw_pdf(
        _CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 100000>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        stream(b"BT /F1 12 Tf 72 700 Td (The only page) Tj ET"),
        _FONT,
    )


def flate_bomb(megabytes: int = 1_000) -> bytes:
    """A page whose content unpacks to 1 GB from a few MB."""
    packer = zlib.compressobj(1)
    block = b" " * 1_000_000
    data = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    return raw_pdf(
        _CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
        stream(data, b"/Filter/FlateDecode"),
    )


def nested_forms(depth: int = 10, fan: int = 12) -> bytes:
    """Forms that each paint the next a dozen times: ten levels make sixty thousand million."""
    first = 5
    forms = [
        stream(
            b"/X Do " * fan if level < depth - 1 else b"BT /F1 12 Tf (a) Tj ET",
            b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X %d 0 R>>"
            b"/Font<</F1 4 0 R>>>>" % min(first + level + 1, first + depth - 1),
        )
        for level in range(depth)
    ]
    return raw_pdf(
        _CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
        b"/Resources<</XObject<</X %d 0 R>>>>>>" % (first + depth, first),
        _FONT,
        *forms,
        stream(b"/X Do"),
    )


def form_loop() -> bytes:
    """A form that paints itself."""
    return raw_pdf(
        _CATALOG,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
        b"/Resources<</XObject<</X 4 0 R>>>>>>",
        stream(
            b"/X Do",
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>",
        ),
        stream(b"/X Do"),
    )


def no_pages() -> bytes:
    """A document without a page."""
    return raw_pdf(_CATALOG, b"<</Type/Pages/Kids[]/Count 0>>")


def blank_page() -> bytes:
    """A page with nothing on it."""
    return samples.drawing.canvas_pdf(lambda canvas: canvas.showPage())


def unnamed_letters() -> bytes:
    """A font whose letters have no names, as when a program leaves out the ToUnicode table."""
    pdf = pikepdf.open(io.BytesIO(samples.turned.watermark()))
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.Font:
            thing.ToUnicode = pdf.make_stream(_PRIVATE_NAMES)
    return saved(pdf)


_PRIVATE_NAMES = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Odd def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
1 beginbfrange <00> <FF> <E100> endbfrange
endcmap end end"""


def cut(share: float) -> bytes:
    """A download that ended too soon."""
    whole = samples.office.office_paper()
    return whole[: int(len(whole) * share)]


def noise() -> bytes:
    """A PDF's header and then bytes that mean nothing."""
    return b"%PDF-1.4\n" + bytes((i * i * 7 + i // 3) % 256 for i in range(20_000))


def with_font_named(pdf: bytes, name: str) -> bytes:
    """A PDF whose fonts all say that they are another."""
    document = pikepdf.open(io.BytesIO(pdf))
    for thing in document.objects:
        if isinstance(thing, Dictionary):
            for key in ("/BaseFont", "/FontName"):
                if key in thing:
                    thing[key] = Name(name)
    return saved(document)


def with_good_pages(bad: bytes) -> bytes:
    """A faulty page between two good ones."""
    pdf = pikepdf.open(io.BytesIO(bad))
    good = pikepdf.open(io.BytesIO(claimed_pages().replace(b"/Count 100000", b"/Count 1     ")))
    pdf.pages.insert(0, good.pages[0])
    pdf.pages.append(good.pages[0])
    return saved(pdf)


FAULTY: dict[str, tuple[Callable[[], bytes], str]] = {
    "user_password": (lambda: locked("secret", "owner"), "asks for a password"),
    "cut_to_nothing": (lambda: cut(0.1), "cut short"),
    "header_only": (lambda: b"%PDF-1.7\n", "cut short"),
    "noise": (noise, "cut short"),
    "page_tree_loop": (page_tree_loop, "damaged"),
    "form_loop": (form_loop, "no text"),
    "no_pages": (no_pages, "damaged"),
    "blank_page": (blank_page, "no text"),
    "unnamed_letters": (unnamed_letters, "have no names"),
    "scanned": (samples.pictures.scanned, "scanned picture"),
}
