"""Write docs/reference.md, what a notebook may call, from the words of the code: `make reference`."""

import inspect
import sys
from pathlib import Path
from types import ModuleType

import analysis
from analysis.tables import Tables

PAGE = Path(__file__).parent.parent / "docs" / "reference.md"
INTRODUCTION = """# Reference

What a notebook or a script may call, in the words of the code: `make reference` writes this page. How it goes together
is told in [Analyse it in Python](analyse-in-python.md)."""


def page() -> str:
    """Return the page: the functions of the package, what `load` gives, then the functions of the modules."""
    offered = {name: getattr(analysis, name) for name in analysis.__all__}
    parts = [INTRODUCTION, "## Functions"]
    parts += [_entry(name, thing) for name, thing in offered.items() if not isinstance(thing, ModuleType)]
    asked = inspect.getmembers(Tables, lambda thing: isinstance(thing, property) or inspect.isfunction(thing))
    parts += ["## What `load` gives", _words(Tables)]
    parts += [_entry(f"data.{name}", thing) for name, thing in asked if name[0] != "_"]
    for name, module in ((name, thing) for name, thing in offered.items() if isinstance(thing, ModuleType)):
        functions = inspect.getmembers(module, inspect.isfunction)
        own = [one for one in functions if one[1].__module__ == module.__name__ or one[0] == "chart"]
        known = [(word, thing) for word, thing in own if word[0] != "_"]
        parts += [
            f"## {name.capitalize()}",
            _words(module),
            *(_entry(f"{name}.{word}", thing) for word, thing in known),
        ]
    return "\n\n".join(parts) + "\n"


def _entry(name: str, thing) -> str:
    if isinstance(thing, property):
        return f"**`{name}`**\n\n{_words(thing)}"
    signature = inspect.signature(thing)
    bare = [one.replace(annotation=one.empty) for one in signature.parameters.values() if one.name != "self"]
    return f"**`{name}{signature.replace(parameters=bare, return_annotation=signature.empty)}`**\n\n{_words(thing)}"


def _words(thing) -> str:
    return (inspect.getdoc(thing) or "").partition("\n>>>")[0].strip().replace("<", "\\<")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8", newline="\n")
    print(f"Wrote {PAGE.name}", file=sys.stderr)
