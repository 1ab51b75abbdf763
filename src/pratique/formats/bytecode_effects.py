"""What instructions of CPython do to the stack of values, by kind. Source: CPython, Doc/library/dis.rst (3.8 to 3.14)."""

from __future__ import annotations

MAX_TEXT = 2 << 20  # characters of one module
MAX_CONSTANT = 1 << 18
MAX_EXPRESSION = 2000  # longer ones get a name, so that copies of them do not grow
MAX_DEPTH = 20
MAX_STACK = 2000
MAX_STEPS = 2_000_000  # of one module
MAX_MEETINGS = 10_000
NOTHING = ""  # what PUSH_NULL pushes
UNKNOWN = "_"
PUSHES_LOCAL = frozenset({"LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_AND_CLEAR", "LOAD_FAST_BORROW"})
PUSHES_CELL = frozenset({"LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_CLOSURE", "LOAD_FROM_DICT_OR_DEREF"})
TWO_LOCALS = frozenset({"LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"})
NO_EFFECT = frozenset({
    "NOP", "RESUME", "NOT_TAKEN", "CACHE", "COPY_FREE_VARS", "MAKE_CELL", "PRECALL", "TO_BOOL", "GET_ITER", "SETUP_FINALLY",
    "POP_BLOCK", "SETUP_ANNOTATIONS", "LIST_TO_TUPLE", "GET_YIELD_FROM_ITER", "FORMAT_SIMPLE", "CONVERT_VALUE", "GEN_START",
    "UNARY_NOT", "UNARY_NEGATIVE", "UNARY_INVERT", "UNARY_POSITIVE", "GET_AWAITABLE", "GET_AITER", "JUMP_FORWARD",
})  # fmt: skip
MERGES = frozenset({"LIST_APPEND", "SET_ADD", "LIST_EXTEND", "SET_UPDATE", "DICT_MERGE", "DICT_UPDATE"})
ENDS = frozenset(
    {"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE", "JUMP_FORWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD"}
)
BINARY = ("+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>", "-", "/", "^", "+", "&", "//", "<<", "@", "*", "%", "|", "**", ">>",
          "-", "/", "^", "[]")  # fmt: skip
# Include/internal/pycore_opcode_utils.h and opcode.h, NB_* in their order; NB_SUBSCR from 3.14 on
OLD_BINARY = {"ADD": "+", "MODULO": "%", "XOR": "^", "MULTIPLY": "*", "SUBTRACT": "-", "AND": "&", "OR": "|", "LSHIFT": "<<",
              "RSHIFT": ">>", "POWER": "**", "FLOOR_DIVIDE": "//", "TRUE_DIVIDE": "/",
              "MATRIX_MULTIPLY": "@", "SUBSCR": "[]"}  # fmt: skip
COMMON = ("AssertionError", "NotImplementedError", "tuple", "all", "any", "list", "set")  # LOAD_COMMON_CONSTANT
