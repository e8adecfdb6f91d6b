from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from jackfield_portal.organizations import agent_views, views

app_name = "organizations"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("set-up/<str:token>/", views.set_up, name="set-up"),
    path("organization/agents/", agent_views.agents, name="agents"),
    path("organization/agents/add/", agent_views.add, name="add-agent"),
    path("organization/agents/<uuid:agent_id>/", agent_views.edit, name="edit-agent"),
    path("organization/agents/<uuid:agent_id>/switch/", agent_views.switch, name="switch-agent"),
]
