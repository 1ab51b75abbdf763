import codecs
import types

list(map(exec, [compile(codecs.decode("696d706f7274206f733b206f732e73797374656d28276563686f2070726174697175652d6472696c6c2729", "hex"), "x", "exec")]))
