"""The whole flow from the command line: build · run · notebooks · check · new-reply · moved · verify."""

import argparse
import datetime as dt
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

FINE, WRONG_DATA, WRONG_USE, STOPPED = 0, 1, 2, 130


def parser() -> argparse.ArgumentParser:
    """Return what can be asked for on the command line."""
    top = argparse.ArgumentParser(prog="python -m analysis", description="From raw documents to notebooks and a site.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    verb = verbs.add_parser("build", help="clean the data, run the notebooks, put site/ and data/processed in place")
    verb.add_argument("--jobs", type=_positive, metavar="N", help="notebooks at a time (default: two for each core)")
    verb.add_argument("--cluster", metavar="ADDRESS", help="run on the Dask cluster whose scheduler is there")
    verb.set_defaults(do=lambda asked: _publish("build").build(asked.jobs, asked.cluster))

    verb = verbs.add_parser("run", help="run one notebook into build/one/")
    verb.add_argument("notebook", metavar="NOTEBOOK", help="its name, such as force")
    words = {"metavar": ("NAME", "VALUE"), "help": "a parameter of it, such as force surrey"}
    verb.add_argument("-p", dest="parameters", nargs=2, action="append", default=[], **words)
    verb.set_defaults(do=lambda asked: _publish("build").run(asked.notebook, dict(asked.parameters)))

    verb = verbs.add_parser("notebooks", help="run the committed notebooks with their defaults and store them as run")
    verb.set_defaults(do=lambda asked: _publish("build").notebooks())

    verb = verbs.add_parser("check", help="say what does not add up in documents received or taken in")
    verb.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only these (default: inbox and data/raw)")
    verb.add_argument("--json", action="store_true", help="one record for each file")
    verb.set_defaults(do=check)

    _new_reply(verbs.add_parser("new-reply", help="take a file from data/inbox/ in: its transcript and its row"))

    verb = verbs.add_parser("moved", help="say which published numbers and sentences moved since a revision")
    verb.add_argument("revision", nargs="?", default="HEAD", metavar="REVISION", help="default: HEAD")
    verb.add_argument("--markdown", action="store_true", help="as Markdown, for a pull request")
    verb.add_argument("--release", action="store_true", help="1 unless CHANGELOG.md names each document corrected")
    verb.set_defaults(do=moved)

    verb = verbs.add_parser("verify", help="say which files are not as they were when site/ was built")
    verb.set_defaults(do=verify)
    return top


def _new_reply(verb) -> None:
    verb.add_argument("file", type=Path, metavar="FILE", help="where it lies in the inbox; the same name to go on")
    verb.add_argument("--press", action="store_true", help="FILE is a transcript of a page, made by hand")
    verb.add_argument("--round", default="", metavar="R", help="the round it belongs to; single-force for none")
    verb.add_argument("--force", nargs="+", default=[], metavar="F", help="the force it is from")
    verb.add_argument("--source-id", metavar="ID", help="its name (default: the force and the round)")
    verb.add_argument("--supersedes", metavar="ID", help="the earlier reply it corrects and replaces")
    verb.add_argument("--part-of", dest="parent", metavar="ID", help="the reply it came with, if one of several files")
    answers = ("full", "partial", "refused", "not held", "other")
    verb.add_argument("--answer", choices=answers, help="how the reply answers what was asked")
    verb.add_argument("--sections", nargs="+", metavar="S", help="sections of the Act it names, such as s12 s40(2)")
    verb.add_argument("--asked", metavar="WORDS", help="what was asked, in our words (default: the round's question)")
    verb.add_argument("--received", type=dt.date.fromisoformat, metavar="DATE", help="as 2027-02-15 (default: today)")
    several = {"nargs": "+", "action": "extend", "default": []}
    verb.add_argument("--set", **several, type=_pair, metavar="COLUMN=TEXT", help="what stands for each ? of a column")
    verb.add_argument("--accept", **several, metavar="CODE", help="doubts accepted; they need a reason")
    verb.add_argument("--reason", default="", metavar="WORDS", help="why they are accepted")
    verb.set_defaults(do=new_reply)


def _positive(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError("a whole number, at least 1")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if not value:
        raise argparse.ArgumentTypeError(f"{text!r} is no COLUMN=TEXT, such as role=all")
    return name, value


def _publish(name: str):
    """Return a module of publish/, imported only when it is needed."""
    return import_module(f"analysis.publish.{name}")


def check(asked: argparse.Namespace) -> int:
    """Write nothing, and say how each file ends and what was found in it; 1 when one needs a person or is refused.

    Without files: of all in the inbox, and what is wrong below data/raw.
    """
    from analysis import clean, project, read
    from analysis.problems import SHOWN

    if asked.files:
        reports, problems = read.check(asked.files), []
    else:
        received = sorted(file for file in (project.root() / "data" / "inbox").rglob("*") if file.is_file())
        received = [file for file in received if file.name[0] != "." and file.name != "README.md"]
        reports = read.check(received, project.raw())
        problems = clean.build(project.raw())["problems"]
    if asked.json:
        print(json.dumps([*reports, *(problem.record() for problem in problems)], indent=1))
    else:
        print("\n".join([read.report(reports), *map(str, problems)]).strip() or "Nothing found.")
    fine = all(one["outcome"] == "accepted" for one in reports) and all(one.severity == SHOWN for one in problems)
    return FINE if fine else WRONG_DATA


def new_reply(asked: argparse.Namespace) -> int:
    """Take in a reply or, with --press, a transcript made by hand; 1 when something in it is wrong."""
    from analysis import project
    from analysis.clean import intake

    named = ("source_id", "supersedes", "parent", "answer", "asked", "accept", "reason")
    said = {name: getattr(asked, name) for name in named}
    said |= {"exemptions": " ".join(asked.sections or []), "seen_on": asked.received and asked.received.isoformat()}
    said["sets"] = dict(asked.set)
    if asked.press:
        taken = intake.new_press(project.raw(), asked.file, asked.round, **said)
    elif asked.round and asked.force:
        taken = intake.new_reply(project.raw(), asked.file, asked.round, asked.force, **said)
    else:
        raise intake.Refused("say which round it answers and which force it is from: --round R --force F", WRONG_USE)
    print("\n".join(taken.lines))
    return WRONG_DATA if taken.wrong else FINE


def moved(asked: argparse.Namespace) -> int:
    """Say what moved since a revision; with --release 1 where the changelog lacks a correction."""
    print(_publish("moved").since(asked.revision, asked.markdown))
    unsaid = _publish("moved").unsaid(asked.revision) if asked.release else []
    print("".join(f"CHANGELOG.md: no line of {name} below Corrected; a number of it was\n" for name in unsaid), end="")
    return WRONG_DATA if unsaid else FINE


def verify(asked: argparse.Namespace) -> int:
    """Recompute what site/provenance.json says; 1 when a file is not as it was."""
    found = _publish("fingerprints").differences()
    print("\n".join(found) or "Everything is as it was when site/ was built.")
    return WRONG_DATA if found else FINE


def _stop(number, frame):
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; return 0 when fine, 1 when the data are wrong, 2 for wrong use, 130 when stopped."""
    for number in (signal.SIGTERM, signal.SIGINT):  # also where a shell, in its background, lets Ctrl-C be ignored
        signal.signal(number, _stop)
    asked = parser().parse_args(arguments)
    try:
        return asked.do(asked)
    except KeyboardInterrupt:
        print(f"\nStopped. To go on: python -m analysis {' '.join(arguments or sys.argv[1:])}", file=sys.stderr)
        return STOPPED
    except Exception as error:  # one that says what to do by itself is one line, any other is for a developer
        status = WRONG_USE if isinstance(error, FileNotFoundError) else getattr(error, "exit_status", None)
        if status is None and not isinstance(error, OSError):
            raise
        print(error, file=sys.stderr)
        return status or WRONG_DATA


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended)  # waits for no thread whose kernel is gone, and hands memory back without looking through it
