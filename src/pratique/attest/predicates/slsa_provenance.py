"""SLSA provenance, version 1 (https://slsa.dev/spec/v1.0/provenance): how an artifact was built, from what, by whom."""

from __future__ import annotations

from pratique.attest.predicates.shape import RESOURCE, TIME, Anything, Mapped, Record, Sequence, Text

SHAPE = Record(
    {
        "buildDefinition": Record(
            {"buildType": Text(), "externalParameters": Mapped(Anything())},
            {"internalParameters": Mapped(Anything()), "resolvedDependencies": Sequence(RESOURCE)},
            open=True,
        ),
        "runDetails": Record(
            {"builder": Record({"id": Text()}, open=True)},
            {
                "metadata": Record(
                    {}, {"invocationId": Text(), "startedOn": Text(TIME), "finishedOn": Text(TIME)}, open=True
                ),
                "byproducts": Sequence(RESOURCE),
            },
            open=True,
        ),
    },
    open=True,
)
