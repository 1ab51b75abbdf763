"""TOML documents."""

from __future__ import annotations


def samples() -> dict[str, bytes]:
    text = (
        '[model]\n_target_ = "torch.nn.Linear"\nin_features = 3\nmade = 2024-05-01T10:00:00Z\n\n[[layer]]\nname = "a"\n'
    )
    return {"configuration.toml": text.encode()}
