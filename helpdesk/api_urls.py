"""Every address of the API, which each room answers for itself."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.bulk import api as bulk
from helpdesk.courses import api as courses
from helpdesk.reports import api as reports
from helpdesk.teams import api as teams
from helpdesk.tickets import change_api, feed_api, history_api, sorting_api
from webhooks import api as webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/tickets", change_api.CreateTicket.as_view(), name="api_tickets"),
    path("v1/tickets/<int:number>", change_api.ChangeTicket.as_view(), name="api_ticket"),
    path("v1/tickets/<int:number>/assignment", change_api.Assignment.as_view(), name="api_assignment"),
    path("v1/tickets/<int:number>/resolution", change_api.Resolution.as_view(), name="api_resolution"),
    path("v1/tickets/<int:number>/snooze", change_api.Snooze.as_view(), name="api_snooze"),
    path("v1/tickets/<int:number>/tags", change_api.Tags.as_view(), name="api_tags_of_ticket"),
    path("v1/tickets/<int:number>/tags/<path:name>", change_api.TagOfTicket.as_view(), name="api_tag_of_ticket"),
    path("v1/tickets/<int:number>/merge", change_api.Merge.as_view(), name="api_merge"),
    path("v1/tickets/<int:number>/events", history_api.Events.as_view(), name="api_events"),
    path("v1/tickets/<int:number>/notes", history_api.Notes.as_view(), name="api_notes"),
    path("v1/tickets/changes", feed_api.TicketChanges.as_view(), name="api_ticket_changes"),
    path("v1/tickets/bulk", bulk.BulkChanges.as_view(), name="api_bulk"),
    path("v1/tickets/bulk/<int:pk>", bulk.BulkChangeDetail.as_view(), name="api_bulk_change"),
    path("v1/tickets/bulk/<int:pk>/undo", bulk.BulkChangeUndo.as_view(), name="api_bulk_undo"),
    path("v1/tags", sorting_api.TagList.as_view(), name="api_tags"),
    path("v1/saved-views", sorting_api.SavedViewList.as_view(), name="api_saved_views"),
    path("v1/saved-views/<int:pk>", sorting_api.SavedViewDetail.as_view(), name="api_saved_view"),
    path("v1/learners", courses.LearnerList.as_view(), name="api_learners"),
    path("v1/learners/<int:pk>", courses.LearnerDetail.as_view(), name="api_learner"),
    path("v1/learners/<int:pk>/activities", courses.Activities.as_view(), name="api_activities"),
    path("v1/courses", courses.CourseList.as_view(), name="api_courses"),
    path("v1/courses/<int:pk>", courses.CourseDetail.as_view(), name="api_course"),
    path("v1/producers", courses.ProducerList.as_view(), name="api_producers"),
    path("v1/producers/<int:pk>", courses.ProducerDetail.as_view(), name="api_producer"),
    path("v1/team", teams.TeamDetail.as_view(), name="api_team"),
    path("v1/members", teams.Members.as_view(), name="api_members"),
    path("v1/members/<int:pk>", teams.Member.as_view(), name="api_member"),
    path("v1/sources", webhooks.SourceList.as_view(), name="api_sources"),
    path("v1/sources/<str:source_id>", webhooks.SourceDetail.as_view(), name="api_source"),
    path("v1/sources/<str:source_id>/deliveries", webhooks.DeliveryList.as_view(), name="api_deliveries"),
    path("v1/sources/<str:source_id>/deliveries/<int:pk>", webhooks.DeliveryDetail.as_view(), name="api_delivery"),
    path("v1/sources/<str:source_id>/deliveries/<int:pk>/replay", webhooks.Replay.as_view(), name="api_replay"),
    path("v1/reports/summary", reports.SummaryView.as_view(), name="api_report_summary"),
    path("v1/reports/days", reports.DaysView.as_view(), name="api_report_days"),
    path("v1/reports/times", reports.TimesView.as_view(), name="api_report_times"),
    path("v1/reports/courses", reports.CoursesView.as_view(), name="api_report_courses"),
    path("v1/reports/backlog", reports.BacklogView.as_view(), name="api_report_backlog"),
    path("v1/reports/members", reports.LoadView.as_view(), name="api_report_members"),
    path("v1/reports/hours", reports.HoursView.as_view(), name="api_report_hours"),
    path("", include("helpdesk.api.urls")),  # last, since it answers for all the rest
]
