from __future__ import annotations

from django.urls import path

from jackfield_portal.checks import acting_views, views

app_name = "checks"
urlpatterns = [
    path("", views.start, name="start"),
    path("connection/<uuid:connection_id>/", views.start_one, name="start-one"),
    path("connection/<uuid:connection_id>/history/", views.history, name="history"),
    path("connection/<uuid:connection_id>/resume/", acting_views.resume, name="resume"),
    path("connection/<uuid:connection_id>/restore/", acting_views.restore, name="restore"),
    path("connection/<uuid:connection_id>/roll-back/", acting_views.roll_back, name="roll-back"),
    path("connection/<uuid:connection_id>/accept/", acting_views.accept, name="accept"),
    path("step/<int:step_id>/move/", acting_views.move, name="move"),
    path("<uuid:batch>/", views.show, name="show"),
    path("<uuid:batch>/progress/", views.progress, name="progress"),
]
