"""Presence: who is in a room and where their caret is; kept in memory, never stored.

A browser says where its caret is; who it belongs to is written by the server from the session.
A client id has one state and belongs to the connection that used it first. Only what raises a
clock goes on, because browsers send back every state they receive.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from app.sync import protocol
from app.sync.anyvalue import BadValue, read_json
from app.sync.protocol import MAX_CLIENT, Malformed, read_bytes, read_uint

MAX_ENTRIES: Final = 512
MAX_OWN: Final = 4
"""Client ids that one connection may show."""
TICK: Final = 0.05
GRACE: Final = 2.5
"""Seconds for which a caret stays after its socket closed, so that a blink does not show."""
_REMEMBERED: Final = 4096
_NULL: Final = b"null"


class Who(Protocol):
    """A connection as presence sees it."""

    @property
    def person_id(self) -> str:
        """Whose it is."""
        ...

    def identity(self) -> Mapping[str, Any]:
        """What the others are told about the person."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A state as the processes tell it each other: the clock is the one that went out."""

    client: int
    clock: int
    person_id: str
    body: bytes


@dataclass(slots=True)
class State:
    """The state of one client id. `heard` is its own clock, `told` the one that went out; `node`
    is the process that the connection is with, "" for this one."""

    who: Who | None
    person_id: str
    heard: int
    told: int
    body: bytes
    node: str = ""


class Presence:
    """The states of one room. `tell` sends a frame to everybody in it; `owner` names the person
    that a client id belongs to in the document (None: nobody yet)."""

    def __init__(
        self,
        tell: Callable[[bytes], None],
        owner: Callable[[int], str | None],
    ) -> None:
        self._tell = tell
        self._owner = owner
        self._states: dict[int, State] = {}
        self._dirty: set[int] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._partings: dict[int, asyncio.TimerHandle] = {}
        self.on_told: Callable[[Sequence[Told]], None] | None = None
        """Told what changed of the connections of this process."""

    def receive(self, who: Who, body: bytes) -> None:
        """Take an awareness message; a bad one is dropped as a whole, states of others singly."""
        try:
            states = [
                (client, clock, _rewritten(raw, who))
                for client, clock, raw in read(body)
                if self._is_of(who, client)
            ]
        except (Malformed, BadValue):
            return
        for client, clock, state in states:
            self._put(who, client, clock, state)

    def frame(self) -> bytes:
        """Every state that there is, for somebody who has just come."""
        return protocol.awareness(
            (client, state.told, state.body)
            for client, state in self._states.items()
            if state.body != _NULL
        )

    def person_of(self, client: int) -> str | None:
        """Who shows a caret under a client id."""
        state = self._states.get(client)
        return state.person_id if state is not None else None

    def ours(self) -> list[Told]:
        """The states of this process' connections, for another process."""
        return [
            Told(client, state.told, state.person_id, state.body)
            for client, state in self._states.items()
            if not state.node and state.body != _NULL
        ]

    def hear(self, node: str, states: Sequence[Told]) -> None:
        """Another process tells of its connections."""
        for one in states:
            known = self._states.get(one.client)
            gone = one.body == _NULL
            if known is not None and known.who is not None and gone:
                # It has moved here meanwhile: say so again, above the other's farewell.
                if one.clock >= known.told:
                    known.told = one.clock + 1
                    self._touch(one.client)
                continue
            if known is None:
                if gone or not self._make_room():
                    continue
            elif one.clock < known.told or (
                one.clock == known.told and not (gone and known.body != _NULL)
            ):
                continue
            self._cancel_parting(one.client)
            self._states[one.client] = State(
                None, one.person_id, one.clock, one.clock, one.body, node
            )
            self._touch(one.client)

    def lose(self, node: str) -> None:
        """A process ended: so did its connections."""
        for client, state in self._states.items():
            if state.node == node:
                self._part(client)

    def leave(self, who: Who) -> None:
        """A connection closed: its carets go after a short grace."""
        loop = asyncio.get_running_loop()
        for client, state in self._states.items():
            if state.who is who:
                state.who = None
                if state.body != _NULL and client not in self._partings:
                    self._partings[client] = loop.call_later(GRACE, self._part, client)

    def refresh(self, who: Who) -> None:
        """The person's name, colour or role changed: say so."""
        for client, state in self._states.items():
            if state.who is who and state.body != _NULL:
                state.body = _rewritten(state.body, who)
                state.told += 1
                self._touch(client)

    def close(self) -> None:
        """The room closes: no timer is left."""
        for timer in [*self._partings.values(), *([self._timer] if self._timer else [])]:
            timer.cancel()
        self._partings.clear()
        self._timer = None

    def _is_of(self, who: Who, client: int) -> bool:
        known = self._states.get(client)
        if known is not None:
            # Once the connection is gone, the same person may come back with the id.
            return known.who is who or (known.who is None and known.person_id == who.person_id)
        owner = self._owner(client)
        return owner is None or owner == who.person_id

    def _put(self, who: Who, client: int, clock: int, body: bytes) -> None:
        known = self._states.get(client)
        if known is None:
            if body == _NULL or self._count(who) >= MAX_OWN or not self._make_room():
                return
            self._states[client] = State(who, who.person_id, clock, clock, body)
            self._touch(client)
            return
        back = known.who is None
        if known.node and clock <= known.told:
            # Browsers send back what they receive: this is not its own connection.
            return
        if not back and not (clock > known.heard or (clock == known.heard and body == _NULL)):
            return
        if known.body == _NULL == body:
            known.heard = max(clock, known.heard)
            return
        if back and self._count(who) >= MAX_OWN:
            return
        known.who = who
        known.node = ""
        known.heard = clock
        # After a removal went out under a higher clock, a state is believed only above it.
        known.told = max(clock, known.told + 1)
        known.body = body
        self._cancel_parting(client)
        self._touch(client)

    def _cancel_parting(self, client: int) -> None:
        if (parting := self._partings.pop(client, None)) is not None:
            parting.cancel()

    def _count(self, who: Who) -> int:
        return sum(state.who is who and state.body != _NULL for state in self._states.values())

    def _make_room(self) -> bool:
        if len(self._states) >= _REMEMBERED:
            gone = next((c for c, s in self._states.items() if s.body == _NULL), None)
            if gone is None:
                return False
            del self._states[gone]
        return True

    def _part(self, client: int) -> None:
        self._partings.pop(client, None)
        state = self._states.get(client)
        if state is not None and state.who is None and state.body != _NULL:
            state.body = _NULL
            state.told += 1
            self._touch(client)

    def _touch(self, client: int) -> None:
        self._dirty.add(client)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TICK, self._flush)

    def _flush(self) -> None:
        self._timer = None
        dirty = [(one, self._states[one]) for one in self._dirty if one in self._states]
        self._dirty.clear()
        if not dirty:
            return
        self._tell(protocol.awareness((client, one.told, one.body) for client, one in dirty))
        if self.on_told is not None:
            ours = [
                Told(client, one.told, one.person_id, one.body)
                for client, one in dirty
                if not one.node
            ]
            if ours:
                self.on_told(ours)


def read(body: bytes) -> list[tuple[int, int, bytes]]:
    """The entries of an awareness message as (client id, clock, JSON bytes).

    Raises:
        Malformed: more than the bounds allow, cut, or a client named twice.
    """
    count, at = read_uint(body, 0)
    if count > MAX_ENTRIES or count * 3 > len(body) - at:
        raise Malformed("too many states")
    entries: list[tuple[int, int, bytes]] = []
    for _ in range(count):
        client, at = read_uint(body, at, MAX_CLIENT)
        clock, at = read_uint(body, at)
        raw, at = read_bytes(body, at)
        entries.append((client, clock, raw))
    if at != len(body) or len({entry[0] for entry in entries}) != count:
        raise Malformed("not a list of states")
    return entries


def _rewritten(raw: bytes, who: Who) -> bytes:
    """A state as it goes out: the caret from the browser, the identity from the session.

    Raises:
        BadValue: it is neither null nor a small JSON object.
    """
    value = read_json(raw)
    if value is None:
        return _NULL
    if not isinstance(value, dict):
        raise BadValue("a state that is no object")
    state = cast("dict[str, Any]", value)
    out: dict[str, Any] = {"user": dict(who.identity())}
    if isinstance(state.get("cursor"), dict):
        out["cursor"] = state["cursor"]
    return json.dumps(out, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
