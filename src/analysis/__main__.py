"""The whole flow from the command line: python -m analysis build | run | notebooks | check | read | moved."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path

from analysis.problems import Problems

FINE, WRONG_DATA, WRONG_USE = 0, 1, 2
# Seconds a stopped command has to end by itself.
PATIENCE = 2


def parser() -> argparse.ArgumentParser:
    """Return what can be asked for on the command line."""
    top = argparse.ArgumentParser(prog="python -m analysis", description="From raw documents to notebooks and a site.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    verb = verbs.add_parser("build", help="clean the data, run the notebooks, put site/ and data/processed in place")
    verb.add_argument("--jobs", type=_positive, metavar="N", help="notebooks at a time (default: one for each core)")
    verb.add_argument("--force", action="store_true", help="run every notebook, changed or not")
    verb.add_argument("--only", metavar="NOTEBOOK", help="run one notebook's runs into build/only/, publish nothing")
    verb.add_argument("--explain", action="store_true", help="say for each run why it is run, or not")
    verb.set_defaults(do=build)

    verb = verbs.add_parser("run", help="run one notebook into build/runs/")
    verb.add_argument("notebook", metavar="NOTEBOOK")
    verb.add_argument("-p", dest="parameters", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"))
    verb.set_defaults(do=run)

    verb = verbs.add_parser("notebooks", help="run the committed notebooks with their defaults and store them as run")
    verb.add_argument("--jobs", type=_positive, metavar="N", default=2, help="notebooks at a time (default: 2)")
    verb.set_defaults(do=notebooks)

    verb = verbs.add_parser("check", help="say what does not add up in the documents")
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only what concerns these files")
    verb.add_argument("--json", action="store_true", help="one record for each problem")
    verb.set_defaults(do=check)

    _looking(verbs)
    return top


def _looking(verbs) -> None:
    verb = verbs.add_parser("read", help="show the cells of a file with their addresses")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--json", action="store_true", help="one record for each cell")
    verb.set_defaults(do=read)

    verb = verbs.add_parser("moved", help="say which published numbers and sentences moved since a revision")
    verb.add_argument("revision", nargs="?", default="HEAD", metavar="REVISION", help="default: HEAD")
    verb.add_argument("--markdown", action="store_true", help="as Markdown, for a pull request")
    verb.set_defaults(do=moved)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def build(asked: argparse.Namespace) -> int:
    """Build one generation."""
    from analysis.publish import generation

    return generation.build(asked.jobs, asked.force, asked.only, asked.explain)


def run(asked: argparse.Namespace) -> int:
    """Run one notebook."""
    from analysis.publish import single

    return single.run(asked.notebook, dict(asked.parameters))


def notebooks(asked: argparse.Namespace) -> int:
    """Run the committed notebooks again."""
    from analysis.publish import single

    return single.renew(asked.jobs)


def check(asked: argparse.Namespace) -> int:
    """Clean the data, write nothing, and say every problem; 1 when there is one that stops something."""
    from analysis import paths
    from analysis.publish import staging

    found = staging.problems(paths.raw(), asked.files)
    if asked.json:
        print(json.dumps([problem.record() for problem in found], indent=1, ensure_ascii=False))
    else:
        print("\n".join(str(problem) for problem in found) or "Nothing found.")
    return WRONG_DATA if any(problem.severity in staging.STOPPING for problem in found) else FINE


def read(asked: argparse.Namespace) -> int:
    """Show a file's cells."""
    from analysis.read import cells

    found = cells.cells(asked.file)
    if asked.json:
        print(json.dumps(found.to_dict("records"), indent=1, ensure_ascii=False))
    else:
        print("\n".join(f"{place}\t{text}" for place, text in zip(found["place"], found["text"], strict=True)))
    return FINE


def moved(asked: argparse.Namespace) -> int:
    """Say what moved since a revision."""
    from analysis import paths
    from analysis.publish import moved

    found = moved.since(paths.root(), asked.revision)
    print(moved.markdown(found) if asked.markdown else moved.text(found))
    return FINE


def _stop(number, frame):
    # Some library may swallow the interrupt while it is imported; site/ is whole at any moment, so then simply go.
    last = threading.Timer(PATIENCE, _go, [number])
    last.daemon = True
    last.start()
    raise KeyboardInterrupt(number)


def _go(number: int) -> None:
    _say_how_to_go_on(sys.argv[1:])
    leave(128 + number)


def _say_how_to_go_on(arguments: list[str]) -> None:
    print("\nStopped; site/ and data/processed are as they were.", file=sys.stderr)
    print(f"To go on: python -m analysis {' '.join(arguments)}", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; return 0 when fine, 1 when the data are wrong, 2 for wrong use, 128 + n when stopped."""
    asked = parser().parse_args(arguments)
    before = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return asked.do(asked)
    except KeyboardInterrupt as stopped:
        _say_how_to_go_on(arguments or sys.argv[1:])
        return 128 + (stopped.args[0] if stopped.args else signal.SIGINT)
    except Exception as error:
        status = _status(error)
        if status is None:
            raise
        print(error, file=sys.stderr)
        return status
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _status(error: Exception) -> int | None:
    """Return the exit status of an error that says what to do by itself; None for one only a developer can read."""
    if isinstance(error, FileNotFoundError):
        return WRONG_USE
    if isinstance(error, OSError | Problems):
        return WRONG_DATA
    return getattr(error, "exit_status", None)


def leave(status: int) -> None:
    """End the process; a stopped one does not wait for threads whose kernels are already gone."""
    if status > 128:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    leave(main())
