"""`pratique VERB …`: finds the verb, runs it, turns errors into exit codes.

Exit codes: 0 admitted; 1 held or refused; 2 usage or configuration error; 3 could not be completed. Never 0 on an error.
"""

from __future__ import annotations

import sys
from importlib import import_module

from pratique._version import VERSION
from pratique.domain.errors import PratiqueError, UsageError

ADMITTED, NOT_ADMITTED, USAGE, INCOMPLETE = 0, 1, 2, 3

VERBS = {
    "inspect": "say what an artifact is, what opening it would execute, and whether to admit it",
    "diff": "say what a release has that the one before had not, and judge that",
    "fingerprint": "say what files are by content, and what differs from a manifest",
    "watch": "tell when something in a folder is not as it was",
    "admit": "inspect, judge, sign and log the verdict, and put on the shelf what is admitted",
    "rules": "list the rules, or the formats with --formats",
    "explain": "explain a rule, a format, a gap kind or a builtin policy",
    "sign": "sign a model, or attest something about it",
    "verify": "check a model against its signature, and say what differs",
    "keys": "make keys, and say whose signatures count",
    "intel": "show or update the capability tables",
    "advisories": "import what is publicly known of releases, and ask it",
    "log": "show, prove, verify and witness the tamper-evident log",
    "doctor": "check this installation and its configuration",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help"):
        print(usage())
        return ADMITTED if words else USAGE
    if words[0] in ("-V", "--version"):
        print(f"pratique {VERSION}")
        return ADMITTED
    verb, rest = words[0], words[1:]
    try:
        if verb not in VERBS:
            from pratique.policy.parse import nearest

            raise UsageError(f"no command {verb!r}{nearest(verb, tuple(VERBS))} (see `pratique --help`)")
        code: int = import_module(f"pratique.cli.{verb}").run(rest)
        sys.stdout.flush()
        return code
    except PratiqueError as error:
        print(f"pratique: {error}", file=sys.stderr)
        return USAGE if isinstance(error, UsageError) else INCOMPLETE
    except KeyboardInterrupt:
        print("pratique: interrupted", file=sys.stderr)
        return INCOMPLETE
    except BrokenPipeError:
        # The reader of our output went away; what it did not read was not delivered.
        _silence_stdout()
        return INCOMPLETE


def usage() -> str:
    lines = ["usage: pratique COMMAND …", "", "Nothing enters an AI system without a clean bill of health.", ""]
    lines += [f"  {verb:<12} {summary}" for verb, summary in VERBS.items()]
    lines += [
        "",
        "`pratique COMMAND --help` shows the options. Exit codes: 0 admit, 1 hold or refuse, 2 usage, 3 incomplete.",
    ]
    return "\n".join(lines)


def _silence_stdout() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
