"""Configuration: `[tool.pratique]` in pyproject.toml or pratique.toml, then `PRATIQUE_*`, then options.

A file is looked for in the working folder and its parents. One that lies inside what is being inspected is not obeyed:
an artifact must not write its own policy.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from pratique.domain.errors import UsageError
from pratique.formats.window import Limits


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run is configured with, and where that came from."""

    policy: str = "balanced"
    format: str = "text"
    jobs: int = 0  # 0: chosen by the amount of work
    waivers: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    store: str = ""  # path or URL; empty: below the user's data folder
    log_key: str = ""  # the log's verifier key, or a file that holds it
    index_url: str = ""  # of the package index for pypi: references
    cache: bool = True  # keep reports on what was inspected, and use them
    yara: tuple[str, ...] = ()  # files of YARA-X rules, or "builtin"
    vex: tuple[str, ...] = ()  # OpenVEX documents
    advisory_days: int = 30  # how old imported advisories may be
    ask_index: bool = False  # ask the index about the releases that files pin
    cooldown_days: int | None = None  # how old releases must be
    source: str | None = None
    ignored: str | None = None


# Places and secrets that other code reads by itself.
NO_SETTINGS = frozenset(
    {
        "PRATIQUE_HOME",
        "PRATIQUE_CACHE_DIR",
        "PRATIQUE_TRUST",
        "PRATIQUE_KEY_PASSWORD",
        "PRATIQUE_SIGSTORE_ROOT",
    }
)
_KEYS = (
    "policy",
    "format",
    "jobs",
    "waivers",
    "disable",
    "limits",
    "store",
    "log_key",
    "vex",
    "advisory_days",
    "index_url",
    "cache",
    "yara",
    "ask_index",
    "cooldown_days",
)


def load(targets: list[str], environment: Mapping[str, str], start: str | None = None) -> Settings:
    """The settings of this run. Unknown keys are errors that name the nearest one."""
    settings = Settings()
    found = _find(start or os.getcwd())
    if found is not None:
        path, table = found
        if _inside_a_target(path, targets):
            settings = replace(settings, ignored=path)
        else:
            settings = _apply(settings, table, path, os.path.dirname(path))
    for name, value in sorted(environment.items()):
        if name.startswith("PRATIQUE_") and name not in NO_SETTINGS:
            settings = _apply(settings, _from_environment(name, value), f"environment {name}", None)
    return settings


def limits_of(settings: Settings) -> Limits:
    limits = Limits()
    for name, value in settings.limits:
        setattr(limits, name, value)
    return limits


def _find(start: str) -> tuple[str, dict[str, Any]] | None:
    folder = os.path.realpath(start)
    while True:
        own = os.path.join(folder, "pratique.toml")
        if os.path.isfile(own):
            return own, _toml(own)
        project = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(project) and _mentions_pratique(project):
            table = _toml(project).get("tool", {}).get("pratique")
            if isinstance(table, dict):
                return project, table
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _mentions_pratique(path: str) -> bool:
    """Spares most projects the import and the work of a TOML parser."""
    try:
        with open(path, "rb") as file:
            return b"pratique" in file.read()
    except OSError:
        return False


def _toml(path: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None


def _inside_a_target(path: str, targets: list[str]) -> bool:
    resolved = os.path.realpath(path)
    folders = (os.path.realpath(target) for target in targets if os.path.isdir(target))
    return any(os.path.commonpath((resolved, folder)) == folder for folder in folders)


def _from_environment(name: str, value: str) -> dict[str, Any]:
    key = name.removeprefix("PRATIQUE_").lower()
    limit = key.removeprefix("limits_")
    if limit != key:
        return {"limits": {limit: _number(value, name)}}
    if key in ("cache", "ask_index") and value.lower() in ("true", "false"):
        return {key: value.lower() == "true"}
    if key in ("jobs", "advisory_days", "cooldown_days"):
        return {key: _number(value, name)}
    if key in ("waivers", "disable", "vex", "yara"):
        return {key: [item for item in value.split("," if key == "disable" else os.pathsep) if item]}
    return {key: value}


def _number(value: str, name: str) -> int:
    if not value.isdecimal():
        raise UsageError(f"environment {name}: not a number: {value!r}")
    return int(value)


def _apply(settings: Settings, table: Mapping[str, Any], at: str, folder: str | None) -> Settings:
    from pratique.policy.parse import check_keys

    check_keys(table, _KEYS, at)
    changes: dict[str, Any] = {"source": at}
    for key, value in table.items():
        changes[key] = _typed(key, value, at)
    if folder is not None:
        changes.update(_relative_to(folder, changes))
    if "limits" in changes:
        changes["limits"] = tuple({**dict(settings.limits), **dict(changes["limits"])}.items())
    return replace(settings, **changes)


def _relative_to(folder: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Paths in a configuration file are relative to it."""
    resolved: dict[str, Any] = {}
    if "waivers" in changes:
        resolved["waivers"] = tuple(os.path.join(folder, name) for name in changes["waivers"])
    if "yara" in changes:
        names = changes["yara"]
        resolved["yara"] = tuple(name if name == "builtin" else os.path.join(folder, name) for name in names)
    if "vex" in changes:
        resolved["vex"] = tuple(os.path.join(folder, name) for name in changes["vex"])
    policy = changes.get("policy", "")
    if policy.endswith(".toml"):
        resolved["policy"] = os.path.join(folder, policy)
    if "store" in changes and ":" not in changes["store"]:
        resolved["store"] = os.path.join(folder, changes["store"])
    if "log_key" in changes and "+" not in changes["log_key"]:
        resolved["log_key"] = os.path.join(folder, changes["log_key"])
    return resolved


def _typed(key: str, value: Any, at: str) -> Any:
    if key in ("policy", "format", "store", "log_key", "index_url"):
        if isinstance(value, str):
            return value
        raise UsageError(f"{at}: {key} must be a string")
    if key == "jobs":
        if type(value) is int and 0 <= value <= 256:
            return value
        raise UsageError(f"{at}: jobs must be a whole number from 0 to 256")
    if key in ("cache", "ask_index"):
        if isinstance(value, bool):
            return value
        raise UsageError(f"{at}: {key} must be true or false")
    if key == "cooldown_days":
        if type(value) is int and value >= 0:
            return value
        raise UsageError(f"{at}: cooldown_days must be a whole number of days (0: none)")
    if key == "advisory_days":
        if type(value) is int and value >= 1:
            return value
        raise UsageError(f"{at}: advisory_days must be a whole number of days")
    if key == "limits":
        return _limits(value, at)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise UsageError(f"{at}: {key} must be a list of strings")


def _limits(value: Any, at: str) -> tuple[tuple[str, int], ...]:
    from pratique.policy.parse import check_keys

    if not isinstance(value, dict):
        raise UsageError(f"{at}: limits must be a table")
    check_keys(value, tuple(field.name for field in fields(Limits)), f"{at}, limits")
    for name, number in value.items():
        if type(number) is not int or number < 1:
            raise UsageError(f"{at}: limits.{name} must be a whole number of at least 1")
    return tuple(value.items())
