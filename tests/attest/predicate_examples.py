"""One example of each predicate: what the published vectors hold."""

from __future__ import annotations

from typing import Any

TIME = "2026-11-24T02:00:00Z"
TOOL = {"name": "pratique", "version": "0.2.0"}
DIGEST = "ab" * 32

EXAMPLES: dict[str, dict[str, Any]] = {
    "slsa-provenance": {
        "buildDefinition": {
            "buildType": "https://example.org/training/v1",
            "externalParameters": {"config": "train.yaml"},
            "resolvedDependencies": [{"uri": "hf://datasets/org/data", "digest": {"sha256": DIGEST}}],
        },
        "runDetails": {"builder": {"id": "https://example.org/cluster"}, "metadata": {"startedOn": TIME}},
    },
    "vsa": {
        "verifier": {"id": "https://pratique.dev/verifier", "version": {"pratique": "0.2.0"}},
        "timeVerified": TIME,
        "resourceUri": "hf://org/model",
        "policy": {"uri": "pratique:policy/balanced", "digest": {"sha256": DIGEST}},
        "inputAttestations": [{"uri": "pratique:report", "digest": {"sha256": DIGEST}}],
        "verificationResult": "PASSED",
        "verifiedLevels": ["PRATIQUE_ADMIT"],
        "slsaVersion": "1.0",
    },
    "cyclonedx": {"bomFormat": "CycloneDX", "specVersion": "1.7", "version": 1, "components": []},
    "spdx": {"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "model"},
    "openvex": {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": "https://example.org/vex/1",
        "author": "example.org",
        "timestamp": TIME,
        "version": 1,
        "statements": [
            {
                "vulnerability": {"name": "CVE-2024-3568"},
                "status": "not_affected",
                "justification": "vulnerable_code_not_present",
            }
        ],
    },
    "test-result": {
        "result": "WARNED",
        "configuration": [{"name": "suite.toml", "digest": {"sha256": DIGEST}}],
        "warnedTests": ["latency"],
    },
    "fingerprint": {
        "issuedAt": TIME,
        "tool": TOOL,
        "fingerprints": [{"kind": "TREE", "scheme": "tree-sha256/1", "digest": DIGEST}],
    },
    "dataset-inspection": {
        "issuedAt": TIME,
        "tool": TOOL,
        "reportDigest": DIGEST,
        "rows": 1000,
        "coverage": {"totalBytes": 5000, "accountedBytes": 5000, "gaps": 0},
        "rules": {"dataset/near-duplicates": "1"},
        "findings": [{"id": "5f0c", "rule": "dataset/near-duplicates", "severity": "LOW", "rows": 12}],
    },
    "behavioural-audit": {
        "issuedAt": TIME,
        "tool": TOOL,
        "method": "trigger search",
        "seed": 7,
        "probes": {"name": "probes.jsonl", "digest": {"sha256": DIGEST}},
        "measures": [{"name": "attack success rate", "value": 0.01, "unit": "ratio", "threshold": 0.2, "pValue": 0.4}],
        "conclusion": "NO_EVIDENCE",
        "limits": "text triggers of at most 4 tokens",
    },
    "vetting": {
        "issuedAt": TIME,
        "reviewer": {"name": "R. Example", "kind": "person", "contact": "r@example.org"},
        "scope": "publisher and licence",
        "decision": "APPROVED",
        "expires": "2027-11-24T00:00:00Z",
        "questions": [{"question": "Is the publisher who it says it is?", "satisfied": True}],
    },
    "drift": {
        "issuedAt": TIME,
        "tool": TOOL,
        "reference": {"name": "admitted", "digest": {"sha256": DIGEST}},
        "window": {"from": "2026-11-23T00:00:00Z", "to": TIME, "observations": 500},
        "statistic": {"name": "e-process", "value": 3.5, "threshold": 20.0, "eValue": 3.5},
        "drifted": False,
    },
}

# What each predicate must refuse beside missing fields: a path into the example, a value, and a word of the error.
CONTRADICTIONS: dict[str, list[tuple[list[str | int], Any, str]]] = {
    "slsa-provenance": [(["runDetails", "builder"], {}, "id"), (["buildDefinition", "buildType"], "", "buildType")],
    "vsa": [(["verificationResult"], "FAILED", "contradicts"), (["verificationResult"], "MAYBE", "one of")],
    "cyclonedx": [(["bomFormat"], "SPDX", "one of"), (["specVersion"], "2", "form")],
    "spdx": [(["spdxVersion"], "3", "form"), (["@graph"], [], "list")],
    "openvex": [
        (["statements", 0, "status"], "affected", "action_statement"),
        (["statements", 0, "justification"], "", "justification"),
        (["statements"], [], "list"),
    ],
    "test-result": [(["result"], "OK", "one of"), (["configuration"], None, "list")],
    "fingerprint": [(["fingerprints"], [], "list"), (["fingerprints", 0, "digest"], "XYZ", "form")],
    "dataset-inspection": [
        (["coverage", "accountedBytes"], 5001, "more bytes"),
        (["findings", 0, "rule"], "dataset/other", "not run"),
        (["rows"], 1.5, "number"),
    ],
    "behavioural-audit": [
        (["probes"], {"name": "p"}, "digest"),
        (["measures", 0, "pValue"], 1.5, "number"),
        (["conclusion"], "SAFE", "one of"),
    ],
    "vetting": [
        (["questions", 0, "satisfied"], False, "not satisfied"),
        (["expires"], "2026-01-01T00:00:00Z", "before"),
        (["issuedAt"], "2026-13-01T00:00:00Z", "vetting"),
    ],
    "drift": [(["drifted"], True, "contradicts"), (["reference"], {"name": "x"}, "digest"), (["window"], [], "object")],
}
