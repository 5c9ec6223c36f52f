"""Addresses of the pages that people work in, within a team."""

from django.urls import URLPattern, path

from helpdesk.workspace import (
    course_views,
    learner_link_views,
    learner_views,
    lesson_views,
    message_views,
    note_views,
    presence,
    question_views,
    reply_views,
    tag_views,
    ticket_views,
)

urlpatterns: list[URLPattern] = [
    path("learners/", learner_views.learners, name="learners"),
    path("learners/suggestions/", learner_views.suggest_learners, name="suggest_learners"),
    path("learners/<int:pk>/", learner_views.learner, name="learner"),
    path("courses/", course_views.courses, name="courses"),
    path("courses/<int:pk>/", course_views.course, name="course"),
    path("lessons/<int:pk>/", lesson_views.lesson, name="lesson"),
    path("tags/", tag_views.tags, name="tags"),
    path("tags/suggestions/", tag_views.suggest_tags, name="suggest_tags"),
    path("tags/<int:pk>/", tag_views.tag, name="tag"),
    path("tags/<int:pk>/merge/", tag_views.merge_tag, name="merge_tag"),
    path("tags/<int:pk>/delete/", tag_views.delete_tag, name="delete_tag"),
    path("tickets/new/", ticket_views.open_ticket, name="open_ticket"),
    path("tickets/<int:number>/", ticket_views.ticket, name="ticket"),
    path("tickets/<int:number>/menu/", ticket_views.ticket_menu, name="ticket_menu"),
    path("tickets/<int:number>/presence/", presence.presence, name="presence"),
    path("tickets/<int:number>/replies/", reply_views.create_reply, name="create_reply"),
    path("tickets/<int:number>/drafts/reply/", reply_views.save_draft, {"kind": "reply"}, name="save_reply_draft"),
    path("tickets/<int:number>/drafts/note/", reply_views.save_draft, {"kind": "note"}, name="save_note_draft"),
    path("tickets/<int:number>/preview/reply/", reply_views.preview, {"kind": "reply"}, name="preview_reply"),
    path("tickets/<int:number>/preview/note/", reply_views.preview, {"kind": "note"}, name="preview_note"),
    path("tickets/<int:number>/canned-replies/", reply_views.canned_replies, name="offer_canned_replies"),
    path("tickets/<int:number>/messages/<int:pk>/cancel/", message_views.cancel_message, name="cancel_message"),
    path("tickets/<int:number>/messages/<int:pk>/retry/", message_views.retry_message, name="retry_message"),
    path("tickets/<int:number>/failure/dismiss/", message_views.dismiss_failure, name="dismiss_failure"),
    path("tickets/<int:number>/notes/", note_views.add_note, name="add_note"),
    path("tickets/<int:number>/question/", question_views.tell, name="tell_question"),
    path("tickets/<int:number>/learner-links/", learner_link_views.create, name="create_learner_link"),
    path("tickets/<int:number>/learner-links/revoke/", learner_link_views.revoke, name="revoke_learner_links"),
]
