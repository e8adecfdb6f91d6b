from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from jackfield_portal.organizations import (
    account_views,
    agent_views,
    operator_views,
    people_views,
    sign_in_views,
    views,
)

app_name = "organizations"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("set-up/<str:token>/", views.set_up, name="set-up"),
    path("sign-in/second-step/", sign_in_views.second_step, name="second-step"),
    path("sign-in/sso/", sign_in_views.sso, name="sso"),
    path("sign-in/sso/back/", sign_in_views.sso_back, name="sso-back"),
    path("sign-in/link/<str:uidb64>/<str:token>/", sign_in_views.by_link, name="sign-in-link"),
    path("sign-in/forgotten/", sign_in_views.forgotten, name="forgotten"),
    path("sign-in/new-password/<str:uidb64>/<str:token>/", sign_in_views.NewPassword.as_view(), name="new-password"),
    path("invitation/<str:token>/", people_views.accept, name="accept"),
    path("language/", account_views.language, name="language"),
    path("account/", account_views.account, name="account"),
    path("account/password/", account_views.change_password, name="change-password"),
    path("account/second-factor/", account_views.turn_on, name="turn-on"),
    path("account/second-factor/off/", account_views.turn_off, name="turn-off"),
    path("account/recovery-codes/", account_views.recovery_codes, name="recovery-codes"),
    path("account/sign-out-elsewhere/", account_views.sign_out_elsewhere, name="sign-out-elsewhere"),
    path("operator/", operator_views.operator, name="operator"),
    path("operator/add/", operator_views.add, name="add-organization"),
    path("operator/<uuid:organization_id>/", operator_views.change, name="change-organization"),
    path("organization/switch/", people_views.switch, name="switch"),
    path("organization/people/", people_views.people, name="people"),
    path("organization/people/invite/", people_views.invite, name="invite"),
    path("organization/people/invited/<uuid:invitation_id>/", people_views.invitation, name="invitation"),
    path("organization/people/invited/<uuid:invitation_id>/withdraw/", people_views.withdraw, name="withdraw"),
    path("organization/people/<uuid:user_id>/role/", people_views.role, name="role"),
    path("organization/people/<uuid:user_id>/remove/", people_views.remove, name="remove"),
    path("organization/agents/", agent_views.agents, name="agents"),
    path("organization/agents/add/", agent_views.add, name="add-agent"),
    path("organization/agents/import/", agent_views.import_file, name="import-agents"),
    path("organization/agents/export/", agent_views.export_file, name="export-agents"),
    path("organization/agents/<uuid:agent_id>/", agent_views.edit, name="edit-agent"),
    path("organization/agents/<uuid:agent_id>/switch/", agent_views.switch, name="switch-agent"),
]
