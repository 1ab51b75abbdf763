"""Reports as JSON (`docs/spec/report.md`): one order, no clock, no host, so equal inspections give equal bytes."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pratique._version import VERSION
from pratique.domain.component import ClaimedRelation, Component
from pratique.domain.finding import Evidence, Finding
from pratique.domain.locator import Locator
from pratique.domain.report import Gap, Report
from pratique.domain.verdict import Verdict

SCHEMA = "pratique.report/1"
Document = dict[str, Any]


def report_document(report: Report) -> Document:
    """The report without its verdict."""
    artifact = report.artifact
    files = [m for m in artifact.members if m.type == "file"]
    return {
        "schema": SCHEMA,
        "artifact": {
            "reference": artifact.origin.reference,
            **({"publisher": artifact.origin.publisher} if artifact.origin.publisher else {}),
            "kind": artifact.kind.value,
            "format": artifact.format,
            "id": str(artifact.id),
            "files": len(files),
            "size_bytes": sum(m.size_bytes for m in files),
            "formats": dict(report.formats),
        },
        "fingerprints": [{"kind": f.kind.value, "scheme": f.scheme, "digest": f.digest} for f in report.fingerprints],
        "components": [_component(c) for c in report.components],
        "loading": {"imports": dict(report.loading.imports), "calls": dict(report.loading.calls)},
        "findings": [finding_document(f) for f in report.findings],
        "coverage": {
            "total_bytes": report.coverage.total_bytes,
            "accounted_bytes": report.coverage.accounted_bytes,
            "gaps": [_gap(g) for g in report.coverage.gaps],
        },
        "rules_run": [{"rule": r.rule, "version": r.version} for r in report.rules_run],
        "limits": dict(report.limits),
        "tool": {
            "name": "pratique",
            "version": VERSION,
            "capabilities": report.capabilities,
            "advisories": report.advisories,
            "index": report.index,
            "day": report.day,
            "popularity": report.popularity,
        },
    }


def inspection_document(report: Report, verdict: Verdict) -> Document:
    """The report with its verdict: what users and machines read."""
    document = report_document(report)
    document["verdict"] = {
        "decision": verdict.decision.value,
        "policy": verdict.policy,
        "policy_digest": verdict.policy_digest,
        "report_digest": verdict.report_digest,
        "reasons": [
            {"clause": r.clause, "decision": r.decision.value, "because": r.because, "subject": r.subject}
            for r in verdict.reasons
        ],
        "waived": list(verdict.waived),
        "expires": verdict.expires,
    }
    return document


def failure_document(reference: str, kind: str, message: str) -> Document:
    """What stands in the place of a report that could not be made."""
    return {
        "schema": SCHEMA,
        "artifact": {"reference": reference, "kind": None, "format": None},
        "error": {"kind": kind, "message": message},
        "verdict": None,
        "tool": {"name": "pratique", "version": VERSION},
    }


def report_digest(report: Report) -> str:
    """SHA-256 of the report's canonical JSON (sorted keys, no spaces, UTF-8), without the verdict."""
    return hashlib.sha256(canonical(report_document(report))).hexdigest()


def canonical(document: Document) -> bytes:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def dumps(document: Document, *, indent: int | None = 2) -> str:
    """JSON for output: ASCII only, so that it survives every terminal and pipe."""
    return json.dumps(document, indent=indent)


def finding_document(finding: Finding) -> Document:
    document: Document = {
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.name,
        "confidence": finding.confidence.name,
        "message": finding.message,
        "where": where_document(finding.where),
        "evidence": [_evidence(e) for e in finding.evidence],
        "remedy": finding.remedy,
        "references": list(finding.references),
    }
    if finding.measure is not None:
        m = finding.measure
        document["measure"] = {
            "name": m.name, "value": m.value, "unit": m.unit, "threshold": m.threshold, "p_value": m.p_value,
        }  # fmt: skip
    return document


def where_document(where: Locator) -> Document:
    document: Document = {"text": str(where), "path": where.path}
    if where.members:
        document["members"] = list(where.members)
    for key in ("offset", "length", "line", "tensor", "row", "pointer"):
        value = getattr(where, key)
        if value is not None:
            document[key] = value
    return document


def _evidence(evidence: Evidence) -> Document:
    return {"where": where_document(evidence.where), "excerpt": evidence.excerpt, "facts": dict(evidence.facts)}


def _gap(gap: Gap) -> Document:
    return {"kind": gap.kind, "where": where_document(gap.where), "reason": gap.reason, "size_bytes": gap.size_bytes}


def _component(component: Component) -> Document:
    return {
        "name": component.name,
        "version": component.version,
        "supplier": component.supplier,
        "purl": component.purl,
        "licences": list(component.licences),
        "relations": [
            {"kind": r.kind.value, "to": r.to, "claimed_at": r.source}
            if isinstance(r, ClaimedRelation)
            else {"kind": r.kind.value, "to": r.to, "proof": r.proof}
            for r in component.relations
        ],
    }
