"""Every address of the portal; each app keeps its own."""

from __future__ import annotations

from django.urls import include, path

handler403 = "jackfield_portal.web.views.forbidden"
handler404 = "jackfield_portal.web.views.not_found"
handler500 = "jackfield_portal.web.views.broken"
handler400 = "jackfield_portal.web.views.bad_request"

urlpatterns = [
    path("", include("jackfield_portal.web.urls")),
    path("", include("jackfield_portal.organizations.urls")),
    path("connections/", include("jackfield_portal.connections.urls")),
    path("checks/", include("jackfield_portal.checks.urls")),
    path("notices/", include("jackfield_portal.notices.urls")),
    path("imports/", include("jackfield_portal.imports.urls")),
    path("mapping/", include("jackfield_portal.mapping.urls")),
    path("", include("jackfield_portal.audit.urls")),
    path("", include("jackfield_portal.events.urls")),
    path("", include("jackfield_portal.api.page_urls")),
    path("api/", include("jackfield_portal.api.urls")),
    path("", include("jackfield_portal.observability.urls")),
]
