"""Why a browser does not show an element, by its own style and by the page's rules."""

import re
from typing import NamedTuple

from lxml import etree
from PIL import ImageColor

from analysis.read.looks import BLACK, CLOSE, WHITE, alike
from analysis.read.package import local

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
AWAY = re.compile(r"-\d{3,}|-\d{2,}\s*(vw|vh|em|rem)|scale[xy]?\(\s*0")
CLEAR = re.compile(r"0*(\.0\d*)?|\d%")
NONE = re.compile(r"0*\.?0*(px|pt|em|rem|%)?$|[01](\.\d+)?(px|pt)$")
PLACES = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top", "margin", "transform")


# rules for what is no element, for what somebody does with one, and for paper
PSEUDO = re.compile(r"::|:(before|after|first-line|first-letter|hover|focus|active|target)\b", re.IGNORECASE)
PRINTED = re.compile(r"@media\s+print\s*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.IGNORECASE)
ASKED = re.compile(r"""\[\s*([\w-]+)\s*(?:([~|^$*]?)=\s*["']?([^\]"']*?)["']?\s*[is]?\s*)?\]""", re.IGNORECASE)
NAMED = re.compile(r"(--[\w-]+)\s*:\s*([^;}]+)")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)")


class Rules(NamedTuple):
    """A page's own style rules, what is known already of its elements, and the values that have a name."""

    written: list[tuple[list[str], str]]
    known: dict[etree._Element, dict[str, str]]
    named: dict[str, str]


def rules(root: etree._Element) -> Rules:
    """Return the page's own style rules: the words of each selector, and what it says."""
    text = re.sub(r"/\*.*?\*/", "", " ".join(style.text or "" for style in root.iter("style")), flags=re.DOTALL)
    text = PRINTED.sub("", text)
    found = [(key, rule) for keys, rule in RULE.findall(text) for key in keys.split(",") if key.strip()]
    rules = [(_words(key), rule) for key, rule in found if not PSEUDO.search(key)]
    return Rules(rules, {}, dict(NAMED.findall(text)))


def _words(selector: str) -> list[str]:
    """Return the words of a selector, with > + ~ as words of their own but not inside brackets."""
    return [word for word in re.findall(r"[>+~]|(?:\[[^\]]*\]|\([^)]*\)|[^\s>+~\[(])+", selector) if word]


def _selected(words: list[str], element: etree._Element | None) -> bool:
    """Say whether a selector names an element; what it asks of its state or number is taken as given."""
    if not words:
        return True
    if element is None or not _named(words[-1], element):
        return False
    way = words[-2] if len(words) > 1 and words[-2] in ">+~" else " "
    before = words[: -2 if way != " " else -1]
    if not before:
        return True
    near = {
        ">": [element.getparent()],
        "+": list(element.itersiblings(preceding=True))[:1],
        "~": element.itersiblings(preceding=True),
        " ": element.iterancestors(),
    }[way]
    return any(_selected(before, other) for other in near)


def _named(word: str, element: etree._Element) -> bool:
    """Say whether a word such as `td.total` or `#a` names an element."""
    asked = ASKED.findall(word)
    word = re.sub(r"\[[^\]]*\]|:.*", "", word)
    if not all(_holds(element.get(name), way, value) for name, way, value in asked):
        return False
    tag = (re.match(r"[\w-]*", word) or [""])[0]
    keys = {f"#{element.get('id', '')}", *(f".{name}" for name in element.get("class", "").split())}
    return tag.lower() in ("", local(element)) and set(re.findall(r"[.#][\w-]+", word)) <= keys


def _holds(own: str | None, way: str, value: str) -> bool:
    """Say whether an attribute is what a selector asks for; without a value it need only be there."""
    if own is None or not value:
        return own is not None
    tests = {"^": own.startswith, "$": own.endswith, "*": own.__contains__, "~": own.split().__contains__}
    return tests[way](value) if way in tests else own == value or (way == "|" and own.startswith(f"{value}-"))


def reason(rules: Rules, element: etree._Element) -> str:
    """Return why a browser does not show an element, or nothing."""
    if not isinstance(element.tag, str):
        return "comment"
    named = _named_styles(rules, element)
    if element.get("hidden") is not None or named.get("display") == "none" or _folded(element) or _without_room(named):
        return "hidden text"
    if named.get("visibility") in ("hidden", "collapse") or CLEAR.fullmatch(named.get("opacity", "1")):
        return "hidden text"
    if named.get("z-index", "").startswith("-") or re.search(r"opacity\(\s*0?\.?0*%?\)", named.get("filter", "")):
        return "hidden text"
    if named.get("mso-hide") == "all" or named.get("content-visibility") == "hidden":
        return "hidden text"
    if NONE.match(named.get("font-size", "12pt")) or re.search(r"(?<![\w.])0(px|pt|em)?(/| )", named.get("font", "")):
        return "tiny text"
    if any(AWAY.search(named.get(place, "")) for place in PLACES):
        return "text off the page"
    colour, behind = _colour_of(rules, element), _behind(rules, element)
    return "text in the colour of the paper" if alike(colour or BLACK, behind or WHITE) else ""


def _without_room(named: dict[str, str]) -> bool:
    zero = any(NONE.match(named.get(side, "1em")) for side in ("height", "width", "max-height", "max-width"))
    clipped = re.match(
        r"rect\(\s*[01](px)?[ ,]|inset\(\s*([5-9]\d|100)%|circle\(\s*0",
        named.get("clip-path", "") or named.get("clip", ""),
    )
    return (zero and named.get("overflow") in ("hidden", "clip")) or bool(clipped)


def _folded(element: etree._Element) -> bool:
    """Say whether an element shows only when somebody opens or chooses it."""
    parent = element.getparent()
    if local(element) == "dialog" and element.get("open") is None:
        return True
    if local(element) == "option":
        return element.get("selected") is None and element.getprevious() is not None
    return parent is not None and local(parent) == "details" and local(element) != "summary"


def folded(element: etree._Element) -> bool:
    """Say whether what stands in an element shows only when somebody opens it."""
    return local(element) == "details" and element.get("open") is None


def _named_styles(rules: Rules, element: etree._Element) -> dict[str, str]:
    """Return what an element's own style, its attributes and the page's rules say about it."""
    if element not in rules.known:
        texts = [text for words, text in rules.written if _selected(words, element)]
        style = ";".join([*texts, element.get("style", "")])
        style = VARIABLE.sub(lambda found: rules.named.get(found[1], found[2] or ""), style)
        style = style.lower().replace("!important", "")
        found = {name: value.strip() for name, value in re.findall(r"([\w-]+)\s*:\s*([^;]+)", style)}
        for name, attribute in (("color", "color"), ("background-color", "bgcolor")):
            if element.get(attribute):
                found.setdefault(name, element.get(attribute).lower())
        rules.known[element] = found
    return rules.known[element]


def _colour_of(rules: Rules, element: etree._Element | None) -> str:
    """Return the colour of an element's letters, which it takes from what it stands in."""
    while element is not None:
        named = _named_styles(rules, element)
        own = named.get("-webkit-text-fill-color") or named.get("color", "inherit")
        if own not in ("inherit", "currentcolor"):
            return _colour(own) or _behind(rules, element) or WHITE
        element = element.getparent()
    return ""


def _behind(rules: Rules, element: etree._Element | None) -> str:
    """Return the colour behind an element; a picture is taken for a colour of its own."""
    while element is not None:
        named = _named_styles(rules, element)
        for name in ("background-color", "background"):
            own = re.sub(r"\s+(no-repeat|repeat|fixed|scroll|center|top|left).*", "", named.get(name, ""))
            if "url(" in own or "gradient" in own:
                return "some"
            if own and own not in ("none", "inherit", "initial") and _colour(own):
                return _colour(own)
        element = element.getparent()
    return ""


def _colour(text: str) -> str:
    """Return a colour as six digits; nothing where it is see-through, the word itself where it is not known."""
    if text == "transparent":
        return ""
    try:
        parts = ImageColor.getrgb(re.sub(r"(?<=[\d%])\s*[\s/]\s*(?=[\d.])", ",", text))
    except ValueError:
        return text
    return "" if len(parts) == 4 and parts[3] < CLOSE else "".join(f"{part:02X}" for part in parts[:3])
