from __future__ import annotations

from django.urls import path

from jackfield_portal.audit import views

app_name = "audit"
urlpatterns = [
    path("organization/audit/", views.log, name="log"),
    path("organization/audit/export/", views.export, name="export"),
    path("connections/<uuid:connection_id>/timeline/", views.history, name="timeline"),
]
