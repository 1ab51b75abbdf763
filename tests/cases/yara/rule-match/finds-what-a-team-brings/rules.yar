rule ours {
  meta:
    description = "our drill's marker"
  strings:
    $marker = "PRATIQUE-DRILL-MARKER"
  condition:
    $marker
}
