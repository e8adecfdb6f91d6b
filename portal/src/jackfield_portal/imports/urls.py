from __future__ import annotations

from django.urls import path

from jackfield_portal.imports import pages, views

app_name = "imports"
urlpatterns = [
    path("<uuid:connection_id>/", pages.history, name="history"),
    path("<uuid:connection_id>/users/", pages.crm_users, name="crm-users"),
    path("<uuid:connection_id>/settings/", pages.settings, name="settings"),
    path("<uuid:connection_id>/ask/", views.ask, name="ask"),
    path("<uuid:connection_id>/start", views.start, name="start"),
    path("<uuid:connection_id>/status", views.status, name="status"),
    path("runs/<uuid:run_id>", views.run, name="run"),
    path("runs/<uuid:run_id>/detail/", pages.detail, name="detail"),
    path("runs/<uuid:run_id>/decide", views.decide, name="decide"),
    path("runs/<uuid:run_id>/cancel", views.cancel, name="cancel"),
]
