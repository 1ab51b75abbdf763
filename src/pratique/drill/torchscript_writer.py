"""Small TorchScript archives, as `torch.jit.save` lays them out."""

from __future__ import annotations

import io
import zipfile

DATA = b"\x80\x02c__torch__\nM\nq\0)\x81K\x01b."
CONSTANTS = b"\x80\x02)."


def source(loading: str = "", forward: str = "return x") -> str:
    """A module whose `__setstate__`, which `torch.jit.load` runs, has the statement `loading`."""
    return (
        "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n  w : int\n"
        "  def forward(self: __torch__.M,\n    x: Tensor) -> Tensor:\n"
        f"    {forward}\n"
        "  def __getstate__(self: __torch__.M) -> int:\n    return 1\n"
        "  def __setstate__(self: __torch__.M,\n    s: int) -> NoneType:\n"
        "    self.w = s\n    self.training = False\n"
        f"{''.join(f'    {line}' for line in loading.splitlines(keepends=True))}{chr(10) if loading else ''}    return None\n"
    )


def archive(code: str, *, data: bytes = DATA, more: dict[str, bytes] | None = None) -> bytes:
    """An archive with one code file."""
    members = {"data.pkl": data, "code/__torch__.py": code.encode(), "constants.pkl": CONSTANTS, "version": b"3\n"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        for name, content in {**members, **(more or {})}.items():
            written.writestr(zipfile.ZipInfo(f"m/{name}"), content)
    return target.getvalue()


def bytecode(*operators: str) -> bytes:
    """The lite interpreter's pickle of one function that calls `operators`."""
    written = b"".join(_text(name) + _text("") + b"K\x02\x87" for name in operators)
    parts = (("instructions", b")"), ("operators", b"(" + written + b"t"), ("constants", b")"), ("types", b")"))
    table = b"".join(_text(name) + value + b"\x86" for name, value in parts) + _text("register_size") + b"K\x02\x86"
    return b"\x80\x02(K\x07" + _text("__torch__.M.forward") + b"(" + table + b"t\x86t."


def _text(value: str) -> bytes:
    data = value.encode()
    return b"X" + len(data).to_bytes(4, "little") + data
