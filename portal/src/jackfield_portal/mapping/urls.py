from __future__ import annotations

from django.urls import path

from jackfield_portal.mapping import views

app_name = "mapping"
urlpatterns = [
    path("", views.section, name="section"),
    path("actions", views.actions, name="actions"),
    path("users", views.users, name="users"),
    path("save", views.save, name="save"),
    path("undo", views.undo, name="undo"),
]
