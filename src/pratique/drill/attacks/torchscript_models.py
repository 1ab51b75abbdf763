"""TorchScript archives whose own code reaches beyond them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath
from pratique.drill.torchscript_writer import archive, bytecode, source

FILE = "loading/torchscript-file-operator"
PATH = '"/tmp/pratique-drill"'


def _writes(data: bytes, name: str = "model.pt") -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        (folder / name).write_bytes(data)

    return build


BENIGN = _writes(archive(source("_0 = torch.zeros([1])")))
ATTACKS = (
    Attack(
        id="torchscript-save-at-load",
        title="A TorchScript archive whose __setstate__ writes a file when it is loaded",
        path=AttackPath.MODEL,
        trips=(FILE,),
        build=_writes(archive(source(f"torch.save(1, {PATH})"))),
        twin=BENIGN,
        where="code/__torch__.py",
    ),
    Attack(
        id="torchscript-mapped-file",
        title="A TorchScript archive that maps a file and fills it",
        path=AttackPath.MODEL,
        trips=(FILE,),
        build=_writes(archive(source(f"t = torch.from_file({PATH}, True, 8, dtype=0)\n_0 = torch.fill_(t, 65)"))),
        twin=BENIGN,
        where="code/__torch__.py",
    ),
    Attack(
        id="torchscript-alias",
        title="A TorchScript archive that reaches aten::save through another name for torch",
        path=AttackPath.MODEL,
        trips=(FILE,),
        build=_writes(archive(source(f"t = torch\n(t . # a comment\n  save)(1, {PATH})"))),
        twin=BENIGN,
        where="code/__torch__.py",
    ),
    Attack(
        id="torchscript-bytecode-save",
        title="Bytecode for the lite interpreter that writes a file",
        path=AttackPath.MODEL,
        trips=(FILE,),
        build=_writes(archive(source(), more={"bytecode.pkl": bytecode("aten::save")}), "model.ptl"),
        twin=_writes(archive(source(), more={"bytecode.pkl": bytecode("aten::add")}), "model.ptl"),
        where="bytecode.pkl",
    ),
    Attack(
        id="torchscript-custom-operator",
        title="A TorchScript archive that needs a foreign native library",
        path=AttackPath.MODEL,
        trips=("loading/torchscript-custom-operator",),
        build=_writes(archive(source(forward="return ops.drill.run(x)"))),
        twin=_writes(archive(source(forward="return ops.quantized.relu6(x)"))),
        refused=False,
        where="code/__torch__.py",
    ),
)
