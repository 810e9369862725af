"""Worker processes: what they give, and what they survive."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from beehive_archive.text.attachment import Kind
from beehive_archive.workers import AttachmentReaders, Limits, read_attachment
from tests.text.pdf import faulty, samples

SHORT = Limits(page_s=2.0, file_s=20.0, memory_bytes=500 * 1024 * 1024)


def read_all(paths, *, workers=1, limits=SHORT):
    async def main():
        async with AttachmentReaders(workers, limits) as readers:
            return await asyncio.gather(*(readers.read(path) for path in paths))

    return asyncio.run(main())


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


def test_a_worker_reads_what_the_process_itself_reads(write):
    path = write("a.pdf", samples.office.office_paper())
    assert read_all([path]) == [read_attachment(path)]


def test_more_files_than_workers_are_read_in_turn(write):
    paths = [write(f"{n}.pdf", samples.tables.aligned_table()) for n in range(5)]
    readings = read_all(paths, workers=2, limits=Limits(files_per_worker=2))
    assert len({reading.body for reading in readings}) == 1
    assert readings[0].body


@pytest.mark.parametrize("make", [faulty.flate_bomb, faulty.nested_forms])
def test_a_hostile_page_costs_its_worker_and_no_more(write, make):
    bomb, good = write("bomb.pdf", make()), write("good.pdf", samples.tables.aligned_table())
    start = time.monotonic()
    hostile, after = read_all([bomb, good])
    assert time.monotonic() - start < 60
    assert hostile.body == ""
    assert "Page 1 was not read" in hostile.note
    assert "Conservation" in after.body


def test_the_other_pages_of_a_hostile_document_are_read(write):
    reading = read_all([write("mixed.pdf", faulty.with_good_pages(faulty.nested_forms()))])[0]
    assert reading.body.count("The only page") == 2
    assert reading.note == "Page 2 was not read: reading took too much time or memory."
    assert reading.pages == 3


def test_a_file_that_takes_too_long_is_given_up(write):
    path = write("a.pdf", faulty.nested_forms())
    reading = read_all([path], limits=Limits(page_s=30, file_s=1.5))[0]
    assert reading.kind is Kind.PDF
    assert "longer than 2 seconds at page 1 of 1" in reading.note


def test_a_file_that_is_not_there_is_told(tmp_path):
    reading = read_all([tmp_path / "none.pdf"])[0]
    assert "can't be read from disk" in reading.note
    assert "FileNotFoundError" in reading.note


def test_the_event_loop_goes_on_while_files_are_read(write):
    path = write("a.pdf", faulty.nested_forms())

    async def main():
        ticks = 0
        async with AttachmentReaders(1, SHORT) as readers:
            reading = asyncio.ensure_future(readers.read(path))
            while not reading.done():
                await asyncio.sleep(0.05)
                ticks += 1
        return ticks

    assert asyncio.run(main()) > 10


def test_giving_up_on_a_reading_ends_its_worker(write):
    path = write("a.pdf", faulty.nested_forms())

    async def main():
        async with AttachmentReaders(1, Limits(page_s=600, file_s=600)) as readers:
            reading = asyncio.ensure_future(readers.read(path))
            await asyncio.sleep(1.5)
            (worker,) = readers._all
            pid = worker.process.pid
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)
            return await readers.read(write("b.pdf", samples.tables.aligned_table()))

    assert "Conservation" in asyncio.run(main()).body
