from __future__ import annotations

from django.urls import path

from jackfield_portal.web import pages, views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("organization/", pages.manage, name="manage"),
    path("organization/cards/", pages.cards, name="cards"),
]
