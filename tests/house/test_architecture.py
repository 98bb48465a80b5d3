"""The house rules that a program can check: sizes, imports, exceptions, and paths that belong to one machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "commands", "runbooks", "playground")
FILE_MOST = 400
FUNCTION_MOST = 50
MIGRATIONS = ROOT / "bot" / "store" / "migrations"
"""Written by Alembic: a revision is as long as what it changes."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _product() -> list[Path]:
    return [path for path in _sources(*PRODUCT) if MIGRATIONS / "versions" not in path.parents]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _named(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def _functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(_tree(path)) if isinstance(node, Function))


def _imports(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom))


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in _product()}
    assert {path: count for path, count in lines.items() if count > FILE_MOST} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{_named(path, function)} {function.name}: {(function.end_lineno or 0) - function.lineno + 1} lines"
        for path in _product()
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_MOST
    ]
    assert long == []


def test_nothing_is_imported_inside_a_function() -> None:
    local = [
        _named(path, found)
        for path in _product() + _sources("tests")
        for function in _functions(path)
        for found in _imports(function)
    ]
    assert local == []


def test_only_the_supervisor_of_loops_catches_everything() -> None:
    broad = [
        _named(path, handler)
        for path in _product()
        for handler in ast.walk(_tree(path))
        if isinstance(handler, ast.ExceptHandler) and _catches_everything(handler)
    ]
    assert {place.partition(":")[0] for place in broad} <= {"bot/supervise.py"}, broad


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    """Clean-up that ends by raising the same error again lets everything through, and catches nothing."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    broad = {"Exception", "BaseException"}
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in broad) for kind in kinds)


def test_no_module_imports_itself_through_others() -> None:
    graph = _import_graph()
    done: set[str] = set()
    for start in graph:
        cycle = _cycle(graph, start, done)
        assert cycle is None, " → ".join(cycle or ())


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _import_graph() -> dict[str, list[str]]:
    """Module → modules imported at run time; what stands under TYPE_CHECKING is not."""
    paths = {_module(path): path for path in _sources(*PRODUCT)}
    return {name: sorted(set(_imported(path, paths)) - {name}) for name, path in paths.items()}


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in _tree(path).body:
        for found in _imports(node) if not isinstance(node, ast.If) else ():
            if isinstance(found, ast.Import):
                yield from (each.name for each in found.names if each.name in known)
                continue
            base = found.module or ""
            inner = {f"{base}.{each.name}" for each in found.names} & known.keys()
            yield from inner
            if len(inner) < len(found.names) and base in known:
                yield base


def _cycle(graph: dict[str, list[str]], start: str, done: set[str]) -> list[str] | None:
    """A way from `start` back to a module on that way, or None; modules without one are added to `done`."""
    way: list[str] = []
    steps: list[tuple[str, Iterator[str]]] = []

    def enter(module: str) -> None:
        way.append(module)
        steps.append((module, iter(graph[module])))

    if start not in done:
        enter(start)
    while steps:
        module, following = steps[-1]
        nearest = next((each for each in following if each not in done), None)
        if nearest is None:
            done.add(module)
            steps.pop()
            way.pop()
        elif nearest in way:
            return [*way[way.index(nearest) :], nearest]
        else:
            enter(nearest)
    return None


@pytest.mark.parametrize(
    ("graph", "cycle"),
    [
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c", "b"]),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, None),
    ],
)
def test_a_cycle_would_be_found(graph: dict[str, list[str]], cycle: list[str] | None) -> None:
    assert _cycle(graph, "a", set()) == cycle


def test_every_module_says_why_it_is_there() -> None:
    silent = [str(path.relative_to(ROOT)) for path in _product() if not ast.get_docstring(_tree(path))]
    assert silent == []


def test_no_path_of_anybodys_machine_is_in_the_tree() -> None:
    machines = re.compile(r"(?<![\w.~$}/-])/(?:root|work|Users/[a-z]|home/[a-z])[/\w-]*")
    found = [
        f"{path}: {match.group()}"
        for path in _tracked()
        for match in machines.finditer((ROOT / path).read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []


def _tracked() -> list[str]:
    """Files that are, or would be, part of the repository, but for what others wrote."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listed.stdout.splitlines() if "/vendor/" not in path and (ROOT / path).is_file()]


def test_every_view_has_a_golden_picture() -> None:
    """Each function of a view module that draws for Slack is called where the golden pictures are made."""
    drawn = "\n".join(path.read_text(encoding="utf-8") for path in _sources("tests/views"))
    missing = [
        f"{path.stem}.{function.name}"
        for path in sorted((ROOT / "bot" / "slack" / "views").glob("*.py"))
        for function in _tree(path).body
        if isinstance(function, Function) and _draws(function) and not re.search(rf"\b{function.name}\b", drawn)
    ]
    assert missing == []


def _draws(function: Function) -> bool:
    returned = ast.unparse(function.returns) if function.returns else ""
    return not function.name.startswith("_") and returned in ("Message", "View")
