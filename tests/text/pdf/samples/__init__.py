"""PDFs made from known text, shaped as the ones that ministers' offices attach.

Each sample is a function without arguments that returns a PDF's bytes; ``SAMPLES`` holds them by
name. They are drawn afresh in every run and always byte for byte the same; two are a word
processor's. Those that are no honest documents (cut, encrypted, hostile) are in
``tests/text/pdf/faulty.py``.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.text.pdf.samples import columns, drawing, letters, office, pictures, tables, turned

__all__ = ["SAMPLES", "columns", "drawing", "letters", "office", "pictures", "tables", "turned"]

SAMPLES: dict[str, Callable[[], bytes]] = {
    function.__name__: function
    for function in (
        office.office_paper,
        office.annual_report,
        office.impact_statement,
        office.cabinet_paper,
        office.footnotes,
        office.letter,
        office.speech,
        office.centred_cover,
        office.slides,
        office.wingdings,
        columns.two_columns,
        columns.three_columns,
        columns.interleaved_columns,
        columns.hyphenated,
        columns.fact_sheet,
        columns.glossary,
        columns.columns_footnote,
        columns.boxes,
        columns.side_heads,
        columns.lists_in_columns,
        columns.round_a_picture,
        tables.ruled_table,
        tables.merged_table,
        tables.aligned_table,
        tables.underlined_table,
        tables.long_table,
        tables.contents,
        tables.word_table,
        tables.open_sided,
        tables.portfolios,
        tables.double_cell_headers,
        tables.wrapped_cells,
        letters.macrons,
        letters.ligatures,
        letters.large_initial,
        turned.rotated_pages,
        turned.sideways_table,
        turned.watermark,
        pictures.form,
        pictures.scanned_with_text,
        pictures.hidden_text,
        pictures.doubled_glyphs,
    )
}
