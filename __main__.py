"""The command `ratelaw`: list, show, solve, fit and demo."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .models.errors import (
    InputError,
    RatelawError,
    UnknownNameError,
    did_you_mean,
    listing,
)

if TYPE_CHECKING:
    from .models.model import Model
    from .solvers.solution import Solution

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False)
SHOWN = 20  # rows of a table before it says how many more there are
LARGEST = 1_000_000  # number of values of one sweep
_ADVISED = re.compile(r"'?([^\s{',=:]+(?:\([^)]*\))?)'?(?:=|: )([^\s,}]+)")
PICTURES = (".png", ".svg", ".pdf")

ModelName = Annotated[
    str, typer.Argument(metavar="MODEL", help="A file with a model's text, or a library model.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A value; k=1,2,5 or k=0:1:11 for a sweep."),
]
Picture = Annotated[
    Path | None, typer.Option("--plot", help="Draw into this file (png, svg, pdf).")
]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; it ends with status 1 if the work failed, 2 if it was asked wrongly."""
    try:
        app(None if arguments is None else list(arguments))
    except RatelawError as error:
        _fail(_as_options(str(error)), 1 if isinstance(error, RuntimeError | ImportError) else 2)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 2)


def _as_options(message: str) -> str:
    """Return a message with the calls it advises, model(k=0.1), as options: --set k=0.1."""

    def options(call: re.Match[str]) -> str:
        pairs = _ADVISED.findall(call[1])
        return " ".join(f"--set '{n}={v}'" if "(" in n else f"--set {n}={v}" for n, v in pairs)

    return re.sub(r"\b\w+\(((?:\{['\"]|\w+=).*)\)", options, message)


def _fail(message: str, status: int) -> None:
    Console(stderr=True).print(f"ratelaw: {message}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)


def _version(asked: bool) -> None:
    if asked:
        out.print(f"ratelaw {version('ratelaw')}")
        raise typer.Exit


@app.callback()
def about(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Write a rate of change once; get its solution, its fit to data and its picture."""


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--out", help="Where to write.")] = Path("out/demo"),
) -> None:
    """How fast does this mug cool? The whole way from a rate of change to a doubted answer."""
    out.print("How fast does this mug cool?", style="bold")  # before anything heavy is loaded
    from .solvers.demo.run import run

    run(folder, out)


@app.command()
def solve(
    name: ModelName,
    until: Annotated[float, typer.Option(help="End time, in the model's unit of time.")],
    settings: Settings = None,
    method: Annotated[str, typer.Option(help="auto, exact, or such as scipy:LSODA.")] = "auto",
    plot: Picture = None,
    csv: Annotated[Path | None, typer.Option(help="Write every value into this file.")] = None,
) -> None:
    """Solve a model until a time."""
    from .solvers.solve import solve as integrate

    _check_target(plot, PICTURES)
    _check_target(csv)
    model = _model(name)(_values(settings))
    sol = integrate(model, until, method=method)
    out.print(f"{sol!r}\n", markup=False)
    _print_values(sol)
    if csv:
        _write(csv, sol.to_dataframe().to_csv(index=False))
    if plot:
        _draw(plot, sol.plot())


@app.command()
def show(name: ModelName, settings: Settings = None) -> None:
    """Show a model: equations, units, facts, equilibria, and its closed form if it has one."""
    from .solvers.screens import account

    for part in account(_model(name)(_values(settings)), out.width, _look(name)):
        _print_part(*part)


@app.command()
def fit(
    name: ModelName,
    data: Annotated[Path, typer.Argument(help="CSV: time, and columns named like states.")],
    free: Annotated[
        list[str], typer.Option(metavar="NAME=LOW:HIGH", help="Searched; k=log:0.001:1 in its log.")
    ],
    settings: Settings = None,
    starts: Annotated[int, typer.Option(help="How many starts.")] = 16,
    seed: Annotated[int, typer.Option(help="Of the random starts.")] = 0,
    json: Annotated[Path | None, typer.Option(help="Write the result into this file.")] = None,
    plot: Picture = None,
) -> None:
    """Fit a model to measurements."""
    from .solvers.fit.fit import fit as estimate

    _check_target(plot, PICTURES)
    _check_target(json)
    _check_commas(data)
    model, ranges = _model(name)(_values(settings)), _once("--free", map(_range, free))
    result = estimate(model, data, ranges, starts=starts, seed=seed)
    out.print(str(result), markup=False)
    if json:
        _write(json, dumps(result.to_dict(), indent=2) + "\n")
    if plot:
        _draw(plot, result.plot())


@app.command("list")
def list_(
    field: Annotated[
        str | None, typer.Argument(help="Only the models of a field, such as epidemiology.")
    ] = None,
) -> None:
    """List the library's models by field, the data sets, the backends and their methods."""
    from .solvers.screens import field_of_models, overview

    for part in [field_of_models(field, out.width)] if field else overview(out.width):
        _print_part(*part)


def _print_part(title: str, text: str) -> None:
    out.print(title, style="bold", markup=False)
    out.print(f"{text}\n", markup=False)


def _model(name: str) -> Model:
    """Return the model in a file, or the library's model of this name."""
    from .models.library import LIBRARY
    from .models.specify import model

    path = Path(name)
    if path.is_file():
        try:
            return model(path.read_text(encoding="utf-8-sig"), title=path.stem)
        except UnicodeDecodeError:
            raise InputError(f"{name} is not a text file; a model file holds text") from None
    if name in LIBRARY:
        return LIBRARY[name]
    raise UnknownNameError(
        f"there is no file {name!r}, and no library model of this name; the library has "
        f"{listing(LIBRARY)}.{did_you_mean(name, LIBRARY)}"
    )


def _look(name: str) -> str:
    """Return what to look at in a library model."""
    from .models.library import LIBRARY

    return "" if Path(name).is_file() else LIBRARY.entry(name).look


def _values(settings: Iterable[str] | None) -> dict[str, Any]:
    return _once("--set", map(_value, settings or ()))


def _once(option: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise InputError(f"{option}: {name} is given twice; keep one")
        found[name] = value
    return found


def _value(setting: str) -> tuple[str, Any]:
    name, equals, text = setting.partition("=")
    try:
        if not (equals and name.strip()):
            raise ValueError
        return name.strip(), _numbers(text)
    except InputError as error:
        raise InputError(f"--set: got {setting!r}; {error}") from None
    except (ValueError, TypeError):
        raise InputError(
            f"--set: got {setting!r}; expected a name and a number, k=0.1, or a sweep, k=1,2,5 or "
            "k=0.02:0.2:10 (first, last, how many)"
        ) from None


def _numbers(text: str) -> float | list[float]:
    """Return a number, or those that a list or a range describes."""
    if ":" in text:
        low, high, count = text.split(":")
        if int(count) > LARGEST:
            raise InputError(f"one sweep has at most {LARGEST:,} values")
        return _spaced(float(low), float(high), int(count))
    numbers = [float(part) for part in text.split(",")]
    return numbers[0] if len(numbers) == 1 else numbers


def _spaced(low: float, high: float, count: int) -> list[float]:
    gap = (high - low) / max(count - 1, 1)
    return [low + i * gap for i in range(count - 1)] + [high] * (count > 0)


def _range(free: str) -> tuple[str, Any]:
    from .solvers.fit.parameters import log

    name, _, text = free.partition("=")
    scale, logarithmic, bounds = text.rpartition("log:")
    try:
        if scale or not name.strip():
            raise ValueError
        low, high = map(float, bounds.split(":"))
    except ValueError:
        raise InputError(
            f"--free: got {free!r}; expected a name and two bounds, T_s=0:40, or k=log:0.001:1 to "
            "search in the logarithm"
        ) from None
    return name.strip(), log(low, high) if logarithmic else (low, high)


def _check_target(path: Path | None, endings: Sequence[str] = ()) -> None:
    """Raise before any work is done for a file that could not be written."""
    if path is None:
        return
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder {str(path.parent)!r} to write into")
    if endings and path.suffix.lower() not in endings:
        raise InputError(f"{path}: a picture's name ends in {', '.join(endings)}")


def _check_commas(data: Path) -> None:
    """Raise for a table whose columns are separated by something else."""
    if not data.is_file():
        return
    with data.open(encoding="utf-8-sig", errors="replace") as lines:
        header = next((line for line in lines if line.strip() and line[0] != "#"), "")
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if sign in header.strip() and "," not in header:
            raise InputError(
                f"{data}: its columns are separated by {name}; save it with commas between the "
                "columns and points in the numbers"
            )


def _write(path: Path, content: str | bytes) -> None:
    from .solvers.files import write_whole

    out.print(f"wrote {write_whole(path, content)}", markup=False)


def _draw(path: Path, figure: Any) -> None:
    from io import BytesIO

    stream = BytesIO()
    figure.savefig(stream, format=path.suffix.lower()[1:])
    _write(path, stream.getvalue())


def _print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(header):
        table.add_column(escape(column), header_style="dim", no_wrap=position == 0)
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)
    out.print()


def _print_values(sol: Solution) -> None:
    """Print some times of one trajectory, or where each of many ended."""
    first, last = sol.problem.t0, sol.problem.t_end
    one = sol.problem.batch == 1
    frame = sol.at(_spaced(first, last, 11) if one else last).to_dataframe()
    rows = [[f"{v:.6g}" for v in row] for row in frame.head(SHOWN).to_numpy()]
    units = {"time": sol.problem.labels.time_unit, **sol.problem.labels.units}
    header = [f"{n} [{units[n]}]" if units.get(n) else n for n in frame.columns]
    _print_table("", header, rows)
    if len(frame) > SHOWN:
        out.print(f"… and {len(frame) - SHOWN} more; --csv writes them all")


if __name__ == "__main__":
    main()
