"""Spans and measures for OpenTelemetry, where its SDK is there; else nothing, at no cost.

Configured by the standard OTEL_* variables alone: an endpoint (or OTEL_TRACES_EXPORTER, OTEL_METRICS_EXPORTER) switches
it on. A host that has set up the SDK by itself is left as it is.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from jackfield_portal.observability.context import ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from jackfield.http import RequestEvent

__all__ = ["active", "configure", "failed", "job_ended", "request_ended", "span"]

log = logging.getLogger(__name__)

_ENDPOINTS = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
_SCOPE = "jackfield"
_FIRST_ERROR = 400


def configure() -> None:
    """Set the SDK up where the environment asks for it; a warning where it is not installed."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or not any(map(os.environ.get, _ENDPOINTS)):
        return
    try:
        _set_up()
    except ImportError:
        log.warning("OTEL_* asks for traces, but their packages are not installed: pip install jackfield-portal[otel]")


def _set_up() -> None:
    from opentelemetry import metrics, trace
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "") or os.environ.get("OTEL_SERVICE_NAME")
    resource = Resource.create({} if named else {"service.name": "jackfield"})
    if os.environ.get("OTEL_TRACES_EXPORTER", "otlp") != "none":
        provider = TracerProvider(resource=resource)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)
    if os.environ.get("OTEL_METRICS_EXPORTER", "otlp") != "none":
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        metrics.set_meter_provider(MeterProvider([reader], resource=resource))


def active() -> bool:
    """Whether anybody listens: the SDK was set up in this process, by us or by the host around us."""
    return "opentelemetry.sdk.trace" in sys.modules or "opentelemetry.sdk.metrics" in sys.modules


def span(name: str, **attributes: str | float) -> AbstractContextManager[Any]:
    """Trace what is done inside, with the ids of what is at work; yields the span, None where nobody listens."""
    return _span(name, attributes) if active() else nullcontext()


@contextmanager
def _span(name: str, attributes: Mapping[str, str | float]) -> Iterator[Any]:
    from opentelemetry import trace

    told = {**_own(), **attributes}
    with trace.get_tracer(_SCOPE).start_as_current_span(
        name, attributes=told, record_exception=False, set_status_on_exception=False
    ) as begun:
        try:
            yield begun
        except BaseException as failure:
            failed(begun, getattr(failure, "code", None) or type(failure).__name__)
            raise


def _own() -> dict[str, str]:
    """The ids of what is at work: on spans only, since there is no end of them."""
    return {f"jackfield.{key}": value for key, value in ids().items()}


def failed(begun: Any, code: str) -> None:
    """Note on a span that it failed, by a code: a message could hold what was worked with."""
    if begun is not None:
        from opentelemetry.trace import StatusCode

        begun.set_attribute("error.type", code)
        begun.set_status(StatusCode.ERROR)


def request_ended(event: RequestEvent, platform: str) -> None:
    """Note a request that has ended: a span below the current one, and a measure of its duration."""
    if not active():
        return
    from opentelemetry import trace

    measured: dict[str, str | int] = {
        "http.request.method": event.method,
        "server.address": event.host,
        "url.scheme": event.scheme,
        "jackfield.platform": platform,
    }
    if event.port is not None:
        measured["server.port"] = event.port
    if event.status is not None:
        measured["http.response.status_code"] = event.status
    code = event.code or (str(event.status) if event.status and event.status >= _FIRST_ERROR else None)
    if code:
        measured["error.type"] = code
    _durations().record(event.seconds, measured)
    told = {
        **_own(),
        **measured,
        "url.path": event.path,
        "http.request.resend_count": event.tries - 1,
        "jackfield.budget.waited": round(event.waited, 6),
    }
    begun = trace.get_tracer(_SCOPE).start_span(
        event.method, kind=trace.SpanKind.CLIENT, attributes=told, start_time=int(event.began * 1e9)
    )
    if code:
        failed(begun, code)
    begun.end(int((event.began + event.seconds) * 1e9))


@cache
def _durations() -> Any:
    from opentelemetry import metrics

    return metrics.get_meter(_SCOPE).create_histogram(
        "http.client.request.duration", unit="s", description="Duration of requests to CRMs"
    )


def job_ended(name: str, outcome: str, seconds: float) -> None:
    """Note how long a job took."""
    if active():
        _jobs().record(seconds, {"jackfield.job": name, "jackfield.outcome": outcome})


@cache
def _jobs() -> Any:
    from opentelemetry import metrics

    return metrics.get_meter(_SCOPE).create_histogram(
        "jackfield.job.duration", unit="s", description="Duration of jobs"
    )
