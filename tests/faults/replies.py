"""Replies that come, are corrected and are withdrawn in a project of the three forces."""

from pathlib import Path

import builds

RAW = Path("data") / "raw"
HEADER = "force,period,period_start,period_end,role,unit,misuse,outcome,value,beside,where_printed,read_by,note,drop\n"
SLOTS = [(year, force) for year in ("2001", "2002") for force in ("north-vale", "south-vale")]
NAMES = {"north-vale": "North Vale", "south-vale": "South Vale"}


def source_id(slot: tuple[str, str]) -> str:
    return f"{slot[1]}-told-{slot[0]}"


def lay_out(place: Path, replies: dict[tuple[str, str], int]) -> None:
    """Make the project hold exactly these replies besides the newspaper: documents, sources and coverage."""
    raw = place / RAW
    sources = (builds.THREE_FORCES / RAW / "sources.csv").read_text("utf-8").splitlines()[:2]
    for slot in SLOTS:
        year, force = slot
        name = f"vale-{year}/{source_id(slot)}.csv"
        (raw / name).unlink(missing_ok=True)
        if slot in replies:
            row = f"{NAMES[force]},{year},{year}-01-01,{year}-12-31,all,people,computer misuse,disciplined"
            (raw / name).write_text(f"{HEADER}{row},{replies[slot]},,text,once,invented,\n", encoding="utf-8")
            asked = f"{source_id(slot)},vale-{year},reply,,{NAMES[force]} Police (invented),Reply,,{force},,,2003-01-01"
            told = f"printed,discipline for computer misuse,{year},full,,yes,2003-01-01,whole,yes"
            sources.append(f"{asked},{told},{name},{builds.sha256(raw / name)},invented for tests")
    (raw / "sources.csv").write_text("\n".join([*sources, ""]), encoding="utf-8")
    (raw / "coverage.csv").write_text(coverage(replies), encoding="utf-8")
    (raw / builds.REPLY.relative_to(RAW)).unlink(missing_ok=True)


def coverage(replies: dict[tuple[str, str], int]) -> str:
    lines = ["round_id,force_id,answer,exemptions,source_ids,reason"]
    for year, force in [*SLOTS, ("2001", "old-vale"), ("2002", "old-vale")]:
        ids = ["vale-gazette"] if year == "2001" and force != "old-vale" else []
        answer = '"replied, named"' if ids else "reply unknown"
        if (year, force) in replies:
            answer, ids = "full", [*ids, source_id((year, force))]
        lines.append(f"vale-{year},{force},{answer},,{' '.join(ids)},invented for tests")
    return "\n".join([*lines, ""])
