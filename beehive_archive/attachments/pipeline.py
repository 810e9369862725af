"""Attachments through Scrapy's FilesPipeline, so that its settings and stores serve."""

# ruff: noqa: ARG002 -- the signatures are Scrapy's

from __future__ import annotations

import asyncio
import errno
import logging
from io import BytesIO
from os import PathLike
from pathlib import PurePosixPath
from typing import Any, ClassVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.files import FilesPipeline
from scrapy.pipelines.media import FileInfo, FileInfoOrError, MediaPipeline
from scrapy.utils.defer import ensure_awaitable
from twisted.python.failure import Failure

from beehive_archive.archive.attachments import is_on_site
from beehive_archive.archive.layout import ATTACHMENTS
from beehive_archive.attachments.answers import answer_of, reason_of
from beehive_archive.attachments.comparing import Answer
from beehive_archive.attachments.desk import AttachmentDesk, Plan
from beehive_archive.attachments.store import ArchiveFilesStore
from beehive_archive.attachments.texts import AttachmentTexts
from beehive_archive.errors import ArchiveError, CassetteMissError, StateError
from beehive_archive.extensions import ArchiveRun
from beehive_archive.findings import CHANGED, NEW, UNCHANGED
from beehive_archive.items import Attachment
from beehive_archive.text.front_matter import Document
from beehive_archive.traffic import RunIsEndingError

logger = logging.getLogger(__name__)

_ATTACHMENT = "attachment"  # in request.meta

# How long after an item's end to look whether it was the last.
_AFTER_S = 0.1

# What is wrong with one name, not with the disk.
_ONE_FILES_ERRORS = frozenset(
    {
        errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST,
        errno.ELOOP, errno.EINVAL, errno.EILSEQ,
    }
)  # fmt: skip


class AttachmentsPipeline(FilesPipeline):
    """Fetches, judges, stores and has read the attachments of new documents and of spiders.

    Items: ``Attachment``, which ends here, and ``Document``, which goes on whatever becomes of
    its attachments. Stats: ``file_status_count/...`` as FilesPipeline's, ``attachments/texts``,
    ``attachments/not_recorded``.
    """

    STORE_SCHEMES: ClassVar[dict[str, Any]] = {
        **FilesPipeline.STORE_SCHEMES,
        "": ArchiveFilesStore,
        "file": ArchiveFilesStore,
    }

    def __init__(self, store_uri: str | PathLike[str], *, crawler: Crawler) -> None:
        super().__init__(store_uri, crawler=crawler)
        self.archive_run = ArchiveRun.of(crawler)

    @property
    def desk(self) -> AttachmentDesk:
        """What the run knows of attachments."""
        return self.archive_run.attachments

    def open_spider(self) -> None:  # type: ignore[override]
        """Get ready; the archive is opened after."""
        super().open_spider()
        self.texts = AttachmentTexts(self.desk.config.workers, self._write_text)
        if isinstance(self.store, ArchiveFilesStore):
            self.store.paths_with = self._paths_with

    async def close_spider(self) -> None:
        """Wait for the texts, and list what got no answer."""
        await self.texts.finish()
        self.crawler.stats.set_value("attachments/texts", self.texts.written)
        for problem in self.texts.problems:
            self.archive_run.run.end_with(problem)
        if self.desk.is_open:
            try:
                self.desk.finish()
            except StateError as error:
                self.archive_run.run.end_with(str(error))

    # --- which, and how they are asked for

    def get_media_requests(self, item: object, info: MediaPipeline.SpiderInfo) -> list[Request]:
        """Return the requests for an attachment, or for those of a document that is new."""
        try:
            return self._requests(item, info)
        except StateError as error:
            self._end(error)
            return []

    def _requests(self, item: object, info: MediaPipeline.SpiderInfo) -> list[Request]:
        if isinstance(item, Attachment):
            attachments = [item]
        elif isinstance(item, Document) and self.desk.config.enabled and self._is_new(item):
            attachments = self.desk.named_by([(item.url, item.date, item.attachments)])
            for each in attachments:
                self.desk.promise(each)
        else:
            return []
        requests = (self._request(each, info) for each in attachments)
        return [request for request in requests if request is not None]

    def _is_new(self, document: Document) -> bool:
        state = self.archive_run.run.state
        return state.stored_since(document.url, state.run_id or 0)

    def _request(self, attachment: Attachment, info: MediaPipeline.SpiderInfo) -> Request | None:
        plan = self.desk.plan(attachment)
        if plan is Plan.READ:
            self._read(attachment, None)
        if plan not in {Plan.FETCH, Plan.ASK}:
            return None
        try:
            request = Request(
                self.desk.fetch_url(attachment),
                headers=dict(self.desk.validators(attachment)) if plan is Plan.ASK else None,
                callback=NO_CALLBACK,
                meta={
                    _ATTACHMENT: attachment,
                    "allow_offsite": not is_on_site(attachment.url),
                    "download_maxsize": self.desk.config.max_bytes,
                    "download_timeout": self.desk.config.timeout_s,
                },
            )
        except (ValueError, OSError) as error:  # no URL to Scrapy; a file that can't be read
            self.desk.unavailable(attachment, f"it can't be asked for: {error}")
            return None
        # A second look would else get the first one's result.
        info.downloaded.pop(self.crawler.request_fingerprinter.fingerprint(request), None)
        return request

    def media_to_download(
        self, request: Request, info: MediaPipeline.SpiderInfo, *, item: object = None
    ) -> None:
        """Say that it is to be downloaded: the desk knew before what is there."""

    def file_path(
        self,
        request: Request,
        response: Response | None = None,
        info: MediaPipeline.SpiderInfo | None = None,
        *,
        item: object = None,
    ) -> str:
        """Return an attachment's path in the store."""
        path = self.desk.path_of(request.meta[_ATTACHMENT])
        return str(path.relative_to(ATTACHMENTS))

    # --- what came

    async def media_downloaded(
        self,
        response: Response,
        request: Request,
        info: MediaPipeline.SpiderInfo,
        *,
        item: object = None,
    ) -> FileInfo:
        """Judge an answer, and store it where it is good and new."""
        attachment = request.meta[_ATTACHMENT]
        answer = await self._convincing(answer_of(response), request)
        status = "failed"
        try:
            status = await self._settle(attachment, answer, request)
        except (ArchiveError, OSError) as error:
            cause = error.__cause__ if isinstance(error, ArchiveError) else error
            is_the_disks = isinstance(cause, OSError) and cause.errno not in _ONE_FILES_ERRORS
            if is_the_disks or isinstance(error, StateError):
                self._end(error)
            self._unavailable(attachment, f"it can't be stored: {error}")
        except Exception as error:
            logger.exception("%s: an error of this program", attachment.url)
            self.archive_run.run.end_with(f"{attachment.url}: {type(error).__name__}: {error}")
        self.inc_stats(status)
        path = self.file_path(request)
        return FileInfo(url=attachment.url, path=path, checksum=answer.sha256, status=status)

    def media_failed(  # type: ignore[override]
        self, failure: Failure, request: Request, info: MediaPipeline.SpiderInfo
    ) -> None:
        """Note that nothing came; Scrapy's own would only log it."""
        attachment, error = request.meta[_ATTACHMENT], failure.value
        if isinstance(error, CassetteMissError):
            self.desk.skip(attachment)
            self.crawler.stats.inc_value("attachments/not_recorded")
        elif not isinstance(error, RunIsEndingError):
            if isinstance(error, StateError):
                self._end(error)
            self._unavailable(attachment, reason_of(error, self.desk.config))

    def item_completed(
        self, results: list[FileInfoOrError], item: object, info: MediaPipeline.SpiderInfo
    ) -> object:
        """Let a document go on; an error of this program turns the run red."""
        for _, result in results:
            if isinstance(result, Failure):
                self.archive_run.run.end_with(
                    f"an attachment met an error of this program ({result.value!r}); see the log"
                )
        if isinstance(item, Attachment):
            asyncio.get_running_loop().call_later(_AFTER_S, self._let_close)
            raise DropItem(item.url, log_level="DEBUG")
        return item

    def _let_close(self) -> None:
        """Have a run that is being stopped go on to its end.

        Scrapy 2.19 looks whether all items are through when a page was scraped, but not when an
        item of ``start`` is: stopped with only such under way, it would wait for ever.
        """
        slot, spider = self.crawler.engine.scraper.slot, self.crawler.spider
        if slot is None or spider is None or slot.closing is None or slot.closing.called:
            return
        if slot.is_idle():
            slot.closing.callback(spider)
        else:
            asyncio.get_running_loop().call_later(_AFTER_S, self._let_close)

    async def _convincing(self, answer: Answer, request: Request) -> Answer:
        """Return an answer that is good, or equally bad at a second and third look."""
        attachment, looks = request.meta[_ATTACHMENT], 1
        while looks < self.desk.looks_wanted(attachment, answer):
            headers = {"Cache-Control": "no-cache"}  # it may be a cache that has it wrong
            try:
                again = request.replace(headers=headers)
                answer = answer_of(await self.crawler.engine.download_async(again))
            except RunIsEndingError:
                raise  # nothing was found out
            except Exception as error:  # noqa: BLE001 -- whatever the download met, as media_failed
                return Answer(problem=reason_of(error, self.desk.config))
            looks += 1
        return answer

    async def _settle(self, attachment: Attachment, answer: Answer, request: Request) -> str:
        """Do what an answer asks for; returns the word for the stats."""
        finding = self.desk.judge(attachment, answer)
        if finding is None:
            return "alarming"
        if finding.kind == CHANGED:
            finding = self.desk.keep_old(attachment, finding)
            if self.desk.files is None:
                self.desk.took(attachment, None, finding)
                return "changed"
        if finding.kind in {NEW, CHANGED}:
            await self._store(attachment, answer, request)
            self.desk.took(attachment, answer, finding)
            self._read(attachment, answer)
            return "downloaded"
        if finding.kind == UNCHANGED:
            kept = self.desk.kept(attachment)
            if kept is not None and not kept.has_its_text:
                self._read(attachment, None)
            return "uptodate"
        return "failed"

    def _unavailable(self, attachment: Attachment, reason: str) -> None:
        try:
            self.desk.unavailable(attachment, reason)
        except StateError as error:
            self._end(error)

    def _end(self, error: Exception) -> None:
        self.archive_run.end(str(error), reason="archive_error")

    async def _store(self, attachment: Attachment, answer: Answer, request: Request) -> None:
        meta = {"sha256": answer.sha256, "url": attachment.url}
        await self._persist(self.file_path(request), answer.body or b"", meta)

    async def _write_text(self, path: PurePosixPath, content: bytes) -> None:
        await self._persist(str(path.relative_to(ATTACHMENTS)), content, None)

    def _paths_with(self, sha256: str) -> list[str]:
        return self.desk.records.paths_with(sha256)

    async def _persist(self, path: str, content: bytes, meta: dict[str, Any] | None) -> None:
        persisting = self.store.persist_file(path, BytesIO(content), self.spiderinfo, meta)
        await ensure_awaitable(persisting)

    def _read(self, attachment: Attachment, answer: Answer | None) -> None:
        """Have a stored file read, from the disk where it is there."""
        path, files = self.desk.path_of(attachment), self.desk.files
        if files is not None:
            sha256 = answer.sha256 if answer else files.sha256(path)
            self.texts.read_later(attachment, path, sha256, files.locate(path))
        elif answer is not None:
            self.texts.read_later(attachment, path, answer.sha256, answer.body or b"")
