"""Every document that git tracks below data/raw is accepted by the file check, or each of its findings is approved."""

from analysis.clean import approvals, raw
from analysis.read import hidden


def test_every_tracked_document_is_accepted_or_its_findings_are_approved(project):
    folder = project / "data" / "raw"
    accepted = raw.decisions(folder)[0]["approvals"]
    documents = [
        path for path in sorted(folder.glob("*/*")) if path.parent.name != "lookups" and path.suffix != ".toml"
    ]
    readings = hidden.several(documents)
    assert len(readings) > 90
    refused = [path.name for path, reading in readings.items() if reading.outcome == hidden.REFUSED]
    waiting = {
        path.name: [fault.code for fault in faults]
        for path, reading in readings.items()
        if (faults := approvals.open_findings(reading.findings, reading.sha256, accepted))
    }
    assert refused == [] and waiting == {}
