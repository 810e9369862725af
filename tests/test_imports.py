"""What imports what: the data goes one way (docs/architecture.md), and so do the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import beehive_archive

PACKAGE = Path(beehive_archive.__file__).parent


def modules() -> dict[str, Path]:
    """Return the package's modules, by name."""
    files = {
        path.relative_to(PACKAGE.parent).with_suffix(""): path for path in PACKAGE.rglob("*.py")
    }
    return {".".join(path.parts).removesuffix(".__init__"): files[path] for path in files}


def imported_by(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules that a file imports, also within functions and for types only."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            for each in node.names:
                name = f"{node.module}.{each.name}"
                if (module := name if name in known else node.module) in known:
                    yield str(module)


def test_no_import_leads_in_a_circle() -> None:
    """Raises CycleError, which names the circle."""
    known = modules()
    graph = {name: set(imported_by(path, known)) for name, path in known.items()}
    assert "beehive_archive.errors" in graph["beehive_archive.spiders.base"]
    TopologicalSorter(graph).prepare()
