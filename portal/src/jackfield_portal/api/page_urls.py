from __future__ import annotations

from django.urls import path

from jackfield_portal.api import views

app_name = "tokens"
urlpatterns = [
    path("organization/tokens/", views.tokens, name="tokens"),
    path("organization/tokens/add/", views.add, name="add"),
    path("organization/tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]
