"""Traces: a span for a job, an open account, a step or page, and each request, without a secret in any."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentelemetry.sdk.trace import ReadableSpan

    from jackfield_portal.connections.models import Connection
    from tests.portal.conftest import Acme

pytestmark = pytest.mark.django_db

_exporter = InMemorySpanExporter()
_reader = InMemoryMetricReader()


@pytest.fixture(scope="session")
def _sdk() -> None:
    """The SDK of this process, as a host would set it up."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(_exporter))
    trace.set_tracer_provider(provider)
    metrics.set_meter_provider(MeterProvider([_reader]))


@pytest.fixture
def spans(_sdk: None) -> Iterator[InMemorySpanExporter]:
    """What was traced since."""
    _exporter.clear()
    yield _exporter
    _exporter.clear()


def check(connection: Connection) -> None:
    """Check a connection by a job."""
    from jackfield_portal.checks import services as checks
    from jackfield_portal.jobs.services import run_pending

    checks.start_one(connection)
    run_pending()


def path_of(span: ReadableSpan, all_spans: dict[int, ReadableSpan]) -> list[str]:
    """The names from the outermost span to this one."""
    above = all_spans.get(span.parent.span_id) if span.parent else None
    return [*(path_of(above, all_spans) if above else []), span.name]


def test_check_is_traced_down_to_its_requests(live: Connection, spans: InMemorySpanExporter) -> None:
    """Job, account, step and request hang below each other."""
    spans.clear()
    check(live)
    by_id = {span.context.span_id: span for span in spans.get_finished_spans()}
    requests = [path_of(span, by_id) for span in by_id.values() if span.kind is trace.SpanKind.CLIENT]
    assert requests
    for path in requests:
        assert path[:3] == ["job checks.run", "check run", "crm connection"]
        assert (path[3].startswith("check step "), path[4:]) == (True, ["GET"])


def test_import_is_traced_by_page(live: Connection, spans: InMemorySpanExporter) -> None:
    """Each page of users is a span, with how many there were."""
    from jackfield_portal.imports import services as imports

    spans.clear()
    run = imports.run_now(live)
    pages = [span for span in spans.get_finished_spans() if span.name == "import page"]
    assert {span.attributes["jackfield.run"] for span in pages} == {str(run.pk)}
    assert run.done == sum(span.attributes.get("jackfield.users", 0) for span in pages)


def test_request_is_told_by_the_conventions(live: Connection, acme: Acme, spans: InMemorySpanExporter) -> None:
    """A span of a request has the standard attributes, and neither query nor secret."""
    spans.clear()
    check(live)
    told = next(span for span in spans.get_finished_spans() if span.kind is trace.SpanKind.CLIENT).attributes
    assert (told["http.request.method"], told["http.response.status_code"]) == ("GET", 200)
    assert f"{told['server.address']}:{told['server.port']}" == acme.host
    assert told["jackfield.connection"] == str(live.pk)
    everything = "".join(span.to_json() for span in spans.get_finished_spans())
    assert not [word for word in ("token-555-0100", "?", "admin@example.com", "Example Ltd") if word in everything]


def test_requests_are_measured(live: Connection, spans: InMemorySpanExporter) -> None:
    """The durations of requests and jobs are measured by standard names."""
    check(live)
    found = _reader.get_metrics_data()
    assert found is not None
    names = {
        metric.name
        for resource in found.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert {"http.client.request.duration", "jackfield.job.duration"} <= names


def test_nothing_of_it_is_loaded_unless_asked_for() -> None:
    """Without OTEL_* variables neither the SDK nor the API is imported."""
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'jackfield_portal.settings'\n"
        "import django; django.setup()\n"
        "from jackfield_portal.observability import tracing\n"
        "with tracing.span('x'): pass\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
