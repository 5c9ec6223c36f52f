"""URLs of a team's pages about privacy."""

from django.urls import URLPattern, path

from helpdesk.privacy import affected_views, audit_views, erasure_views, incident_views, retention_views, views

urlpatterns: list[URLPattern] = [
    path("", views.personal_data, name="personal_data"),
    path("audit/", audit_views.audit_log, name="audit_log"),
    path("audit/csv/", audit_views.audit_csv, name="audit_csv"),
    path("audit/logins/", audit_views.login_log, name="login_log"),
    path("audit/logins/csv/", audit_views.login_csv, name="login_csv"),
    path("audit/reads/", audit_views.read_log, name="read_log"),
    path("audit/reads/csv/", audit_views.read_csv, name="read_csv"),
    path("retention/", retention_views.retention, name="retention"),
    path("incidents/", incident_views.incidents, name="incidents"),
    path("incidents/new/", incident_views.create_incident, name="create_incident"),
    path("incidents/<int:pk>/", incident_views.incident, name="incident"),
    path("incidents/<int:pk>/change/", incident_views.change_incident, name="change_incident"),
    path("incidents/<int:pk>/affected/", affected_views.affected, name="affected"),
    path("incidents/<int:pk>/affected/csv/", affected_views.affected_csv, name="affected_csv"),
    path("services/", views.services, name="services"),
    path("learners/<int:pk>/", views.learner_privacy, name="learner_privacy"),
    path("learners/<int:pk>/correct/", views.correct_name, name="correct_name"),
    path("learners/<int:pk>/address/", views.correct_address, name="correct_address"),
    path("addresses/<int:pk>/forget/", views.forget_former_address, name="forget_former_address"),
    path("learners/<int:pk>/export/", views.create_export, name="create_export"),
    path("learners/<int:pk>/erase/", erasure_views.erase_learner, name="erase_learner"),
    path("erasures/<int:pk>/agree/", erasure_views.agree_to_erasure, name="agree_to_erasure"),
    path("erasures/<int:pk>/withdraw/", erasure_views.withdraw_erasure, name="withdraw_erasure"),
    path("exports/<int:pk>/", views.download_export, name="download_export"),
]
