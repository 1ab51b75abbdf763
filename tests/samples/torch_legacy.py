"""A torch file of the older form, as `torch.save(…, _use_new_zipfile_serialization=False)` lays it out."""

import struct

MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
VERSION = b"\x80\x02M\xe9\x03."
SYSTEM = b"\x80\x02}q\x00(X\x10\x00\x00\x00protocol_versionq\x01M\xe9\x03X\x0d\x00\x00\x00little_endianq\x02\x88u."
OBJECT = (
    b"\x80\x02}q\x00X\x01\x00\x00\x00wq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\x00\x00\x00storageq\x03"
    b"ctorch\nFloatStorage\nq\x04X\x02\x00\x00\x0042q\x05X\x03\x00\x00\x00cpuq\x06K\x02Ntq\x07QK\x00K\x02\x85q\x08K\x01\x85q\x09"
    b"\x89ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0ds."
)
KEYS = b"\x80\x02]q\x00X\x02\x00\x00\x0042q\x01a."


def samples() -> dict[str, bytes]:
    return {"weights.pt": MAGIC + VERSION + SYSTEM + OBJECT + KEYS + struct.pack("<qff", 2, 1.0, 2.0)}
