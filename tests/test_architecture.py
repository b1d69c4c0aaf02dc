"""The rules of the house, read from the sources: what may import what, what packaging promises."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ratelaw

ROOT = Path(__file__).parents[1]
WINGS = ("models", "solvers", "gpu")  # lowest first; a wing imports itself and those before it
DOORS = ("__init__.py", "__main__.py")  # the only modules at the root

# A third-party package, and the only files that may use it; one not named here is free for all.
OWNERS = {
    "numpy": ("solvers/*", "gpu/*", "models/tracing/*"),  # functions that compute with arrays
    "sympy": (
        "models/symbolic/*",
        "models/calculus/*",
    ),
    "mpmath": (
        "models/tape/digits.py",
        "models/tape/precise.py",
        "models/tape/composed/special.py",
        "models/calculus/*",  # eigenvalues
    ),
    "pint": ("models/units/read.py",),
    "lark": ("models/language/read.py", "models/calculus/matrices/read.py"),
    "scipy": (
        "solvers/by_scipy/*",
        "solvers/fit/uncertainty.py",  # distributions
        "solvers/kernels/special.py",  # special functions that no plain operations give exactly
    ),
    "llvmlite": ("solvers/kernels/compile.py",),
    "matplotlib": ("solvers/plot/*",),
    "torch": ("gpu/*",),
    "torchdiffeq": ("gpu/*",),
    "typer": ("__main__.py",),
}
# What may be imported together with the module that uses it; all else waits until it is needed.
EAGER = {
    "models": (),
    "solvers": ("numpy",),
    "gpu": ("numpy",),
    "__main__.py": ("typer", "rich"),
    "__init__.py": (),
}
# What a value offers as a method though its room is higher up: imported when called, a line each.
DELEGATES = {
    "models/model.py": ("structure.facts", "symbolic.written", "display"),
    "models/specify.py": ("library",),
}
# What tests and notebooks may know of the package: no name that begins with an underscore.
PRIVATE = re.compile(r"^ratelaw\b.*\._(?!_)")


@dataclass(frozen=True)
class Import:
    """One import: the file it stands in, the dotted name it reaches, and when it happens."""

    file: str
    line: int
    target: str
    eager: bool
    typing_only: bool

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.target}"


def sources() -> list[Path]:
    return sorted([*ROOT.glob("*.py"), *(f for wing in WINGS for f in (ROOT / wing).rglob("*.py"))])


def dotted(file: Path) -> str:
    """Return ``ratelaw.models.tape`` for ``models/tape.py``; a package is its folder's name."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(["ratelaw", *(p for p in parts if p != "__init__")])


def targets(node: ast.AST, file: Path) -> Iterator[str]:
    """Yield what one node imports, with relative names resolved against the file's package."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = dotted(file).split(".") + ([""] if file.name == "__init__.py" else [])
            base = ".".join([*package[: -node.level], *filter(None, [base])])
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        name = node.args[0].value
        if called in ("load", "import_module", "__import__") and isinstance(name, str):
            if not name.startswith("."):
                yield name


def imports_of(file: Path) -> Iterator[Import]:
    def visit(node: ast.AST, eager: bool, typing_only: bool) -> Iterator[Import]:
        for name in targets(node, file):
            where = file.relative_to(ROOT).as_posix()
            yield Import(where, node.lineno, name, eager and not typing_only, typing_only)
        deferred = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        guarded = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        skipped = node.body if guarded else []
        for child in ast.iter_child_nodes(node):
            yield from visit(child, eager and not deferred, typing_only or child in skipped)

    yield from visit(ast.parse(file.read_text()), eager=True, typing_only=False)


IMPORTS = [found for file in sources() for found in imports_of(file)]


def wing_of(dotted_name: str) -> str:
    return dotted_name.partition(".")[2].partition(".")[0]


def shelves() -> list[Path]:
    """Return the folders whose ``__init__.py`` makes a ``Shelf`` of them."""
    makers = {i.file for i in IMPORTS if i.target == "ratelaw.models.shelf.Shelf"}
    return [ROOT / Path(file).parent for file in sorted(makers) if file.endswith("__init__.py")]


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def declared() -> list[Requirement]:
    project = pyproject()["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(r) for group in (project["dependencies"], *extras) for r in group]


def floors(wing: str) -> dict[str, int]:
    """Return the floor of each file and folder of a wing, as its ``__init__.py`` draws them."""
    drawn = ast.get_docstring(ast.parse((ROOT / wing / "__init__.py").read_text())) or ""
    numbered = re.split(r"^\d+\. ", drawn, flags=re.MULTILINE)[1:]
    names = [re.findall(r"`(\w+)/?`", floor) for floor in numbered]
    return {f"ratelaw.{wing}.{name}": i for i, found in enumerate(names) for name in found}


def upward(wing: str) -> Iterator[Import]:
    """Yield the imports within a wing that reach a higher floor, those of type checkers aside."""
    floor = floors(wing)
    for found in IMPORTS:
        here, there = (
            ".".join(name.split(".")[:3]) for name in (dotted(ROOT / found.file), found.target)
        )
        if not found.typing_only and floor.get(there, 0) > floor.get(here, len(floor)):
            yield found


def complain(offences: list[object]) -> None:
    assert not offences, "\n" + "\n".join(map(str, offences))


def test_there_are_imports_to_check() -> None:
    assert {wing_of(dotted(f)) for f in sources()} >= set(WINGS)
    assert any(i.top == "numpy" for i in IMPORTS)
    assert any(i.target.startswith("ratelaw.models.") for i in IMPORTS)


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_imports_only_itself_and_those_below(wing: str) -> None:
    above = WINGS[WINGS.index(wing) + 1 :]
    mine = [i for i in IMPORTS if i.file.startswith(f"{wing}/")]
    assert mine
    complain([i for i in mine if i.top == "ratelaw" and wing_of(i.target) in above])


@pytest.mark.parametrize("wing", WINGS)
def test_the_floors_drawn_name_every_file_and_folder(wing: str) -> None:
    entries = [
        f for f in (ROOT / wing).iterdir() if f.suffix == ".py" or (f / "__init__.py").exists()
    ]
    names = {dotted(ROOT / wing / f.stem) for f in entries if f.stem != "__init__"}
    assert set(floors(wing)) == names


def rooms() -> list[Path]:
    """Return the folders below the wings whose ``__init__.py`` draws floors."""
    found = (f for wing in WINGS for f in (ROOT / wing).glob("*/**/__init__.py"))
    return [f.parent for f in found if "Floors, read upward" in f.read_text()]


@pytest.mark.parametrize("room", rooms(), ids=lambda room: str(room.relative_to(ROOT)))
def test_the_floors_of_a_room_name_every_file_and_folder(room: Path) -> None:
    drawn = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    entries = [f for f in room.iterdir() if f.suffix == ".py" or (f / "__init__.py").exists()]
    assert {f.stem for f in entries} - {"__init__"} <= {*re.findall(r"`(\w+)/?`", drawn)}


@pytest.mark.parametrize("wing", WINGS)
def test_a_floor_imports_only_from_below(wing: str) -> None:
    def delegated(found: Import) -> bool:
        rooms = tuple(f"ratelaw.{wing}.{room}." for room in DELEGATES.get(found.file, ()))
        return not found.eager and found.target.startswith(rooms)

    complain([found for found in upward(wing) if not delegated(found)])


def test_nothing_imports_the_facade_or_the_command() -> None:
    inside = (*(f"ratelaw.{wing}." for wing in WINGS),)
    doors = [i for i in IMPORTS if i.top == "ratelaw" and not i.target.startswith(inside)]
    complain([i for i in doors if not (i.file in DOORS and wing_of(i.target) in WINGS)])


def test_imports_inside_the_package_are_relative() -> None:
    absolute = re.compile(r"^\s*(from|import) ratelaw\b")
    complain(
        [
            f"{file.relative_to(ROOT)}:{node.lineno}"
            for file in sources()
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom) and absolute.match(ast.unparse(node))
        ]
    )


def test_there_are_shelves() -> None:
    assert shelves()


@pytest.mark.parametrize("shelf", shelves(), ids=lambda s: s.relative_to(ROOT).as_posix())
def test_a_shelf_has_members_and_none_imports_another(shelf: Path) -> None:
    files = [f for f in shelf.iterdir() if f.suffix in (".py", ".csv")]
    members = [f for f in files if not f.name.startswith("_")]
    assert members
    names = tuple(f"{dotted(shelf)}.{f.stem}." for f in members)
    found = [i for f in members if f.suffix == ".py" for i in imports_of(f)]
    complain([i for i in found if f"{i.target}.".startswith(names)])


@pytest.mark.parametrize("package", OWNERS)
def test_a_heavy_package_is_used_only_where_it_belongs(package: str) -> None:
    users = [i for i in IMPORTS if i.top == package and not i.typing_only]
    complain([i for i in users if not any(fnmatch(i.file, own) for own in OWNERS[package])])


@pytest.mark.parametrize("place", EAGER)
def test_other_packages_are_imported_when_needed_not_before(place: str) -> None:
    free = {*sys.stdlib_module_names, "ratelaw", *EAGER[place]}
    mine = [i for i in IMPORTS if i.file == place or i.file.startswith(f"{place}/")]
    assert mine
    complain([i for i in mine if i.eager and i.top not in free])


def test_every_package_used_is_a_declared_dependency() -> None:
    known = {canonicalize_name(r.name) for r in declared()} | {"mpmath"}  # sympy's own arithmetic
    users = [i for i in IMPORTS if i.top not in {*sys.stdlib_module_names, "ratelaw"}]
    assert users
    complain([i for i in users if canonicalize_name(i.top) not in known])


def test_the_package_list_names_every_folder_with_modules() -> None:
    folders = {dotted(file.parent / "__init__.py") for file in sources()}
    assert sorted(pyproject()["tool"]["setuptools"]["packages"]) == sorted(folders)


def test_every_folder_with_modules_is_a_package() -> None:
    complain([f.parent for f in sources() if not (f.parent / "__init__.py").is_file()])


def test_the_root_holds_only_the_two_doors() -> None:
    assert sorted(f.name for f in ROOT.glob("*.py")) == sorted(DOORS)


def test_every_public_name_is_served() -> None:
    assert ratelaw.__all__
    complain([name for name in ratelaw.__all__ if not hasattr(ratelaw, name)])


def test_the_front_door_lists_its_names() -> None:
    assert set(ratelaw.__all__) <= set(dir(ratelaw))


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(ratelaw, "no_such_name")


def test_torch_has_an_upper_bound() -> None:
    torch = next(r for r in declared() if r.name == "torch")
    assert {s.operator for s in torch.specifier} & {"<", "<=", "==", "~="}, str(torch)


def test_the_tested_torch_is_pinned() -> None:
    assert pins()["torch"] == "2.13.0"


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    complain(
        [
            r
            for r in declared()
            if not r.specifier.contains(pins().get(canonicalize_name(r.name), "0"))
        ]
    )


def test_the_pins_are_plain_versions() -> None:
    complain([line for line in pins().items() if not re.fullmatch(r"[0-9][0-9a-z.]*", line[1])])


def test_tests_use_no_private_name_of_the_package() -> None:
    found = [i for file in (ROOT / "tests").rglob("*.py") for i in imports_of(file)]
    ours = [i for i in found if i.top == "ratelaw"]
    assert ours
    complain([i for i in ours if PRIVATE.match(i.target)])
