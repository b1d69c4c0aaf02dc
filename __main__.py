"""The command `ratelaw`: list, show, solve, fit and demo."""

from __future__ import annotations

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

from .models.errors import RatelawError

if TYPE_CHECKING:
    from .solvers.solution import Solution

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
out = Console(highlight=False)
SHOWN = 20  # rows of a table before it says how many more there are
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
        from .solvers.command.settings import as_options

        _fail(as_options(str(error)), 1 if isinstance(error, RuntimeError | ImportError) else 2)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), 2)


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
    from .solvers.command.paths import check_target, named_model
    from .solvers.command.settings import values
    from .solvers.solve import solve as integrate

    check_target(plot, PICTURES)
    check_target(csv)
    model = named_model(name)(values(settings))
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
    from .solvers.command.paths import look, named_model
    from .solvers.command.screens import account
    from .solvers.command.settings import values

    for part in account(named_model(name)(values(settings)), out.width, look(name)):
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
    from .solvers.command.paths import check_commas, check_target, named_model
    from .solvers.command.settings import ranges, values
    from .solvers.fit.fit import fit as estimate

    check_target(plot, PICTURES)
    check_target(json)
    check_commas(data)
    model = named_model(name)(values(settings))
    result = estimate(model, data, ranges(free), starts=starts, seed=seed)
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
    from .solvers.command.screens import field_of_models, overview

    for part in [field_of_models(field, out.width)] if field else overview(out.width):
        _print_part(*part)


def _print_part(title: str, text: str) -> None:
    out.print(title, style="bold", markup=False)
    out.print(f"{text}\n", markup=False)


def _write(path: Path, content: str | bytes) -> None:
    from .models.files import write_whole

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
    from .solvers.command.settings import spaced

    first, last = sol.problem.t0, sol.problem.t_end
    one = sol.problem.batch == 1
    frame = sol.at(spaced(first, last, 11) if one else last).to_dataframe()
    rows = [[f"{v:.6g}" for v in row] for row in frame.head(SHOWN).to_numpy()]
    units = {"time": sol.problem.labels.time_unit, **sol.problem.labels.units}
    header = [f"{n} [{units[n]}]" if units.get(n) else n for n in frame.columns]
    _print_table("", header, rows)
    if len(frame) > SHOWN:
        out.print(f"… and {len(frame) - SHOWN} more; --csv writes them all")


if __name__ == "__main__":
    main()
