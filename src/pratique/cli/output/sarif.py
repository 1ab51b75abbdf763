"""`--format sarif`: SARIF 2.1.0 (OASIS, 2020), one run for all targets. A gap is a result too: rule `gap/KIND`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import quote

from pratique._version import VERSION
from pratique.domain.report import GAP_KINDS
from pratique.flow.document import Document

LEVELS = {"CRITICAL": "error", "HIGH": "error", "MEDIUM": "warning", "LOW": "note", "INFO": "note"}
SCORES = {"CRITICAL": "9.5", "HIGH": "8.0", "MEDIUM": "5.0", "LOW": "2.0", "INFO": "0.0"}  # GitHub's security-severity
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(documents: Iterator[Document], out: TextIO) -> None:
    rules: dict[str, dict[str, Any]] = {}
    results: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    for document in documents:
        if "error" in document:
            notifications.append({"level": "error", "message": {"text": document["error"]["message"]}})
            continue
        for finding in document["findings"]:
            rules.setdefault(finding["rule"], _rule(finding))
            results.append(_result(finding, document))
        for gap in document["coverage"]["gaps"]:
            id_ = f"gap/{gap['kind']}"
            rules.setdefault(id_, {"id": id_, "shortDescription": {"text": GAP_KINDS.get(gap["kind"], gap["kind"])}})
            results.append(
                {
                    "ruleId": id_,
                    "level": "warning",
                    "message": {"text": gap["reason"]},
                    "locations": [_location(gap["where"], document)],
                }
            )
    run = {
        "tool": {"driver": {"name": "pratique", "version": VERSION, "rules": [rules[key] for key in sorted(rules)]}},
        "results": results,
        "invocations": [
            {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications},
        ],
    }
    json.dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, out, indent=2)
    out.write("\n")


def _rule(finding: Document) -> dict[str, Any]:
    return {
        "id": finding["rule"],
        "help": {"text": finding["remedy"]},
        "properties": {"security-severity": SCORES[finding["severity"]], "tags": ["security", *finding["references"]]},
    }


def _result(finding: Document, document: Document) -> dict[str, Any]:
    return {
        "ruleId": finding["rule"],
        "level": LEVELS[finding["severity"]],
        "message": {"text": f"{finding['message']} ({finding['where']['text']})"},
        "partialFingerprints": {"pratiqueFindingId/v1": finding["id"]},
        "locations": [_location(evidence["where"], document) for evidence in finding["evidence"][:10]],
        "properties": {"severity": finding["severity"], "confidence": finding["confidence"]},
    }


def _location(where: Document, document: Document) -> dict[str, Any]:
    artifact = document["artifact"]
    path = artifact["reference"]
    if artifact["format"] == "folder" and where["path"] != ".":
        path = f"{path.rstrip('/')}/{where['path']}"
    region: dict[str, Any] = {}
    if "line" in where:
        region["startLine"] = max(where["line"], 1)
    elif "offset" in where and not where.get("members"):
        region["byteOffset"] = where["offset"]
        if "length" in where:
            region["byteLength"] = where["length"]
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(path.encode("utf-8", "surrogateescape"))}}
    if region:
        physical["region"] = region
    return {"physicalLocation": physical, "logicalLocations": [{"fullyQualifiedName": where["text"]}]}
