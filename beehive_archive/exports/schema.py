"""What an export holds: its tables, views and fields, each with its meaning.

The writers, Datasette's metadata and docs/export.md (a test compares) all go by this.
"""

from __future__ import annotations

from dataclasses import dataclass

# One for all three formats. Raise it with any change to what stands below: an older SQLite file
# is then built anew.
SCHEMA_VERSION = 1
PROJECT = "beehive-archive"


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``references`` is the table whose ``id`` it holds."""

    name: str
    type: type[int | str]
    meaning: str
    references: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``unique`` and ``indexes`` name columns, ``required`` those that are never null."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    pk: str | tuple[str, ...] = "id"
    unique: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()


def _link_table(of: str, one: str, meaning: str) -> Table:
    columns = (
        Column("document_id", int, "the document", "documents"),
        Column("position", int, "1 for the first that the document names"),
        Column(f"{one}_id", int, f"the {one}", of),
    )
    pk = ("document_id", "position")
    return Table(f"documents_{of}", meaning, columns, pk=pk, indexes=(f"{one}_id",))


def _named_table(name: str, one: str) -> Table:
    columns = (
        Column("id", int, "this database's own number"),
        Column("name", str, f"the {one} as the documents write it, letter by letter"),
    )
    return Table(name, f"Every {one} that a document names.", columns, unique=("name",))


TABLES = (
    Table(
        "schema",
        "What wrote this database, in one row.",
        (
            Column("version", int, "of the schema in docs/export.md"),
            Column("project", str, PROJECT),
        ),
        pk="version",
    ),
    Table(
        "documents",
        "One row for each document of the archive. Its text is in texts.",
        (
            Column("id", int, "this database's own number; kept by later exports to the file"),
            Column("date", str, "the date that the page prints, YYYY-MM-DD"),
            Column("year", int, "the date's year"),
            Column("kind", str, "release, speech, feature or diary; null where url tells none"),
            Column("title", str, "the title"),
            Column("ministers", str, "names in the page's order, as a JSON array"),
            Column("portfolios", str, "names in the page's order, as a JSON array"),
            Column("attachments", int, "how many files it names"),
            Column("url", str, "the live page, as the archive has it"),
            Column("path", str, "its file in the archive"),
        ),
        unique=("path",),
        indexes=("date", "year", "kind", "url"),
        optional=frozenset({"kind"}),
    ),
    Table(
        "texts",
        "What is searched, one row for each document: title, body and attachments.",
        (
            Column("document_id", int, "the document", "documents"),
            Column("title", str, "the document's title"),
            Column("body", str, "the document's text as Markdown"),
            Column("attachments", str, "its attachments' texts, one after the other"),
        ),
        pk="document_id",
    ),
    _named_table("ministers", "minister"),
    _named_table("portfolios", "portfolio"),
    Table(
        "attachments",
        "Every file that a document names. Null where the archive has not read it yet.",
        (
            Column("id", int, "this database's own number"),
            Column("url", str, "the file's address"),
            Column("suffix", str, "pdf, docx, ... as its name says; may be empty"),
            Column("title", str, "the file's own title, else its name"),
            Column("pages", int, "how many pages it has, where it has pages"),
            Column("sha256", str, "the file's digest"),
            Column("note", str, "why its text is missing, or how it was read"),
            Column("text", str, "its text as Markdown, pages parted by * * *"),
        ),
        unique=("url",),
        optional=frozenset({"title", "pages", "sha256", "note", "text"}),
    ),
    _link_table("ministers", "minister", "Which ministers a document names, in its order."),
    _link_table("portfolios", "portfolio", "Which portfolios a document names, in its order."),
    _link_table("attachments", "attachment", "Which files a document names, in its order."),
    Table(
        "revisions",
        "Texts that the archive has replaced, as they stood.",
        (
            Column("id", int, "this database's own number"),
            Column("document_id", int, "the document that it was; null if not sure", "documents"),
            Column("replaced_at", str, "when it was replaced, in UTC: YYYY-MM-DDTHH:MM:SSZ"),
            Column("title", str, "the title then"),
            Column("date", str, "the date then, YYYY-MM-DD"),
            Column("url", str, "the address then"),
            Column("ministers", str, "names in the page's order, as a JSON array"),
            Column("portfolios", str, "names in the page's order, as a JSON array"),
            Column("attachments", str, "addresses in the page's order, as a JSON array"),
            Column("body", str, "the text then, as Markdown"),
            Column("path", str, "its file in the archive"),
            Column("size_bytes", int, "the file's size; tells the next export what changed"),
            Column("mtime_ns", int, "the file's time of change; as above"),
        ),
        unique=("path",),
        indexes=("document_id",),
        optional=frozenset({"document_id", "replaced_at"}),
    ),
    Table(
        "sources",
        "Which files a document was read from; tells the next export what changed.",
        (
            Column("document_id", int, "the document", "documents"),
            Column("path", str, "the document's file or an attachment's text, in the archive"),
            Column("size_bytes", int, "null for a text that was not there"),
            Column("mtime_ns", int, "the file's time of change; null as above"),
            Column("digest", str, "of all that was exported; on the document's own file only"),
        ),
        pk=("document_id", "path"),
        optional=frozenset({"size_bytes", "mtime_ns", "digest"}),
    ),
)

# Tables that the exporter keeps for itself: shown to nobody who did not ask.
BOOKKEEPING = frozenset({"schema", "sources"})

SEARCHED = ("title", "body", "attachments")
# 2, not 1: only it folds letters that are written with more than one mark, such as ǖ.
TOKENIZER = "unicode61 remove_diacritics 2"


@dataclass(frozen=True, slots=True)
class View:
    """A question that people ask, as SQL."""

    name: str
    meaning: str
    sql: str


VIEWS = (
    View(
        "releases_by_minister_and_month",
        "How many documents of each kind name a minister, by month.",
        """
        select ministers.name as minister, substr(documents.date, 1, 7) as month,
            documents.kind, count(distinct documents.id) as documents
        from documents
        join documents_ministers on documents_ministers.document_id = documents.id
        join ministers on ministers.id = documents_ministers.minister_id
        group by minister, month, documents.kind
        """,
    ),
    View(
        "releases_by_portfolio_and_year",
        "How many documents of each kind name a portfolio, by year.",
        """
        select portfolios.name as portfolio, documents.year,
            documents.kind, count(distinct documents.id) as documents
        from documents
        join documents_portfolios on documents_portfolios.document_id = documents.id
        join portfolios on portfolios.id = documents_portfolios.portfolio_id
        group by portfolio, documents.year, documents.kind
        """,
    ),
    View(
        "releases_by_month",
        "How many documents of each kind the archive has, by month.",
        """
        select substr(date, 1, 7) as month, kind, count(*) as documents
        from documents
        group by month, kind
        """,
    ),
    View(
        "ministers_over_time",
        "How many documents name a minister, the first and the last of them.",
        """
        select ministers.name as minister, count(distinct documents.id) as documents,
            min(documents.date) as first_date, max(documents.date) as last_date
        from documents
        join documents_ministers on documents_ministers.document_id = documents.id
        join ministers on ministers.id = documents_ministers.minister_id
        group by ministers.id
        """,
    ),
    View(
        "documents_with_attachments",
        "Each document with each file that it names.",
        """
        select documents.id, documents.date, documents.title, documents.url,
            attachments.url as attachment, attachments.suffix, attachments.pages,
            attachments.text is not null as has_text
        from documents
        join documents_attachments on documents_attachments.document_id = documents.id
        join attachments on attachments.id = documents_attachments.attachment_id
        order by documents.id, documents_attachments.position
        """,
    ),
    View(
        "documents_with_text",
        "Each document with its body, for whoever wants all in one table.",
        """
        select documents.*, texts.body
        from documents
        join texts on texts.document_id = documents.id
        """,
    ),
    View(
        "revised_documents",
        "Each document that the archive holds older texts of.",
        """
        select documents.id, documents.date, documents.title, documents.url,
            count(*) as revisions, max(revisions.replaced_at) as last_replaced_at
        from documents
        join revisions on revisions.document_id = documents.id
        group by documents.id
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class RecordField:
    """A field of a JSONL line and a column of the Parquet file, in this order."""

    name: str
    type: str
    meaning: str


RECORD_FIELDS = (
    RecordField("path", "string", "its file in the archive"),
    RecordField("kind", "string or null", "release, speech, feature or diary, as url tells"),
    RecordField("title", "string", "the title"),
    RecordField("date", "date", "the date that the page prints; in JSONL YYYY-MM-DD"),
    RecordField("url", "string", "the live page, as the archive has it"),
    RecordField("ministers", "list of string", "names in the page's order"),
    RecordField("portfolios", "list of string", "names in the page's order"),
    RecordField("attachments", "list of string", "addresses in the page's order"),
    RecordField("body", "string", "the text as Markdown"),
    RecordField("attachment_texts", "list of struct", "of each attachment that was read"),
)

ATTACHMENT_FIELDS = (
    RecordField("url", "string", "the file's address, as the document names it"),
    RecordField("title", "string", "the file's own title, else its name"),
    RecordField("pages", "integer or null", "how many pages it has, where it has pages"),
    RecordField("sha256", "string", "the file's digest"),
    RecordField("note", "string or null", "why its text is missing, or how it was read"),
    RecordField("text", "string", "its text as Markdown, pages parted by * * *"),
)
