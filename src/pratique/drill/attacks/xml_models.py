"""XML models that reach beyond themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pratique.drill.attack import Attack, AttackPath

Build = Callable[[Path], None]


def _writes(name: str, text: str) -> Build:
    def build(folder: Path) -> None:
        (folder / name).write_text(text)

    return build


def openvino(version: str = "opset1", declaration: str = "") -> str:
    """A network with one layer."""
    layer = f'<layer id="0" name="x" type="Parameter" version="{version}"><output/></layer>'
    return (
        f'<?xml version="1.0"?>\n{declaration}<net name="drill" version="11"><layers>{layer}</layers><edges/></net>\n'
    )


def pmml(function: str = "log", body: str = "", declaration: str = "") -> str:
    """A model with one derived field."""
    derived = f'<DerivedField name="y"><Apply function="{function}"><FieldRef field="x"/></Apply></DerivedField>'
    head = '<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><Header/>'
    dictionary = f"<TransformationDictionary>{derived}</TransformationDictionary>"
    return f'<?xml version="1.0"?>\n{declaration}{head}{dictionary}{body}</PMML>\n'


_ENTITY = '<!DOCTYPE net [<!ENTITY secret SYSTEM "file:///etc/hostname">]>\n'
_EXPANSION = '<!DOCTYPE PMML [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
_SCRIPT = '<Extension name="drill"><script>print("pratique-drill")</script></Extension>'

ATTACKS = (
    Attack(
        id="openvino-external-entity",
        title="An OpenVINO network with an entity that is a file of the host",
        path=AttackPath.REUPLOAD,
        trips=("loading/xml-external-entity",),
        build=_writes("model.xml", openvino(declaration=_ENTITY)),
        twin=_writes("model.xml", openvino()),
        where="model.xml",
    ),
    Attack(
        id="pmml-entity-expansion",
        title="A PMML model whose entities grow",
        path=AttackPath.MODEL,
        trips=("loading/xml-external-entity",),
        build=_writes("model.pmml", pmml(declaration=_EXPANSION)),
        twin=_writes("model.pmml", pmml()),
        where="model.pmml",
    ),
    Attack(
        id="pmml-script",
        title="A PMML model with a script in an extension",
        path=AttackPath.MODEL,
        trips=("loading/pmml-script",),
        build=_writes("model.pmml", pmml(body=_SCRIPT)),
        twin=_writes("model.pmml", pmml(body='<Extension name="note" value="plain"/>')),
        refused=False,
        where="model.pmml",
    ),
    Attack(
        id="pmml-java-class",
        title="A PMML model whose function is a Java class",
        path=AttackPath.MODEL,
        trips=("loading/pmml-script",),
        build=_writes("model.pmml", pmml(function="invalid.host.Drill")),
        twin=_writes("model.pmml", pmml(function="exp")),
        refused=False,
        where="model.pmml",
    ),
    Attack(
        id="openvino-custom-operator",
        title="An OpenVINO operation that needs a foreign native library",
        path=AttackPath.MODEL,
        trips=("loading/openvino-custom-operator",),
        build=_writes("model.xml", openvino(version="drill_opset")),
        twin=_writes("model.xml", openvino()),
        refused=False,
        where="model.xml",
    ),
)
