"""HDF5 with a Keras configuration and a dataset, with and without a user block."""

from __future__ import annotations

from pratique.drill.attacks.hdf5_models import model


def samples() -> dict[str, bytes]:
    return {"model.h5": model(), "user-block.h5": model(user_block=bytes(512))}
