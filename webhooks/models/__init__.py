"""Sources, their signing keys, and the events that Eduzz delivers through them."""

from webhooks.models.delivery import Delivery
from webhooks.models.signing_key import SigningKey
from webhooks.models.source import Source, is_late, new_source_id
from webhooks.models.unverified_delivery import UnverifiedDelivery

__all__ = ["Delivery", "SigningKey", "Source", "UnverifiedDelivery", "is_late", "new_source_id"]
