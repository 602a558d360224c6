# PYTHON_ARGCOMPLETE_OK
"""The whole flow from the command line: build, run, notebooks, check, read, new-reply, new-round, chase, moved …"""

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path

from analysis import completion, stopping
from analysis.stopping import FINE, WRONG_DATA


def parser() -> argparse.ArgumentParser:
    """Return what can be asked for on the command line."""
    top = argparse.ArgumentParser(prog="python -m analysis", description="From raw documents to notebooks and a site.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    for add in (_making, _looking, _intake):
        add(verbs)
    return top


def _making(verbs) -> None:
    """Add the commands that run notebooks."""
    verb = verbs.add_parser("build", help="clean the data, run the notebooks, put site/ and data/processed in place")
    verb.add_argument("--jobs", type=_positive, metavar="N", help="notebooks at a time (default: two for each core)")
    verb.add_argument("--stock-kernels", action="store_true", help="start each kernel anew (slower; the same results)")
    verb.add_argument("--cluster", metavar="ADDRESS", help="read and run on the Dask cluster whose scheduler is there")
    verb.add_argument("--force", action="store_true", help="read, solve and run everything anew, changed or not")
    verb.add_argument("--only", metavar="NOTEBOOK", help="run one notebook's runs into build/only/, publish nothing")
    verb.add_argument("--explain", action="store_true", help="say for each run why it is run, or not")
    verb.set_defaults(do=build)

    verb = verbs.add_parser("run", help="run one notebook into build/runs/")
    verb.add_argument("notebook", metavar="NOTEBOOK", help="its name, such as force-page")
    words = {"metavar": ("NAME", "VALUE"), "help": "a parameter of it, such as force surrey"}
    verb.add_argument("-p", dest="parameters", nargs=2, action="append", default=[], **words)
    verb.set_defaults(do=run)

    verb = verbs.add_parser("notebooks", help="run the committed notebooks with their defaults and store them as run")
    verb.add_argument("--jobs", type=_positive, metavar="N", default=2, help="notebooks at a time (default: 2)")
    verb.set_defaults(do=notebooks)


def _looking(verbs) -> None:
    """Add the commands that look at documents, and at what moved."""
    verb = verbs.add_parser("check", help="say what does not add up in the documents")
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only what concerns these files")
    verb.add_argument("--json", action="store_true", help="one record for each problem")
    verb.set_defaults(do=check)

    verb = verbs.add_parser("read", help="show the cells of a file with their addresses")
    verb.add_argument("file", type=Path, metavar="FILE", help="where it lies, in the inbox or elsewhere")
    verb.add_argument("--json", action="store_true", help="one record for each cell")
    verb.set_defaults(do=read)

    verb = verbs.add_parser("moved", help="say which published numbers and sentences moved since a revision")
    verb.add_argument("revision", nargs="?", default="HEAD", metavar="REVISION", help="default: HEAD")
    verb.add_argument("--markdown", action="store_true", help="as Markdown, for a pull request")
    verb.set_defaults(do=moved)

    verb = verbs.add_parser("verify", help="say which files are not as they were when site/ was built")
    verb.set_defaults(do=verify)


def _intake(verbs) -> None:
    """Add the commands that take in a reply or a round."""
    verb = verbs.add_parser("new-reply", help="take a checked file from data/inbox/ to data/raw and draft its recipe")
    verb.add_argument("file", type=Path, metavar="FILE", help="where it lies in the inbox; the same name to go on")
    verb.add_argument("--round", required=True, metavar="R", help="the round it answers; single-force for none")
    verb.add_argument(
        "--force", required=True, nargs="+", metavar="F", help="the force it is from; several for one reply"
    )
    verb.add_argument("--source-id", metavar="ID", help="its name (default: the force and the name of the file)")
    verb.add_argument("--supersedes", metavar="ID", help="the earlier reply it corrects and replaces")
    verb.add_argument("--part-of", metavar="ID", help="the reply or e-mail it came with, where there are several files")
    answers = ("full", "partial", "refused", "not held", "other")
    verb.add_argument("--answer", choices=answers, help="how the reply answers what was asked")
    verb.add_argument("--sections", nargs="+", metavar="S", help="sections of the Act it names, such as s12 s40(2)")
    verb.add_argument("--asked", metavar="WORDS", help="what was asked, in our words (default: the round's question)")
    verb.add_argument("--received", type=_day, metavar="DATE", help="such as 2027-02-15 (default: today)")
    verb.set_defaults(do=new_reply)

    verb = verbs.add_parser("new-round", help="add a round of requests: coverage and a request for each force")
    verb.add_argument("round", metavar="R", help="its id: small letters, digits and hyphens")
    verb.add_argument("--sent", type=_day, metavar="DATE", help="the day the requests went out")
    verb.set_defaults(do=new_round)

    verb = verbs.add_parser("chase", help="say what a round waits for: overdue, refused, not answered; sends nothing")
    verb.add_argument("round", metavar="R", help="the id of a round that new-round set up")
    verb.add_argument("--on", type=_day, metavar="DATE", help="as of that day (default: today)")
    verb.set_defaults(do=chase)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2027-02-15") from None


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def build(asked: argparse.Namespace) -> int:
    """Build one generation."""
    from analysis.publish import generation

    if asked.stock_kernels:
        os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "local-provisioner"
    return generation.build(asked.jobs, asked.force, asked.only, asked.explain, asked.cluster)


def run(asked: argparse.Namespace) -> int:
    """Run one notebook."""
    from analysis.publish import single

    return single.run(asked.notebook, dict(asked.parameters))


def notebooks(asked: argparse.Namespace) -> int:
    """Run the committed notebooks again."""
    from analysis.publish import single

    return single.renew(asked.jobs)


def check(asked: argparse.Namespace) -> int:
    """Write nothing, and say how each file ends and what was found in it; 1 when one needs a person or is refused."""
    from analysis import paths
    from analysis.publish import checking

    try:
        raw, inbox = paths.raw(), paths.root() / "data" / "inbox"
    except FileNotFoundError:
        if not asked.files:
            raise
        raw, inbox = None, None  # a file can be checked before there is a project
    found = checking.reports(asked.files, raw, inbox)
    if asked.json:
        print(json.dumps(found, indent=1))
    else:
        print("\n".join(_printable(checking.said(report)) for report in found) or "Nothing found.")
    return FINE if all(report["outcome"] == "accepted" for report in found) else WRONG_DATA


def read(asked: argparse.Namespace) -> int:
    """Show a file's visible cells; a refused file shows none, and 1 is returned."""
    from analysis.read import hidden

    reading = hidden.look(asked.file)
    cells = [cell for cell in reading.cells if cell.visible]
    if asked.json and reading.outcome != hidden.REFUSED:
        print(json.dumps([cell._asdict() for cell in cells], indent=1))
    else:
        print("\n".join(_printable(f"{cell.place}\t{cell.text}") for cell in cells))
    if reading.outcome != hidden.ACCEPTED:
        print(f"{asked.file}: {reading.outcome}; to see why: python -m analysis check {asked.file}", file=sys.stderr)
    return WRONG_DATA if reading.outcome == hidden.REFUSED else FINE


def _printable(text: str) -> str:
    """Return a text without what a terminal would act on or cannot show."""
    return "".join(letter if letter.isprintable() or letter in "\t\n" else repr(letter)[1:-1] for letter in text)


def new_reply(asked: argparse.Namespace) -> int:
    """Take in a reply; 1 when it is refused, needs a person or does not fit its recipe."""
    from analysis import paths
    from analysis.clean import arrivals

    told = {name: getattr(asked, name) for name in ("source_id", "supersedes", "answer", "sections", "asked")}
    told |= {"parent": asked.part_of}
    received = asked.received or dt.date.today()
    inbox = paths.root() / "data" / "inbox"
    taken = arrivals.reply(paths.raw(), inbox, asked.file, asked.round, asked.force, received, **told)
    print("\n".join(taken.lines))
    return WRONG_DATA if taken.wrong else FINE


def new_round(asked: argparse.Namespace) -> int:
    """Add a round."""
    from analysis import paths
    from analysis.clean import rounds

    print("\n".join(rounds.new_round(paths.raw(), asked.round, asked.sent)))
    return FINE


def chase(asked: argparse.Namespace) -> int:
    """Say what a round waits for."""
    from analysis import paths
    from analysis.clean import tracker

    print("\n".join(tracker.chase(paths.raw(), asked.round, asked.on or dt.date.today())))
    return FINE


def moved(asked: argparse.Namespace) -> int:
    """Say what moved since a revision."""
    from analysis import paths
    from analysis.publish import moved

    found = moved.since(paths.root(), asked.revision)
    print(moved.markdown(found) if asked.markdown else moved.text(found))
    return FINE


def verify(asked: argparse.Namespace) -> int:
    """Recompute what site/provenance.json says; 1 when a file is not as it was."""
    from analysis.publish import provenance

    found = provenance.differences()
    print("\n".join(found) or "Everything is as it was when site/ was built.")
    return WRONG_DATA if found else FINE


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; return 0 when fine, 1 when the data are wrong, 2 for wrong use, 128 + n when stopped."""
    asked = completion.completed(parser()).parse_args(arguments)
    with stopping.heard():
        try:
            status = asked.do(asked)
            return stopping.UNREAD if stopping.unread() else status
        except KeyboardInterrupt as stopped:
            return stopping.status(stopped, arguments or sys.argv[1:])
        except Exception as error:
            return stopping.failed(error)


if __name__ == "__main__":
    stopping.leave(main())
