from __future__ import annotations

from django.urls import path

from jackfield_portal.events import views

app_name = "events"
urlpatterns = [
    path("organization/webhooks/", views.webhooks, name="webhooks"),
    path("organization/webhooks/add/", views.add, name="add"),
    path("organization/webhooks/<uuid:subscription_id>/", views.show, name="show"),
    path("organization/webhooks/<uuid:subscription_id>/log/", views.log, name="log"),
    path("organization/webhooks/<uuid:subscription_id>/edit/", views.change, name="change"),
    path("organization/webhooks/<uuid:subscription_id>/switch/", views.switch, name="switch"),
    path("organization/webhooks/<uuid:subscription_id>/secret/", views.rotate, name="rotate"),
    path("organization/webhooks/<uuid:subscription_id>/test/", views.test, name="test"),
    path("organization/webhooks/<uuid:subscription_id>/delete/", views.delete, name="delete"),
    path(
        "organization/webhooks/<uuid:subscription_id>/deliveries/<uuid:delivery_id>/redeliver/",
        views.redeliver,
        name="redeliver",
    ),
]
