"""What the rows of the other apps tell, as metrics."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, ExpressionWrapper, F, Min, Q, Sum, fields
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from jackfield.errors import CATALOGUE
from jackfield_portal.checks.models import CheckRun
from jackfield_portal.connections import platforms
from jackfield_portal.connections.models import Connection
from jackfield_portal.imports.models import COUNTED, ImportRun, RunState
from jackfield_portal.jobs import clock
from jackfield_portal.jobs.models import Job, JobState, Worker
from jackfield_portal.jobs.services import tasks
from jackfield_portal.observability.models import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client.core import Metric

__all__ = ["ALL", "NAMES"]

_OTHER: Final = "other"
_BUCKETS: Final = (0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
_ENDED: Final = (RunState.APPLIED, RunState.HELD, RunState.FAILED, RunState.CANCELLED, RunState.DISCARDED)
_TALLIES: Final = {
    "requests": ("jackfield_crm_requests", "Requests to CRMs, by status or by why there was no answer", True),
    "request_seconds": ("jackfield_crm_request_seconds", "Seconds that CRMs took to answer", False),
    "throttles": ("jackfield_crm_throttles", "Answers by which CRMs asked to slow down", False),
    "retries": ("jackfield_crm_retries", "Requests that were tried again", False),
    "budget_wait_seconds": ("jackfield_budget_wait_seconds", "Seconds that requests waited for their budget", False),
}
#: Every name that is told, as dashboards ask for it.
NAMES: Final = (
    *(f"{name}_total" for name, _help, _outcome in _TALLIES.values()),
    "jackfield_imports_total",
    "jackfield_import_duration_seconds",
    "jackfield_users_imported_total",
    "jackfield_checks_total",
    "jackfield_connections",
    "jackfield_jobs",
    "jackfield_job_oldest_seconds",
    "jackfield_workers",
    "jackfield_worker_heartbeat_age_seconds",
)


def _imports() -> Iterator[Metric]:
    ended = CounterMetricFamily(
        "jackfield_imports", "Imports that have ended, by how", labels=("platform", "outcome", "code")
    )
    counted: Counter[tuple[str, str, str]] = Counter()
    runs = ImportRun.objects.filter(state__in=_ENDED).order_by()
    for platform, state, code, count in runs.values_list("connection__platform", "state", "error_code").annotate(
        Count("id")
    ):
        counted[_platform(platform), state, _code(code)] += count
    for labels, count in sorted(counted.items()):
        ended.add_metric(labels, count)
    yield ended


def _durations() -> Iterator[Metric]:
    told = HistogramMetricFamily(
        "jackfield_import_duration_seconds", "Seconds that applied imports took", labels=("platform",)
    )
    took = ExpressionWrapper(F("finished") - F("started"), output_field=fields.DurationField())
    runs = ImportRun.objects.filter(state=RunState.APPLIED, started__isnull=False, finished__isnull=False)
    below = {f"b{place}": Count("id", filter=Q(took__lte=_seconds(edge))) for place, edge in enumerate(_BUCKETS)}
    found: dict[str, Counter[str]] = {}
    by_platform: Any = runs.annotate(took=took).order_by().values("connection__platform")
    for row in by_platform.annotate(n=Count("id"), s=Sum("took"), **below):
        sums = found.setdefault(_platform(row["connection__platform"]), Counter())
        sums.update({"n": row["n"], **{name: row[name] for name in below}})
        sums["s"] += row["s"].total_seconds()
    for platform, sums in sorted(found.items()):
        edges = [(str(float(edge)), float(sums[f"b{place}"])) for place, edge in enumerate(_BUCKETS)]
        told.add_metric([platform], [*edges, ("+Inf", float(sums["n"]))], sum_value=float(sums["s"]))
    yield told


def _users() -> Iterator[Metric]:
    told = CounterMetricFamily(
        "jackfield_users_imported", "Users in applied imports, by what became of them", labels=("platform", "change")
    )
    counted: Counter[tuple[str, str]] = Counter()
    runs: Any = ImportRun.objects.filter(state=RunState.APPLIED).order_by().values("connection__platform")
    for row in runs.annotate(**{f"all_{name}": Sum(name) for name in COUNTED}):
        for name in COUNTED:
            counted[_platform(row["connection__platform"]), name] += row[f"all_{name}"]
    for labels, count in sorted(counted.items()):
        told.add_metric(labels, count)
    yield told


def _checks() -> Iterator[Metric]:
    told = CounterMetricFamily("jackfield_checks", "Systems checks, by where they stand", labels=("platform", "state"))
    yield _grouped(told, CheckRun, "connection__platform", "state")


def _connections() -> Iterator[Metric]:
    told = GaugeMetricFamily("jackfield_connections", "Connections, by state", labels=("platform", "state"))
    yield _grouped(told, Connection, "platform", "state")


def _jobs() -> Iterator[Metric]:
    now = clock.now()
    depth = GaugeMetricFamily("jackfield_jobs", "Jobs that wait or run", labels=("job", "state"))
    oldest = GaugeMetricFamily(
        "jackfield_job_oldest_seconds", "How long the oldest due job has waited", labels=("job",)
    )
    open_jobs = Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).order_by()
    counted: Counter[tuple[str, str]] = Counter({(name, s): 0 for name in tasks() for s in ("queued", "running")})
    for name, state, count in open_jobs.values_list("name", "state").annotate(Count("id")):
        counted[_job(name), state] += count
    due = open_jobs.filter(state=JobState.QUEUED).exclude(not_before__gt=now)
    since = {_job(name): at for name, at in due.values_list("name").annotate(Min("created"))}
    for (name, state), count in sorted(counted.items()):
        depth.add_metric((name, state), count)
    for name in sorted(tasks()):
        oldest.add_metric((name,), max(0.0, (now - since[name]).total_seconds()) if name in since else 0.0)
    yield from (depth, oldest)


def _workers() -> Iterator[Metric]:
    beats = [(clock.now() - at).total_seconds() for at in Worker.objects.values_list("beat", flat=True)]
    yield GaugeMetricFamily("jackfield_workers", "Processes that do jobs", value=len(beats))
    age = GaugeMetricFamily("jackfield_worker_heartbeat_age_seconds", "How old the oldest sign of life of a worker is")
    age.add_metric((), max(0.0, *beats) if beats else 0.0)
    yield age


def _counted() -> Iterator[Metric]:
    for name, (metric, meaning, by_outcome) in _TALLIES.items():
        told = CounterMetricFamily(metric, meaning, labels=("platform", "outcome") if by_outcome else ("platform",))
        sums: dict[tuple[str, ...], float] = {}
        for row in Tally.objects.filter(name=name):
            labels = (_platform(row.platform), *((_outcome(row.outcome),) if by_outcome else ()))
            sums[labels] = sums.get(labels, 0.0) + row.value
        for labels, value in sorted(sums.items()):
            told.add_metric(labels, value)
        yield told


#: Everything that is told.
ALL: Final[tuple[Callable[[], Iterator[Metric]], ...]] = (
    _imports,
    _durations,
    _users,
    _checks,
    _connections,
    _jobs,
    _workers,
    _counted,
)


def _grouped(told: Any, model: Any, platform: str, state: str) -> Metric:
    counted: Counter[tuple[str, str]] = Counter()
    for name, at, count in model.objects.order_by().values_list(platform, state).annotate(Count("id")):
        counted[_platform(name), at] += count
    for labels, count in sorted(counted.items()):
        told.add_metric(labels, count)
    return told  # type: ignore[no-any-return]  # one of the two kinds


def _seconds(edge: float) -> Any:
    from datetime import timedelta

    return timedelta(seconds=edge)


def _platform(name: str) -> str:
    return name if platforms.installed(name) else _OTHER


def _code(code: str) -> str:
    return code if not code or code == "portal" or code in CATALOGUE else _OTHER


def _outcome(outcome: str) -> str:
    return outcome if outcome in CATALOGUE or (outcome.isdecimal() and 100 <= int(outcome) <= 599) else _OTHER  # noqa: PLR2004


def _job(name: str) -> str:
    return name if name in tasks() else _OTHER
