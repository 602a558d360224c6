"""What a browser would run or fetch: in pages, in style sheets and in the outputs of notebooks."""

import base64
import json
import re
from collections.abc import Iterator
from html import unescape

from analysis.problems import Fault
from analysis.publish import packed
from analysis.publish.leaks import fault, line

TAG = re.compile(r"<([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
FORBIDDEN = {"iframe", "object", "embed", "base", "applet", "frame", "frameset", "portal", "marquee"}
FETCHED = {"src", "srcset", "poster", "data", "background", "formaction", "action", "cite", "longdesc", "manifest"}
FETCHED_HREF = {"link", "use", "image", "script"}
SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
LINKED = {"http", "https", "mailto"}
INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1", re.DOTALL | re.IGNORECASE)
POLICY = re.compile(r"<meta[^>]+http-equiv=[\"']?Content-Security-Policy[^>]+>", re.IGNORECASE)
CSS_FETCH = re.compile(r"(?:url\(\s*|@import\s+)[\"']?\s*((?:https?:)?//[^\s\"')]+)", re.IGNORECASE)
MARKUP = re.compile(r"<\s*[a-zA-Z!/?]|&(?:#\w+|[a-zA-Z]\w+);")
SHOWN = {"text/plain", "text/html", "image/png"}
ESCAPE = "escape it where the page is written"


def page(text: str, labels: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Yield what in a page would run, would ask another host, or is a label that became live.

    labels: texts of the tables that hold markup; none of them may stand in a page as it is.
    """
    policy = POLICY.search(text)
    if not policy or "unsafe" in policy.group():
        yield fault("LIVE_HTML", "head", "no strict Content-Security-Policy", "one without inline script", "add it")
    yield from tags(text, styles=False)
    for label in sorted(labels):
        if label in text:
            yield fault("LIVE_HTML", line(text, text.index(label)), f"a label of {len(label)} characters", do=ESCAPE)


def tags(text: str, styles: bool) -> Iterator[Fault]:
    """Yield each tag or attribute that runs or fetches; styles says whether inline style is allowed."""
    for found in INLINE.finditer(text):
        kind = found[1].lower()
        if (kind == "script" or not styles) and found[3].strip():
            yield fault("LIVE_HTML", line(text, found.start()), f"an inline {kind}", do="move it to a file")
    for found in TAG.finditer(text):
        name, attributes = found[1].lower(), _attributes(found[2])
        for said in _wrong(name, attributes, styles):
            yield fault("LIVE_HTML", line(text, found.start()), f"{said} in <{name}>", do=ESCAPE)


def _attributes(text: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(text) if text.strip() else []
    return {name.lower(): unescape(value.strip("\"'")) for name, value in found}


def _wrong(name: str, attributes: dict[str, str], styles: bool) -> Iterator[str]:
    if name in FORBIDDEN:
        yield "the tag itself"
    if name == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
        yield "a redirection"
    for attribute, value in attributes.items():
        if attribute.startswith("on") or attribute == "srcdoc":
            yield f"the attribute {attribute}"
        elif attribute == "style" and not styles:
            yield "an inline style"
        elif attribute in FETCHED or (attribute == "href" and name in FETCHED_HREF) or attribute == "xlink:href":
            if elsewhere(value):
                yield f"another host in {attribute}"
        elif attribute == "href" and _scheme(value) not in {*LINKED, ""}:
            yield f"a {_scheme(value)}: link"


def _scheme(address: str) -> str:
    found = SCHEME.match(re.sub(r"[\x00-\x20]", "", address))
    return found[1].lower() if found else ""


def elsewhere(address: str) -> bool:
    """Say whether a browser would leave the site for what stands at this address; pictures within the page stay."""
    bare = re.sub(r"[\x00-\x20]", "", address).lower()
    return bare.startswith(("//", "\\\\", "/\\")) or (bool(_scheme(bare)) and not bare.startswith("data:image/"))


def style_sheet(text: str) -> Iterator[Fault]:
    """Yield each address of another host that a style sheet would fetch."""
    for found in CSS_FETCH.finditer(text):
        yield fault("OTHER_HOST", line(text, found.start()), "a style that fetches", do="copy the file to the site")


def drawing(text: str) -> Iterator[Fault]:
    """Yield what in an SVG picture runs or fetches; its own inline style is shown only as a picture."""
    yield from tags(text, styles=True)
    for word in ("<foreignObject", "<!ENTITY", "<!DOCTYPE"):
        if word.lower() in text.lower() and word != "<!DOCTYPE":
            yield fault("LIVE_HTML", line(text, text.lower().index(word.lower())), word.strip("<!"), do="redraw it")


def notebook(text: str, labels: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Yield what the outputs of a notebook would run or fetch where it is opened, and what their pictures hide."""
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError):
        yield fault("WRONG_TYPE", "", "a file that is no notebook", "a notebook", "run it again")
        return
    for number, cell in enumerate(cells):
        for output in cell.get("outputs", []):
            place, data = f"cell {number}", output.get("data", {})
            for kind in sorted(set(data) - SHOWN):
                yield fault("LIVE_HTML", place, f"an output of type {kind}", do="print it as text")
            shown = "".join(data.get("text/html", ""))
            for one in tags(shown, styles=True):
                yield fault(one.code, f"{place}, {one.place}", one.found, do=one.do)
            if any(label in shown for label in labels):
                yield fault("LIVE_HTML", place, "a label that was not escaped", do=ESCAPE)
            if "image/png" in data:
                hidden = packed.picture(base64.b64decode("".join(data["image/png"])))
                yield from (fault(one.code, f"{place}, {one.place}", one.found, do=one.do) for one in hidden)


def with_markup(values) -> frozenset[str]:
    """Return the texts that would become live if nobody escaped them."""
    return frozenset(value.strip() for value in values if isinstance(value, str) and MARKUP.search(value))
