from __future__ import annotations

from django.urls import path

from jackfield_portal.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="all"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read, name="read"),
]
