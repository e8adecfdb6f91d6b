from __future__ import annotations

from django.urls import path

from jackfield_portal.connections import views

app_name = "connections"
urlpatterns = [
    path("add/", views.add, name="add"),
    path("<uuid:connection_id>/settings/", views.settings, name="settings"),
    path("<uuid:connection_id>/repair/", views.repair, name="repair"),
    path("<uuid:connection_id>/rename/", views.rename, name="rename"),
    path("<uuid:connection_id>/delete/", views.delete, name="delete"),
]
