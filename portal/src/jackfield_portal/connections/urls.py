from __future__ import annotations

from django.urls import path

from jackfield_portal.connections import link_views, standing_views, views

app_name = "connections"
urlpatterns = [
    path("add/", views.add, name="add"),
    path("<uuid:connection_id>/settings/", views.settings, name="settings"),
    path("<uuid:connection_id>/repair/", views.repair, name="repair"),
    path("<uuid:connection_id>/rename/", views.rename, name="rename"),
    path("<uuid:connection_id>/pause/", standing_views.pause, name="pause"),
    path("<uuid:connection_id>/discard/", standing_views.discard, name="discard"),
    path("<uuid:connection_id>/delete/", standing_views.delete, name="delete"),
    path("<uuid:connection_id>/purge/", standing_views.purge, name="purge"),
    path("<uuid:connection_id>/link/", link_views.make, name="make-link"),
    path("enter/<uuid:link_id>/<str:token>/", link_views.enter, name="enter"),
]
