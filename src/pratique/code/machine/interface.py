"""What the parts of the machine ask of each other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pratique.code.machine.values import External, Frame, Function, Klass, Value
from pratique.code.taint import Origin

if TYPE_CHECKING:
    from tree_sitter import Node

    from pratique.code.machine.watcher import Watcher
    from pratique.code.package import Module, Package


class Interface(ABC):
    """Running, calling, importing, defining: declared here, so that each part stands in a file of its own."""

    package: Package
    allowed: frozenset[str] | None  # the modules of a large package that are run when another one imports them
    frames: dict[str, Frame]
    environment: dict[str, Value]  # what the program stored in os.environ
    files: dict[str, Value]  # what it wrote, by path
    set_outside: dict[str, Value]  # attributes that it stored outside, by canonical name
    searches: list[Value]  # functions that find codecs
    started: list[Value]  # functions that run beside the program
    temporary: int  # names of temporary files that were given out
    asked_outside: int  # calls outside so far
    watcher: Watcher

    @abstractmethod
    def step(self) -> None: ...

    @abstractmethod
    def origin(self, node: Node, frame: Frame) -> Origin: ...

    @abstractmethod
    def frame_of(self, module: Module) -> Frame: ...

    @abstractmethod
    def imported(self, name: str, frame: Frame) -> Value: ...

    @abstractmethod
    def imported_from(self, base: str, name: str, node: Node, frame: Frame) -> Value: ...

    @abstractmethod
    def name(self, name: str, frame: Frame) -> Value: ...

    @abstractmethod
    def call(
        self, function: Value, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Value: ...

    @abstractmethod
    def outside(
        self, function: External, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Value: ...

    @abstractmethod
    def escape(
        self, values: list[Value], node: Node, frame: Frame, now: bool = False, given: tuple[Value, ...] = ()
    ) -> None: ...

    @abstractmethod
    def source_at(self, path: str) -> Value | None: ...

    @abstractmethod
    def text_at(self, path: str) -> str | None: ...

    @abstractmethod
    def replaced(self, name: str, value: Value) -> None: ...

    @abstractmethod
    def attribute(self, holder: Value, name: str, node: Node, frame: Frame) -> Value: ...

    @abstractmethod
    def member(self, holder: Value, name: str, node: Node, frame: Frame) -> Value | None: ...

    @abstractmethod
    def set_attribute(self, holder: Value, name: str, value: Value) -> None: ...

    @abstractmethod
    def function(self, node: Node, frame: Frame, name: str) -> Function: ...

    @abstractmethod
    def klass(self, node: Node, frame: Frame) -> Value: ...

    @abstractmethod
    def instantiate(
        self, klass: Klass, given: list[Value], keywords: dict[str, Value], node: Node, frame: Frame
    ) -> Value: ...

    @abstractmethod
    def decorate(self, decorator: Value, value: Value, node: Node, frame: Frame) -> Value: ...

    @abstractmethod
    def enter(self, held: Value, node: Node, frame: Frame) -> Value: ...

    @abstractmethod
    def leave(self, held: Value, node: Node, frame: Frame) -> None: ...

    @abstractmethod
    def deleted(self, value: Value, node: Node, frame: Frame) -> None: ...
