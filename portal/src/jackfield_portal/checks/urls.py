from __future__ import annotations

from django.urls import path

from jackfield_portal.checks import views

app_name = "checks"
urlpatterns = [
    path("", views.start, name="start"),
    path("connection/<uuid:connection_id>/", views.start_one, name="start-one"),
    path("<uuid:batch>/", views.show, name="show"),
    path("<uuid:batch>/progress/", views.progress, name="progress"),
]
