"""The findings of every round: who answered, how many, what happened next."""

from analysis.tell import answered, cases, differ, each, misused, outcomes, phrases, scenes, sensitivity, unnamed

SINGLE = "single-force"


def findings(tables):
    """All findings of every round of requests."""
    said, rows = phrases.read(tables.categories), scenes.rows(tables)
    models: dict[str, dict] = {round_id: {} for round_id in of_many(tables)}
    return [
        finding
        for round_id, kept in models.items()
        for topic, write in TOPICS.items()
        for finding in write(scenes.of_round(tables, topic, round_id, said, rows, kept))
    ]


def of_many(tables):
    """The rounds that asked more than one force."""
    return [round_id for round_id in tables.rounds["round_id"] if round_id != SINGLE]


def how_many(scene):
    """What was counted, then what lies with the forces nobody named and with each that was."""
    parts = (unnamed.findings, each.findings, sensitivity.findings)
    return [*cases.findings(scene, scene.tables.relations), *(finding for part in parts for finding in part(scene))]


TOPICS = {
    "who-answered": answered.findings,
    "how-many-cases": how_many,
    "do-forces-differ": differ.findings,
    "what-was-misused": misused.findings,
    "what-happened-next": outcomes.findings,
}
