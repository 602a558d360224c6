"""Why a browser does not show an element, by its own style and by the page's rules."""

import re

from lxml import etree

from analysis.read.looks import faint
from analysis.read.package import local

RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
NAMES = {"white": "FFFFFF", "#fff": "FFFFFF", "snow": "FFFAFA", "transparent": "FFFFFF"}


def rules(root: etree._Element) -> list[tuple[list[str], str]]:
    """Return the page's own style rules: the words of each selector, and what it says."""
    text = re.sub(r"/\*.*?\*/", "", " ".join(style.text or "" for style in root.iter("style")), flags=re.DOTALL)
    found = [(key, rule) for keys, rule in RULE.findall(text) for key in keys.split(",") if key.strip()]
    return [(re.sub(r"([>+~])", r" \1 ", key).split(), rule) for key, rule in found]


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
    word = re.sub(r":.*|\[.*", "", word)
    tag = re.match(r"[\w-]*", word)[0]
    keys = {f"#{element.get('id', '')}", *(f".{name}" for name in element.get("class", "").split())}
    return tag.lower() in ("", local(element)) and set(re.findall(r"[.#][\w-]+", word)) <= keys


def reason(rules: list[tuple[list[str], str]], element: etree._Element) -> str:
    """Return why a browser does not show an element, or nothing."""
    if not isinstance(element.tag, str):
        return "comment"
    style = ";".join([*_styles(rules, element), element.get("style", "")])
    named = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", style.lower().replace("!important", "")))
    named = {name: value.strip() for name, value in named.items()}
    if element.get("hidden") is not None or named.get("display") == "none":
        return "hidden text"
    if named.get("visibility") in ("hidden", "collapse") or named.get("opacity") in ("0", "0.0", "0%"):
        return "hidden text"
    if re.match(r"0*\.?0*(px|pt|em|rem|%)?$|[01](\.\d+)?(px|pt)$", named.get("font-size", "12pt")):
        return "tiny text"
    if re.search(r"-\d{3,}", named.get("left", "") + named.get("top", "") + named.get("text-indent", "")):
        return "text off the page"
    zero = any(re.match(r"0(px|pt|em|%)?$", named.get(side, "")) for side in ("height", "width", "max-height"))
    if (zero and named.get("overflow") == "hidden") or named.get("clip", "").startswith("rect(0"):
        return "hidden text"
    colour = _colour(named.get("color") or element.get("color", ""))
    behind = _behind(element, named)
    if colour and ((faint(colour) and (behind == "" or faint(behind))) or colour == behind):
        return "text in the colour of the paper"
    return ""


def _styles(rules: list[tuple[list[str], str]], element: etree._Element) -> list[str]:
    """Return what the page's own style rules say about an element."""
    return [text for words, text in rules if _selected(words, element)]


def _colour(text: str) -> str:
    text = text.strip().lower()
    if text in NAMES:
        return NAMES[text]
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        return "".join(letter * 2 for letter in text[1:]).upper()
    parts = re.match(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+))?", text)
    if parts:
        clear = parts[4] is not None and parts[4].strip("0.") == ""
        return "FFFFFF" if clear else "".join(f"{min(int(part), 255):02X}" for part in parts.groups()[:3])
    return text.lstrip("#").upper()


def _behind(element: etree._Element, named: dict[str, str]) -> str:
    own = named.get("background-color") or named.get("background") or element.get("bgcolor", "")
    parent = element.getparent()
    if own or parent is None:
        return _colour(own.split()[0]) if own else ""
    style = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", (parent.get("style") or "").lower()))
    return _behind(parent, style)
