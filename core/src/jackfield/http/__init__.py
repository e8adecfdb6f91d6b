"""The one HTTP client of all connectors: guarded, budgeted, retrying, redacting.

A connector is handed a :class:`HttpClient` and asks it; it declares an :class:`Auth` and its :class:`Limit`. The
library that speaks HTTP underneath is imported nowhere but in this package, and only when a client is made.
"""

from jackfield.http.answer import Answer, Headers
from jackfield.http.auth import Auth, Basic, Bearer, Combined, Header, NoAuth, Query
from jackfield.http.bounds import Bounds
from jackfield.http.budget import Budgets, Limit, Scope, SharedLedger, Start
from jackfield.http.client import HttpClient, Judge
from jackfield.http.events import RequestEvent
from jackfield.http.guard import OutboundPolicy
from jackfield.http.pool import Pool
from jackfield.http.posting import post
from jackfield.http.redact import RedactingFilter, Redactor
from jackfield.http.retry import Clock, RetryPolicy

__all__ = [
    "Answer",
    "Auth",
    "Basic",
    "Bearer",
    "Bounds",
    "Budgets",
    "Clock",
    "Combined",
    "Header",
    "Headers",
    "HttpClient",
    "Judge",
    "Limit",
    "NoAuth",
    "OutboundPolicy",
    "Pool",
    "Query",
    "RedactingFilter",
    "Redactor",
    "RequestEvent",
    "RetryPolicy",
    "Scope",
    "SharedLedger",
    "Start",
    "post",
]
