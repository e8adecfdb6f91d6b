from __future__ import annotations

from django.urls import path

from jackfield_portal.observability import views

app_name = "observability"
urlpatterns = [path("metrics", views.metrics, name="metrics")]
