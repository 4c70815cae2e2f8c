"""Showing: what the members of a room get to see, and when.

The first update after a quiet moment goes out at once; while many arrive they are joined into one
frame per tick, the longer the more members there are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.kit import failpoints
from app.kit.frames import encoded
from app.sync import protocol, stored
from app.sync.items import Offer
from app.sync.line import AWARENESS, PLAIN, Line
from app.sync.member import Member
from app.sync.merge import merged
from app.sync.parcel import Parcel
from app.sync.presence import Presence
from app.sync.protocol import StateVector
from app.sync.ration import Ration
from app.sync.scan import scan
from app.sync.shelf import Shelf, State
from app.sync.structs import STORED, Scan

if TYPE_CHECKING:
    from app.sync.room import Room

PER_MEMBER: Final = 0.00002
LONGEST: Final = 0.02
BIG: Final = 256 << 10
HOLD: Final = 0.015
"""Seconds for which what was stored here waits at most for what others store at the same beat."""
_TOGETHER: Final = 0.02
"""Seconds between beats from which on processes wait for each other."""
_LATELY: Final = 3
"""Beats within which somebody elsewhere typed who may type now, too."""
AT_ONCE: Final = 50
QUIET: Final = 5.0
_STEP_1_PAUSE: Final = 0.2


class Showing:
    """The members of a room and what goes down their lines."""

    def __init__(self, room: Room) -> None:
        self.members: set[Member] = set()
        self.presence = Presence(self._tell, room.owner)
        self.ration: Ration | None = None
        self.on_change: Callable[[], None] | None = None
        self._room = room
        self._lines: set[Line] = set()
        """Of the members that get updates."""
        self._waiting: list[Scan] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_patient = False
        """Whether what waits may go out sooner than the timer says."""
        self._held: dict[Member, None] | None = None
        """Who is to be acknowledged with what waits for other processes, while it does."""
        self._told = 0.0
        """When something came from another process."""
        self._has_told = False
        """Whether some of what waits did."""
        self._last = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._catching_up: set[Member] = set()
        self._shelf = Shelf()
        self._shown = 0
        """Bytes of updates that have been shown, or are about to be."""

    def enter(self, member: Member) -> None:
        """A connection joined: say where we stand and who is here."""
        room = self._room
        if member.epoch is not None and member.epoch != room.epoch:
            member.barred = "epoch"
        elif member.schema is not None and member.schema < room.schema:
            member.barred = "old_schema"
        self.members.add(member)
        if member.durable:
            role = member.access.role
            member.line.push(protocol.hello(room.epoch, room.seq, role, room.schema))
        self.invite(member)
        member.line.push(self.presence.frame(), AWARENESS)

    def invite(self, member: Member) -> None:
        """Ask a member for what we lack. Readers are not asked: they may not give it. Nor are
        standard clients while the chapter is closed, which would be put out for it; durable ones
        learn that what they have must wait."""
        objection = member.barred or member.access.objection()
        if objection is None or (objection == "frozen" and member.durable):
            self.ask_back(member)

    def leave(self, member: Member) -> None:
        """A connection ended."""
        self.members.discard(member)
        self._lines.discard(member.line)
        self.presence.leave(member)
        member.release()

    def ask_back(self, member: Member) -> None:
        """Send our state vector, so that the member sends what we lack; not more often than a
        few times a second."""
        pause = member.last_step_1 + _STEP_1_PAUSE - time.monotonic()
        if pause <= 0:
            self._step_1(member)
        elif not member.asking:
            member.asking = True
            asyncio.get_running_loop().call_later(pause, self._step_1, member)

    def _step_1(self, member: Member) -> None:
        member.asking = False
        member.last_step_1 = time.monotonic()
        member.line.push(protocol.step_1(self._room.clocks))

    def question(self, member: Member, vector: StateVector) -> None:
        """A member's step 1: it gets what it lacks and from then on every update."""
        if member.barred == "epoch":
            # Its document is another one: merged, both would be spoilt.
            return
        known = self._room.clocks
        # Clients that we do not know matter to nobody's diff.
        common = {client: clock for client, clock in vector.items() if client in known}
        wanted = protocol.vector(common)
        ready = self._shelf.get(wanted, self._room.seq, self._shown)
        if ready is not None and self.ration is not None:
            self._keep(self._hand_out(member, ready, self.ration))
        else:
            self._room.ask("diff", wanted, member=member)

    def answer(self, member: Member, vector: bytes, diff: bytes) -> None:
        """The step 2 for a member with a state vector; it is current from here on."""
        if member not in self.members:
            return
        if len(diff) <= BIG or self.ration is None:
            self._begin(member)
            member.line.push(protocol.step_2(diff), PLAIN, self._room.seq)
        else:
            state = self._shelf.put(vector, self._room.seq, self._shown, diff)
            self._keep(self._hand_out(member, state, self.ration))

    def _begin(self, member: Member) -> None:
        member.live = True
        self._lines.add(member.line)

    def refuse(self, offer: Offer, code: str, reason: str) -> None:
        """Tell the sender that an update was not taken."""
        member = offer.member
        if member is None:
            return
        member.refuse(offer.number, offer.size, code, reason, self._room.seq)
        if code == "resync":
            self.ask_back(member)

    def settle_same(self, offers: Sequence[Offer]) -> None:
        """Updates that held nothing that is not stored already."""
        for offer in offers:
            if offer.member is not None:
                offer.member.settle(offer.number, offer.size)
                offer.member.acknowledge(self._room.seq)

    def committed(self, offers: Sequence[Offer]) -> None:
        """Updates are stored: acknowledge them and show them to everybody."""
        seq = self._room.seq
        senders: dict[Member, None] = {}
        for offer in offers:
            self._waiting.append(offer.found)
            self._shown += len(offer.found.data)
            if offer.member is not None:
                offer.member.settle(offer.number, offer.size)
                senders[offer.member] = None
        if self._held is not None:
            self._held |= senders
        elif (self._timer is None or self._is_patient) and self._pause() <= 0:
            if self._awaits_others():
                self._hold(senders)
            else:
                self.flush(senders)
        else:
            for member in senders:
                member.acknowledge(seq)
            failpoints.here(failpoints.AFTER_ACK)
            self._schedule()
        if self.on_change is not None:
            self.on_change()

    def enqueue(self, found: Sequence[Scan], patience: float = 0.0) -> None:
        """Updates that are stored and that nobody here sent.

        They wait up to `patience` seconds for what is stored here next, so that one frame serves
        both.
        """
        self._waiting += found
        self._shown += sum(len(one.data) for one in found)
        self._told = time.monotonic()
        self._has_told = True
        if self._held is not None:
            asyncio.get_running_loop().call_soon(self._release)
        elif not patience:
            self._schedule()
        elif self._timer is None:
            self._is_patient = True
            self._timer = asyncio.get_running_loop().call_later(patience, self.flush)

    def _awaits_others(self) -> bool:
        """Whether another process is about to tell what it has stored at this beat."""
        step = self._room.pace.step
        return (
            not self._has_told
            and step >= _TOGETHER
            and time.monotonic() - self._told < _LATELY * step
        )

    def _hold(self, senders: dict[Member, None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._held = senders
        self._timer = asyncio.get_running_loop().call_later(HOLD, self.flush)

    def _release(self) -> None:
        if self._held is not None:
            self.flush()

    def beat(self, member: Member, vector: StateVector) -> None:
        """A member says what it has; what it lacked a beat ago and still lacks, it gets."""
        known = self._room.clocks
        last = member.last_beat
        if last is not None:
            if any(vector.get(client, 0) < clock for client, clock in last.items()):
                self.question(member, vector)
            elif any(clock > known.get(client, 0) for client, clock in vector.items()):
                self.ask_back(member)
        member.last_beat = dict(known)

    def pulse(self) -> None:
        """Every few seconds: BEATs for durable members, a sign of life for the others."""
        now = time.monotonic()
        quiet: bytes | None = None
        pulse = protocol.beat(self._room.seq, self._room.clocks)
        for member in list(self.members):
            if member.durable:
                member.line.push(pulse, AWARENESS)
            elif now - max(member.line.last_sent, self._last if member.live else 0.0) > QUIET:
                # Standard clients close after 30 s without a message of the protocol.
                quiet = quiet or self.presence.frame()
                member.line.push(quiet, AWARENESS)

    def behind(self, member: Member, seq: int) -> None:
        """A slow member reads again: it gets from the log what was left out."""
        if member not in self._catching_up:
            self._catching_up.add(member)
            self._keep(self._catch_up(member, seq))

    def close(self) -> None:
        """The room closes."""
        self.flush()
        self._shelf.clear()
        self.presence.close()
        for task in self._tasks:
            task.cancel()

    def flush(self, senders: Collection[Member] = ()) -> None:
        """Show what waits. Senders are acknowledged in the same breath, and first."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._is_patient = self._has_told = False
        if self._held is not None:
            senders, self._held = self._held, None
        if not self._waiting:
            return
        seq = self._room.seq
        parcel = Parcel([protocol.update(data) for data in merged(self._waiting)], seq)
        self._waiting = []
        self._last = time.monotonic()
        shown: set[Line] = set()
        for member in senders:
            if member.live:
                shown.add(member.line)
                member.line.show(parcel, member.take_ack(seq))
                failpoints.here(failpoints.MID_SHOW)
            else:
                member.acknowledge(seq)
        if senders:
            failpoints.here(failpoints.AFTER_ACK)
        parcel.show(self._lines - shown)

    def _pause(self) -> float:
        """Seconds until the next frame should go out."""
        pause = min(LONGEST, PER_MEMBER * len(self.members))
        return self._last + pause - time.monotonic()

    def _schedule(self) -> None:
        if self._timer is not None:
            return
        left = self._pause()
        if left <= 0:
            self.flush()
        else:
            self._timer = asyncio.get_running_loop().call_later(left, self.flush)

    def _tell(self, frame: bytes) -> None:
        ready = encoded(frame)
        for member in self.members:
            member.line.push(frame, AWARENESS, 0, ready)

    async def _hand_out(self, member: Member, state: State, ration: Ration) -> None:
        """A long first state, as soon as there is room for it; then what has come since."""
        line = member.line
        async with ration.share(len(state.ready)):
            if member not in self.members:
                return
            self._begin(member)
            line.fall_back(state.seq)
            line.push(state.frame, PLAIN, state.seq, state.ready)
            # The next frame goes out only when the socket has taken most of this one.
            line.push(self.presence.frame(), AWARENESS)
            await line.idle()
        if line.is_behind:
            self.behind(member, line.seq)

    async def _catch_up(self, member: Member, seq: int) -> None:
        room = self._room
        try:
            while seq < room.seq and not member.line.closed:
                found = await stored.rows_after(
                    room.database, room.document_id, room.epoch, seq, AT_ONCE
                )
                seq += len(found)
                # What is in quarantine goes to nobody.
                rows = [scan(row.data, STORED) for _, row in found if row is not None]
                for data in merged(rows) if rows else ():
                    member.line.push(protocol.update(data), PLAIN, seq)
                    # As fast as it reads, and no faster.
                    await member.line.idle()
            member.line.caught_up()
        finally:
            self._catching_up.discard(member)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
