"""``python -m tests.fuzz TARGET --seconds 600 [--engine atheris]``: fuzz one target by hand."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

NAMES = ("front_matter", "pages", "markdown", "feed")


def main() -> None:
    """Fuzz until the time is over or an input breaks the target (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--engine", choices=["hypothesis", "atheris"], default="hypothesis")
    options = parser.parse_args()
    fuzz = _with_atheris if options.engine == "atheris" else _with_hypothesis
    fuzz(options.target, options.seconds)


def _with_hypothesis(name: str, seconds: int) -> None:
    from hypothesis import HealthCheck, given, seed, settings

    from tests.fuzz.inputs import inputs
    from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    ends_at = time.monotonic() + seconds
    tried, turn = 0, 0

    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(inputs(target))
    def check(data: bytes) -> None:
        nonlocal tried
        tried += 1
        target.check(data)

    began = int(time.time())
    while time.monotonic() < ends_at:
        seed(began + turn)(check)()
        turn += 1
    print(f"{name}: {tried} inputs, nothing broke")  # noqa: T201


def _with_atheris(name: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["beehive_archive"]):
        from tests.fuzz.targets import TARGETS

    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder, "corpus")
        corpus.mkdir()
        for number, each in enumerate(target.seeds):
            (corpus / str(number)).write_bytes(each)
        words = Path(folder, "words")
        words.write_text("".join(f'"{_escaped(each)}"\n' for each in target.words), "ascii")
        arguments = [
            f"-max_total_time={seconds}",
            f"-dict={words}",
            "-max_len=16384",
            "-timeout=60",
        ]
        atheris.Setup([sys.argv[0], *arguments, str(corpus)], target.check)
        atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    main()
