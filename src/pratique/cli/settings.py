"""Configuration: `[tool.pratique]` in pyproject.toml or pratique.toml, then `PRATIQUE_*`, then options.

A file is looked for in the working folder and its parents. One that lies inside what is being inspected is not obeyed:
an artifact must not write its own policy.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
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
    source: str | None = None
    ignored: str | None = None


_KEYS = ("policy", "format", "jobs", "waivers", "disable", "limits")


def load(targets: list[str], environment: Mapping[str, str], start: Path | None = None) -> Settings:
    """The settings of this run. Unknown keys are errors that name the nearest one."""
    settings = Settings()
    found = _find(start or Path.cwd())
    if found is not None:
        path, table = found
        if _inside_a_target(path, targets):
            settings = replace(settings, ignored=str(path))
        else:
            settings = _apply(settings, table, str(path), path.parent)
    for name, value in sorted(environment.items()):
        if name.startswith("PRATIQUE_"):
            settings = _apply(settings, _from_environment(name, value), f"environment {name}", None)
    return settings


def limits_of(settings: Settings) -> Limits:
    limits = Limits()
    for name, value in settings.limits:
        setattr(limits, name, value)
    return limits


def _find(start: Path) -> tuple[Path, dict[str, Any]] | None:
    for folder in (start, *start.parents):
        own = folder / "pratique.toml"
        if own.is_file():
            return own, _toml(own)
        project = folder / "pyproject.toml"
        if project.is_file() and b"tool.pratique" in project.read_bytes():
            table = _toml(project).get("tool", {}).get("pratique")
            if isinstance(table, dict):
                return project, table
    return None


def _toml(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None


def _inside_a_target(path: Path, targets: list[str]) -> bool:
    resolved = path.resolve()
    return any(resolved.is_relative_to(Path(target).resolve()) for target in targets if Path(target).is_dir())


def _from_environment(name: str, value: str) -> dict[str, Any]:
    key = name.removeprefix("PRATIQUE_").lower()
    limit = key.removeprefix("limits_")
    if limit != key:
        return {"limits": {limit: _number(value, name)}}
    if key == "jobs":
        return {key: _number(value, name)}
    if key in ("waivers", "disable"):
        return {key: [item for item in value.split(os.pathsep if key == "waivers" else ",") if item]}
    return {key: value}


def _number(value: str, name: str) -> int:
    if not value.isdecimal():
        raise UsageError(f"environment {name}: not a number: {value!r}")
    return int(value)


def _apply(settings: Settings, table: Mapping[str, Any], at: str, folder: Path | None) -> Settings:
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


def _relative_to(folder: Path, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Paths in a configuration file are relative to it."""
    resolved: dict[str, Any] = {}
    if "waivers" in changes:
        resolved["waivers"] = tuple(str(folder / name) for name in changes["waivers"])
    policy = changes.get("policy", "")
    if policy.endswith(".toml"):
        resolved["policy"] = str(folder / policy)
    return resolved


def _typed(key: str, value: Any, at: str) -> Any:
    if key in ("policy", "format"):
        if isinstance(value, str):
            return value
        raise UsageError(f"{at}: {key} must be a string")
    if key == "jobs":
        if type(value) is int and 0 <= value <= 256:
            return value
        raise UsageError(f"{at}: jobs must be a whole number from 0 to 256")
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
