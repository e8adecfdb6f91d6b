"""Jobs over several processes, which end in every way there is; on both databases."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.portal.jobs.house import PATIENCE, stop, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.portal.jobs.house import House


@pytest.fixture
def start(house: House) -> Iterator[Callable[..., subprocess.Popen[Any]]]:
    """Start workers, which end with the test."""
    yield house.worker
    house.end_workers()


def slow(house: House, room: Path, job: str) -> None:
    """Enqueue a job that goes on until a file says so."""
    house.desk(f"str(jobs.enqueue('toil.slow', {job!r}, folder={str(room)!r}))")


def traces(room: Path, what: str) -> set[int]:
    """The processes that left this trace."""
    return {int(path.name.partition("-")[2]) for path in room.glob(f"{what}-*")}


def test_workers_share_what_there_is(house: House, start: Callable[..., Any], room: Path) -> None:
    """What was enqueued while nobody worked is done by two workers with ids of their own, each job once."""
    house.desk(f"[str(jobs.enqueue('toil.mark', f'mark-{{n}}', folder={str(room)!r})) for n in range(40)]")
    start("--jobs", "2")
    start("--jobs", "2")
    until(lambda: house.desk("Job.objects.filter(name='toil.mark', state='done').count()") == 40)
    assert sorted(path.name.split(".")[0] for path in room.iterdir()) == sorted(f"mark-{n}" for n in range(40))
    assert house.desk("len(set(Worker.objects.values_list('id', 'pid')))") == 2


def test_killed_worker_is_followed_by_another(house: House, start: Callable[..., Any], room: Path) -> None:
    """What a worker was at that was killed outright is done by another, from its start, and ends once."""
    first = start()
    slow(house, room, "killed")
    until(lambda: traces(room, "begun") == {first.pid})
    second = start()
    first.kill()
    until(lambda: traces(room, "begun") == {first.pid, second.pid})
    (room / "go").touch()
    until(lambda: house.job("killed")["state"] == "done")
    row = house.job("killed")
    assert (row["attempt"], row["interrupted"], traces(room, "ended")) == (2, 1, {second.pid})


def test_frozen_worker_that_wakes_does_no_harm(house: House, start: Callable[..., Any], room: Path) -> None:
    """A worker that stood still while another took its job is refused when it goes on, and then works again."""
    first = start()
    slow(house, room, "frozen")
    until(lambda: traces(room, "begun") == {first.pid})
    house.freeze(first)
    second = start()
    until(lambda: traces(room, "begun") == {first.pid, second.pid})
    first.send_signal(signal.SIGCONT)
    until(lambda: traces(room, "refused") == {first.pid})
    (room / "go").touch()
    until(lambda: house.job("frozen")["state"] == "done")
    assert (house.job("frozen")["attempt"], traces(room, "ended")) == (2, {second.pid})
    second.terminate()
    second.wait(PATIENCE)
    house.desk(f"str(jobs.enqueue('toil.mark', 'after', folder={str(room)!r}))")
    until(lambda: list(room.glob(f"after.{first.pid}.*")))


def test_worker_frozen_in_a_write_holds_up_and_loses_nothing(
    house: House, start: Callable[..., Any], room: Path
) -> None:
    """Where one stands still in the midst of a write, SQLite makes all others wait; when it goes on, so do they."""
    first = start()
    house.desk(f"str(jobs.enqueue('toil.write', 'written', folder={str(room)!r}))")
    until(lambda: traces(room, "begun") == {first.pid})
    stop(first)
    second = house.worker_that_starts()
    time.sleep(4)  # so long as it takes to start, and longer
    first.send_signal(signal.SIGCONT)
    (room / "go").touch()
    until(lambda: house.job("written")["state"] == "done")
    first.terminate()
    assert first.wait(PATIENCE) == 0
    house.desk(f"str(jobs.enqueue('toil.mark', 'afterwards', folder={str(room)!r}))")
    until(lambda: list(room.glob(f"afterwards.{second.pid}.*")))


def test_worker_ends_by_a_signal_that_meets_it_as_it_wakes(house: House, start: Callable[..., Any]) -> None:
    """A process that was stopped goes on with any of its threads, and that one gets the signal."""
    frozen = [start() for _ in range(3)]
    for process in frozen:
        house.freeze(process)
    for process in frozen:
        process.send_signal(signal.SIGCONT)
        process.terminate()
    assert [process.wait(PATIENCE) for process in frozen] == [0, 0, 0]


def test_ended_worker_hands_back_what_does_not_end(house: House, start: Callable[..., Any], room: Path) -> None:
    """A worker that is ended leaves its job so long as it was told, hands it back, and is gone."""
    first = start("--grace", "0.5")
    slow(house, room, "handed-back")
    until(lambda: traces(room, "begun") == {first.pid})
    first.terminate()
    assert first.wait(PATIENCE) == 0
    assert house.job("handed-back")["state"] == "queued"
    (room / "go").touch()
    second = start()
    until(lambda: house.job("handed-back")["state"] == "done")
    assert (house.job("handed-back")["interrupted"], traces(room, "ended")) == (0, {second.pid})


def test_ended_worker_waits_for_what_ends(house: House, start: Callable[..., Any], room: Path) -> None:
    """A worker that is ended lets a job end that does so in time."""
    first = start("--grace", "60")
    slow(house, room, "waited-for")
    until(lambda: traces(room, "begun") == {first.pid})
    first.terminate()
    (room / "go").touch()
    assert first.wait(PATIENCE) == 0
    assert (house.job("waited-for")["state"], house.job("waited-for")["attempt"]) == ("done", 1)


def test_cancelled_from_another_process(house: House, start: Callable[..., Any], room: Path) -> None:
    """A job that runs in one process is stopped from another."""
    first = start()
    slow(house, room, "cancelled")
    until(lambda: traces(room, "begun") == {first.pid})
    house.desk("jobs.cancel('cancelled')")
    until(lambda: house.job("cancelled")["state"] == "cancelled")
    assert traces(room, "refused") == {first.pid}


def many(house: House, room: Path, name: str, count: int) -> None:
    """Enqueue jobs that are done together, and go on until a file says so."""
    house.desk(
        f"jobs.enqueue_many('toil.many', {{f'{name}-{{n}}': {{'folder': {str(room)!r}}} for n in range({count})}})"
    )


def by_whom(room: Path, name: str) -> dict[str, set[int]]:
    """The processes that have done each of these jobs."""
    done: dict[str, set[int]] = {}
    for path in room.glob(f"{name}-*.*.*"):
        job, pid, _attempt = path.name.split(".")
        done.setdefault(job, set()).add(int(pid))
    return done


def test_killed_workers_batch_is_taken_over_whole(house: House, start: Callable[..., Any], room: Path) -> None:
    """Of what a killed worker had in a batch each job is done once by another, within 15 seconds, and all of it."""
    first = start()
    many(house, room, "batch", 40)
    until(lambda: traces(room, "begun") == {first.pid})
    second = start()
    first.kill()
    began = time.monotonic()
    first.wait()
    (room / "go").touch()
    until(lambda: house.desk("Job.objects.filter(id__startswith='batch-', state='done').count()") == 40)
    assert time.monotonic() - began < 15
    assert by_whom(room, "batch") == {f"batch-{number}": {second.pid} for number in range(40)}


def test_frozen_worker_with_a_batch_does_no_harm(house: House, start: Callable[..., Any], room: Path) -> None:
    """A worker that stood still while others did its batch notes nothing when it goes on."""
    first = start()
    many(house, room, "icy", 10)
    until(lambda: traces(room, "begun") == {first.pid})
    house.freeze(first)
    second = start()
    (room / "go").touch()
    until(lambda: house.desk("Job.objects.filter(id__startswith='icy-', state='done').count()") == 10)
    first.send_signal(signal.SIGCONT)
    until(lambda: all(first.pid in pids for pids in by_whom(room, "icy").values()))
    rows = house.desk("list(Job.objects.filter(id__startswith='icy-').values_list('state', 'attempt', 'worker'))")
    assert {tuple(row[:2]) for row in rows} == {("done", 2)}
    assert {row[2] for row in rows} == {house.desk(f"Worker.objects.get(pid={second.pid}).id")}


def test_ended_worker_hands_back_its_batch(house: House, start: Callable[..., Any], room: Path) -> None:
    """A worker that is ended leaves its batch so long as it was told, and hands it back whole."""
    first = start("--grace", "0.5")
    many(house, room, "back", 12)
    until(lambda: traces(room, "begun") == {first.pid})
    first.terminate()
    assert first.wait(PATIENCE) == 0
    (room / "go").touch()
    second = start()
    until(lambda: house.desk("Job.objects.filter(id__startswith='back-', state='done').count()") == 12)
    assert by_whom(room, "back") == {f"back-{number}": {second.pid} for number in range(12)}
