"""What may hide inside files that are no text: workbooks built from nothing but our parts, pictures of pixels only."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from analysis.problems import Fault
from analysis.publish.leaks import fault, texts

PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(?:app|core)\.xml|xl/(?:workbook|styles|sharedStrings|metadata)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/sheet\d+\.xml|xl/tables/table\d+\.xml"
    r"|xl/worksheets/_rels/sheet\d+\.xml\.rels"
)
IN_PARTS = {
    "FORMULA_INJECTION": (rb"<(?:\w+:)?f[\s>/]", "a formula"),
    "HIDDEN_SHEET": (rb"<(?:\w+:)?sheet\s[^>]*state=", "a hidden sheet"),
    "HIDDEN_ROW_COL": (rb"\shidden=\"(?:1|true)\"|\bzeroHeight=\"(?:1|true)\"|\bht=\"0\"", "a hidden row or column"),
    "EXTERNAL_LINK": (
        rb"Target=\"(?!https?://|/?xl/|\.\./|worksheets/|theme/|styles|shared|tables/|docProps/|metadata)",
        "a link out of the workbook",
    ),
    "DOC_PROPERTIES": (rb"<(?:dc:creator|cp:lastModifiedBy|Company|Manager)>[^<]+<", "a name in the properties"),
    "DEFINED_NAME": (rb"<(?:\w+:)?definedName\s", "a defined name"),
    "XML_DTD": (rb"<!(?:DOCTYPE|ENTITY)", "a document type definition"),
}
PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs", b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"bKGD"}
SIGNATURE = b"\x89PNG\r\n\x1a\n"
REBUILD = "build the workbook from the tables alone"
REDRAW = "draw the picture again, without metadata"


def workbook(content: bytes) -> Iterator[Fault]:
    """Yield what a workbook holds besides visible cells: other parts, hidden sheets, formulas, links, names."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
            twice = len(archive.infolist()) != len(parts)
    except zipfile.BadZipFile:
        yield fault("WRONG_TYPE", "", "a file that is no workbook", "xlsx", REBUILD)
        return
    if twice:
        yield fault("EMBEDDED_FILE", "", "two parts of one name", "each part once", REBUILD)
    for name, part in parts.items():
        if not PARTS.fullmatch(name):
            yield fault("EMBEDDED_FILE", name, f"a part of {len(part)} bytes", "only the parts we write", REBUILD)
        for code, (pattern, said) in IN_PARTS.items():
            if re.search(pattern, part):
                yield fault(code, name, said, do=REBUILD)
        yield from (fault(one.code, f"{name}, {one.place}", one.found, do=one.do) for one in texts(part))


def picture(content: bytes) -> Iterator[Fault]:
    """Yield what a PNG file holds besides its pixels: texts, other chunks, bytes after its end."""
    if not content.startswith(SIGNATURE):
        yield fault("WRONG_TYPE", "", "a file that is no PNG picture", "PNG", REDRAW)
        return
    position = len(SIGNATURE)
    while position + 8 <= len(content):
        length, kind = int.from_bytes(content[position : position + 4], "big"), content[position + 4 : position + 8]
        if kind not in PIXELS:
            yield fault("HIDDEN_TEXT", f"byte {position}", f"a chunk of {length} bytes", "pixels only", REDRAW)
        position += 12 + length
        if kind == b"IEND":
            break
    if position != len(content):
        yield fault("HIDDEN_TEXT", f"byte {position}", f"{len(content) - position} bytes beside the picture", do=REDRAW)


def inventory(content: bytes) -> Iterator[Fault]:
    """Yield what may not go out in Sphinx's list of names, whose body is compressed."""
    head, body = content.split(b"\n", 4)[:4], content.split(b"\n", 4)[-1]
    yield from texts(b"\n".join(head))
    yield from texts(zlib.decompress(body))
