from __future__ import annotations

from django.urls import path

from jackfield_portal.mapping import dialog_views, file_views, views

app_name = "mapping"
urlpatterns = [
    path("", views.section, name="section"),
    path("actions", views.actions, name="actions"),
    path("users", views.users, name="users"),
    path("heirs", views.heirs, name="heirs"),
    path("save", views.save, name="save"),
    path("many", views.many, name="many"),
    path("undo", views.undo, name="undo"),
    path("batches/", dialog_views.batches, name="batches"),
    path("agents/<uuid:agent_id>/", dialog_views.agent_history, name="agent-history"),
    path("fallback/", dialog_views.fallback_owner, name="fallback"),
    path("leavers/", dialog_views.leavers_queue, name="leavers"),
    path("unclaimed/", dialog_views.unclaimed, name="unclaimed"),
    path("aliases/", dialog_views.alias_domains, name="aliases"),
    path("aliases/remove", dialog_views.remove_alias, name="remove-alias"),
    path("file/", file_views.upload, name="file"),
    path("file/mappings.csv", file_views.download, name="download"),
]
