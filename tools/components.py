"""Make `src/pratique/code/components.json`: the public classes of the libraries that diffusers takes a pipeline's components from.

    python tools/components.py LIBRARY=FOLDER …       FOLDER holds an unpacked wheel; give several releases of one library

Names are read from `__all__` and `_import_structure` by the syntax tree; nothing is imported. For diffusers, the modules of
`diffusers.pipelines` count as libraries too (`diffusers/pipelines/pipeline_loading_utils.py`, `is_pipeline_module`).
"""

from __future__ import annotations

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "src/pratique/code/components.json"


def names(path: Path) -> Iterator[str]:
    """The strings that a module lists as its public names: assigned, appended or extended."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        listed: ast.AST | None = None
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and _is_listing(node):
            listed = node.value
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("append", "extend")
        ):
            listed = ast.Tuple(node.args) if "_import_structure" in ast.unparse(node.func) else None
        for inner in ast.walk(listed) if listed is not None else ():
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value[:1].isupper():
                yield inner.value


def _is_listing(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(word in ast.unparse(target) for target in targets for word in ("__all__", "_import_structure"))


def main(arguments: list[str]) -> int:
    found: dict[str, set[str]] = defaultdict(set)
    sources = set()
    for argument in arguments:
        library, _, folder = argument.partition("=")
        package = Path(folder) / library
        sources |= {path.name.removesuffix(".dist-info") for path in Path(folder).glob(f"{library}-*.dist-info")}
        for path in (package / "__init__.py", *package.glob("models/**/*.py")):
            found[library].update(names(path))
        for path in package.glob("pipelines/*/__init__.py"):
            found[path.parent.name].update(names(path))
    libraries = {library: " ".join(sorted(listed)) for library, listed in sorted(found.items()) if listed}
    document = {"schema": "pratique/components/1", "sources": sorted(sources), "libraries": libraries}
    OUT.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{len(libraries)} libraries, {sum(map(len, found.values()))} names, {OUT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
