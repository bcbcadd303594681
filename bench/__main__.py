"""`make bench`: measure everything, print the table, exit 1 if a budget is missed."""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import django

from bench.cluster import MANY, PROJECT, Cluster
from bench.cpu import PROC, yardstick
from bench.report import machine, table, write

DOCUMENT: Final = PROJECT / "docs" / "performance.md"


def main() -> None:
    """Read the command line, and measure."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--quick",
        dest="scale",
        action="store_const",
        const="quick",
        default="full",
        help="2,000 certificates and few repetitions; docs/performance.md stays as it is",
    )
    parser.add_argument(
        "--smoke",
        dest="scale",
        action="store_const",
        const="smoke",
        help="only to see that it works: a few hundred certificates, figures that mean nothing",
    )
    parser.add_argument(
        "--folder", type=Path, default=PROJECT / "var" / "bench", help="where its databases are"
    )
    parser.add_argument("--fill", type=int, metavar="N", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill is not None:
        fill(options.fill)
        return
    sys.exit(bench(options))


def fill(certificates: int) -> None:
    """Fill the database that this process was told of; `Cluster.fill` starts it."""
    # Django has to know the database before the models can be imported.
    django.setup()
    import_module("bench.fill").fill(certificates)


def bench(options: argparse.Namespace) -> int:
    """Measure; returns the exit code."""
    if not PROC.exists():
        sys.exit("The bench reads in /proc what a page costs, so it needs Linux.")
    cluster = Cluster(options.folder.absolute())
    os.environ.update(cluster.environment(MANY))
    django.setup()
    run = import_module("bench.run")
    scale = run.SCALES[options.scale]
    lines = run.told(run.prepare(cluster, scale, say), say)
    before_ms = yardstick()
    lines += run.told(run.measure(cluster, scale, say), say)
    [(version,)] = cluster.run(MANY, "SHOW server_version")
    text = f"{machine(version, before_ms, yardstick())}\n\n{table(lines)}"
    say(f"\n{text}")
    if options.scale == "full":
        write(DOCUMENT, text)
    missed = [line.what for line in lines if not line.is_kept]
    for what in missed:
        say(f"Missed: {what}")
    return 1 if missed else 0


def say(line: str) -> None:
    """Show how far it is."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
