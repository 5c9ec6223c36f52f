"""Models of e-mail and other exchange with learners; the messages themselves belong to tickets."""

from helpdesk.conversations.models.attachment import Attachment
from helpdesk.conversations.models.dispatch import Dispatch, DispatchEvent, SuppressedAddress
from helpdesk.conversations.models.draft import Draft
from helpdesk.conversations.models.guess import ShownGuess
from helpdesk.conversations.models.ignored_sender import IgnoredSender
from helpdesk.conversations.models.inbound import InboundEmail
from helpdesk.conversations.models.learner_link import LearnerLink
from helpdesk.conversations.models.learner_page import PageAttempt, Submission
from helpdesk.conversations.models.mailbox import Mailbox
from helpdesk.conversations.models.question_request import QuestionRequest
from helpdesk.conversations.models.rating import Rating
from helpdesk.conversations.models.replies import CannedReply, FirstReply
from helpdesk.conversations.models.sender import SenderIdentity
from helpdesk.conversations.models.sent_form import SentForm

__all__ = [
    "Attachment",
    "CannedReply",
    "Dispatch",
    "DispatchEvent",
    "Draft",
    "FirstReply",
    "IgnoredSender",
    "InboundEmail",
    "LearnerLink",
    "Mailbox",
    "PageAttempt",
    "QuestionRequest",
    "Rating",
    "SenderIdentity",
    "SentForm",
    "ShownGuess",
    "Submission",
    "SuppressedAddress",
]
