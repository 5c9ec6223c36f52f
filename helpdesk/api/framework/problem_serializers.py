"""The bodies of errors, for the schema only; `problems.py` makes them."""

from __future__ import annotations

from rest_framework import serializers


class ProblemErrorSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """What is wrong with one field."""

    field = serializers.CharField(
        help_text="The field or parameter, with dots for nested ones. Empty for the request as a whole."
    )
    code = serializers.CharField(help_text="The broken rule, for programs.")
    detail = serializers.CharField(help_text="What is wrong, for people, in the language of `Accept-Language`.")


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """A problem as in RFC 9457; every error of this API has this form."""

    type = serializers.CharField(help_text="The kind of problem, as an address that explains it.")
    title = serializers.CharField(help_text="The kind of problem in a few words; always the same for each kind.")
    status = serializers.IntegerField(help_text="The status of the response.")
    detail = serializers.CharField(help_text="What happened, for people, in the language of `Accept-Language`.")
    errors = ProblemErrorSerializer(  # type: ignore[assignment] # a field of that name
        many=True, required=False, help_text="The invalid fields."
    )


class ChangeMeanwhileSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """A change that somebody made to the ticket in the meantime."""

    kind = serializers.CharField(help_text="What happened; one of the kinds of an event.")
    sentence = serializers.CharField(help_text="The event as a sentence, in the language of `Accept-Language`.")
    actor = serializers.CharField(help_text="The name of the person or token.")
    actor_kind = serializers.CharField(help_text="Who acted; one of the kinds of an event's actor.")
    actor_id = serializers.IntegerField(allow_null=True, help_text="ID of the person or token.")
    old_person = serializers.IntegerField(allow_null=True, help_text="ID of the member who was responsible before.")
    new_person = serializers.IntegerField(
        allow_null=True, help_text="ID of the member who has been responsible since then."
    )
    version = serializers.IntegerField(help_text="The ticket's version after this event.")
    created_at = serializers.DateTimeField(help_text="When it happened.")


class ChangedMeanwhileSerializer(ProblemSerializer):
    """A 412: the ticket no longer has a version that `If-Match` names."""

    version = serializers.IntegerField(help_text="The ticket's version now.")
    changes = ChangeMeanwhileSerializer(
        many=True, help_text="What happened since then: at most the newest hundred events."
    )


PROBLEMS_OF = {412: ChangedMeanwhileSerializer}  # by status, for problems with extra members
