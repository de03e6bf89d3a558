"""The journal of a run, beside its output: written durably when the run begins and whenever a row of tiles is finished.

Killed at any moment, a run can be gone on with from the last row that has a record. Whatever lies in the folder and is
in no record is of a row that was not finished, and is removed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from ...protocol.codes import ErrorCode
from ...protocol.journal.unfinished_run import JOURNAL, JOURNAL_FORMAT, option_texts, record_name
from ...protocol.options.assessment import AssessmentParameters
from ..errors import EngineError, InputError, KeptRows, RuntimeFailure
from ..inference.strips import strips_bytes, strips_name
from ..run.clock import RunClock
from ..run.context import RunContext
from ..scene.tiling import Tiling
from ..staging.disk_room import is_full, no_room_beside
from ..staging.durable_file import sync_folder, write_durably
from ..staging.working_folder import NOTE
from .absolute_paths import with_absolute_paths
from .damage_record import DamageRecord
from .row_record import STRIP_CHANNELS, RowRecord
from .run_identity import Identity, changed, same_but_for_images
from .unfinished_folder import UnfinishedFolder

_ANEW = "run without --resume to start anew"


@dataclass(frozen=True)
class JournalHead:
    """What the journal says of its run.

    Attributes:
        run_id: as of :class:`.run_record.RunRecord`.
        started_at: when it began, ISO 8601 with time zone.
        rows: rows of tiles.
        identity: what it consists of.
        repaired: images that were damaged when they were identified, by the words of their roles: the first row that
            does not hold for the repaired ones, where the removal of these rows has begun.
    """

    run_id: str = field(default_factory=lambda: uuid4().hex)
    started_at: str = ""
    rows: int = 0
    identity: Identity = field(default_factory=dict)
    repaired: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> JournalHead:
        """Read the journal in a folder.

        Raises:
            ValueError: it is damaged or of another version.
            OSError: it cannot be read.
        """
        values: Any = json.loads((folder / JOURNAL).read_bytes())
        if not isinstance(values, dict) or values.get("format") != JOURNAL_FORMAT:
            raise ValueError("it is of another version of xview2")
        try:
            identity = {str(name): str(value) for name, value in values["identity"].items()}
            repaired = {str(role): int(row) for role, row in values.get("repaired", {}).items()}
            return cls(str(values["run_id"]), str(values["started_at"]), int(values["rows"]), identity, repaired)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"something is missing in it ({error})") from error

    def write(self, folder: Path, options: Mapping[str, str] | None) -> None:
        """Write the journal into a folder, durably.

        Raises:
            OSError: the disk failed or is full.
        """
        values = {
            "format": JOURNAL_FORMAT, "options": options, **vars(self), "identity": dict(self.identity),
            "repaired": dict(self.repaired),
        }  # fmt: skip
        write_durably(folder / JOURNAL, json.dumps(values, indent=1).encode("ascii"))


class RunJournal:
    """The journal of one run; for its part of the work a context manager.

    Leaving the block with an error keeps the folder where a row of tiles is finished in which there is something to
    assess, and tells the error of it; else the folder goes.

    Args:
        parameters: what was asked for.
        locked: whether the lock of the output is real.
        context: warned where a run is begun anew, or there is none to go on with.
    """

    def __init__(self, parameters: AssessmentParameters, context: RunContext, *, locked: bool = True) -> None:
        self._parameters, self._context = parameters, context
        self._place = UnfinishedFolder(parameters.output, locked=locked)
        self._earlier: JournalHead | None = None
        self._head = JournalHead()
        self._finished = 0
        self._worth_keeping = False
        self._begun = False
        self._damage: DamageRecord | None = None
        self._last: RowRecord | None = None

    @property
    def folder(self) -> Path:
        """Where the files of finished rows lie."""
        return self._place.path

    @property
    def run_id(self) -> str:
        """The id of the run; there once it has begun."""
        return self._head.run_id

    def __enter__(self) -> RunJournal:
        return self

    def look(self) -> None:
        """Look for an unfinished run of the same output, and tell what becomes of it.

        Raises:
            InputError: with ``--resume``, its journal cannot be read (``resume-damaged``).
        """
        found = self._place.rows
        if self._parameters.resume:
            if found:
                try:
                    self._earlier = JournalHead.read(self.folder)
                except (OSError, ValueError, RecursionError) as error:
                    raise self._damaged(error) from error
            else:
                self._context.warning("nothing-to-resume", "there is no unfinished run: this one begins anew")
        elif found:
            self._context.warning(
                "unfinished-run",
                f"{found} finished rows of tiles of an unfinished run go when this one reaches its first tile; to go on"
                " with them, stop now and add --resume",
            )

    def begin(self, identity: Identity, tiling: Tiling, clock: RunClock, damage: DamageRecord) -> list[RowRecord]:
        """Begin the tiles of the run, and return the records of those rows that are finished already.

        Args:
            identity: of this run.
            tiling: the tiles.
            clock: of the run; goes on from the earlier part.
            damage: of the images; knows afterwards what the earlier part could not read.

        Raises:
            InputError: the unfinished run was another one (``resume-changed``) or is damaged (``resume-damaged``), or
                a run of another machine may be at work (``output-locked``).
            RuntimeFailure: the disk is full (``working-folder``).
        """
        self._damage = damage
        try:
            records = [] if self._earlier is None else self._usable(self._earlier, identity, tiling, damage)
            if self._earlier is None or not records:
                self._head = JournalHead(started_at=clock.started_at, rows=tiling.rows, identity=identity)
                self._place.make()
                self._begun = True
                self._head.write(self.folder, option_texts(with_absolute_paths(self._parameters)))
                return []
            self._place.take_over()
            # whatever ends the run from here on, what is finished stays
            self._head, self._finished, self._last = self._earlier, len(records), records[-1]
            self._worth_keeping = any(record.pixels for record in records)
            self._begun = True
            if self._head.identity == identity:
                self._clean(records)
            else:
                self._take_repaired(records, identity)
        except OSError as error:
            raise self._failure(error) from error
        clock.continue_from(self._head.started_at, records[-1].seconds)
        return records

    def record(self, record: RowRecord) -> None:
        """Record durably that the next row of tiles is finished; its files are on the disk.

        Raises:
            RuntimeFailure: the disk is full or the folder was moved (``working-folder``).
        """
        if self._damage is not None:
            record = replace(record, unreadable=self._damage.new())
        self._last = record
        self._place.check()
        try:
            sync_folder(self.folder)  # names of files before that of the record which speaks of them
            write_durably(self.folder / record_name(record.row), record.encode())
        except OSError as error:
            raise self._failure(error) from error
        self._finished = record.row + 1
        self._worth_keeping |= record.pixels and self._place.lasting

    @property
    def rows_before_damage(self) -> frozenset[int]:
        """Rows of tiles whose strips are kept, because the next one is the first in which an image is damaged."""
        rows = {} if self._damage is None else self._damage.first_rows()
        return frozenset(row - 1 for row in rows.values())

    def leave(self) -> None:
        """Remove the folder unless something worth keeping is in it; also from another thread, if the process ends."""
        if self._begun and not self._worth_keeping:
            self._place.remove()

    def end(self) -> None:
        """Remove the folder: the results are in place."""
        self._place.remove()
        self._begun = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, InputError) and error.code == ErrorCode.RASTER_DAMAGED and self._last and self._damage:
            # the row in which it was too much has no record
            last = replace(self._last, unreadable=(*self._last.unreadable, *self._damage.new()))
            with suppress(OSError):
                write_durably(self.folder / record_name(last.row), last.encode())
        self.leave()
        if isinstance(error, EngineError):
            if self._begun and self._worth_keeping:
                error.kept = KeptRows(self._finished, self._head.rows)
            elif not self._begun and self._earlier is not None:  # refused before the first tile
                error.kept = KeptRows(self._place.rows, self._earlier.rows)

    def _usable(
        self, earlier: JournalHead, identity: Identity, tiling: Tiling, damage: DamageRecord
    ) -> list[RowRecord]:
        """Return the records of an earlier part that hold for this one: all, or those before an image was damaged.

        The images know afterwards what of them could not be read in these rows.

        Raises:
            InputError: it was another run (``resume-changed``), or is damaged (``resume-damaged``).
        """
        differences = changed(earlier.identity, identity)
        if not differences:
            records = self._records()
            if not self._leaves_whole_strips(records[-1], tiling):
                raise self._damaged(ValueError(f"{strips_name(records[-1].row)} is not whole"))
            damage.restore(records)
            return records
        refusal = InputError(
            f"the unfinished run began with another {' and another '.join(differences)}",
            f"give the same again, or {_ANEW}", "resume-changed",
        )  # fmt: skip
        if not same_but_for_images(earlier.identity, identity):
            raise refusal
        records = self._records()
        first = {**damage.first_rows(records), **earlier.repaired}
        if not set(differences) <= first.keys():
            raise refusal
        row = min(first[role] for role in differences)
        # what was damaged in the other image still is
        kept = damage.without([record for record in records if record.row < row], differences)
        if kept and not self._leaves_whole_strips(kept[-1], tiling):
            kept = []
        damage.restore(kept)
        self._context.warning(
            "resume-repaired",
            f"the {' and the '.join(differences)} was damaged in the unfinished run and is another file now: the run "
            f"goes on after {len(kept)} of {self._head.rows or earlier.rows} rows of tiles, where the damage began",
        )
        return kept

    def _records(self) -> list[RowRecord]:
        """Read the records of an earlier run, and make sure that their files are whole.

        Raises:
            InputError: something is damaged (``resume-damaged``).
        """
        records: list[RowRecord] = []
        try:
            for row in range(self._place.rows):
                record = RowRecord.decode((self.folder / record_name(row)).read_bytes())
                for name, size in record.sizes.items():
                    if (self.folder / name).stat().st_size != size:
                        raise ValueError(f"{name} is not whole")
                records.append(record)
            if not 0 < len(records) <= (self._earlier or self._head).rows:
                raise ValueError("the rows are too few or too many")
        except (OSError, ValueError) as error:
            raise self._damaged(error) from error
        return records

    def _leaves_whole_strips(self, record: RowRecord, tiling: Tiling) -> bool:
        """Return whether the row below a finished one can go on from what that has left."""
        if not record.strips:
            return True
        try:
            size = (self.folder / strips_name(record.row)).stat().st_size
        except OSError:
            return False
        return size == strips_bytes(tiling, record.strips, STRIP_CHANNELS)

    def _take_repaired(self, records: Sequence[RowRecord], identity: Identity) -> None:
        """Make these rows those of the repaired images. Killed at any moment in it, the run can be gone on with."""
        options = option_texts(with_absolute_paths(self._parameters))
        repaired = dict.fromkeys(changed(self._head.identity, identity), len(records))
        replace(self._head, repaired=repaired).write(self.folder, options)
        self._clean(records)
        for record in records:  # without the damage
            path = self.folder / record_name(record.row)
            if path.read_bytes() != record.encode():
                write_durably(path, record.encode())
        self._head = replace(self._head, identity=identity, repaired={})
        self._head.write(self.folder, options)

    def _clean(self, records: Sequence[RowRecord]) -> None:
        """Remove what belongs to no finished row, for good; strips stay from which a repaired image would go on."""
        last = records[-1].row
        known = {JOURNAL, NOTE} | {record_name(record.row) for record in records}
        known |= {name for record in records for name in record.sizes}
        known |= {strips_name(row) for row in (last, *self.rows_before_damage) if row <= last}
        # records before what they speak of, the last one first
        for path in sorted(self.folder.iterdir(), key=lambda path: (path.suffix == ".json", path.name), reverse=True):
            if path.name not in known:
                path.unlink(missing_ok=True)
        sync_folder(self.folder)

    def _damaged(self, error: Exception) -> InputError:
        return InputError(f"the unfinished run cannot be gone on with ({error})", _ANEW, "resume-damaged")

    def _failure(self, error: OSError) -> RuntimeFailure:
        name = self._parameters.output.name
        if is_full(error):
            return no_room_beside(name, error)
        return RuntimeFailure(
            f"the folder {self.folder.name} beside {name} cannot be used ({error.strerror or error})",
            "check the disk and its permissions", "working-folder",
        )  # fmt: skip
