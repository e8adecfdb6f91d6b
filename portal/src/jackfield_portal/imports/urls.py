from __future__ import annotations

from django.urls import path

from jackfield_portal.imports import views

app_name = "imports"
urlpatterns = [
    path("<uuid:connection_id>/start", views.start, name="start"),
    path("<uuid:connection_id>/status", views.status, name="status"),
    path("runs/<uuid:run_id>", views.run, name="run"),
    path("runs/<uuid:run_id>/decide", views.decide, name="decide"),
    path("runs/<uuid:run_id>/cancel", views.cancel, name="cancel"),
]
