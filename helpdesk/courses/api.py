"""Learners, courses and producers in the API."""

from __future__ import annotations

from rest_framework import serializers

from helpdesk.api.serializers import ExpandableField, ResourceSerializer, UTCField
from helpdesk.courses.models import Course, Learner, Producer


class ProducerSerializer(ResourceSerializer):
    """Who sells courses."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    email = serializers.CharField(read_only=True, help_text="In lower case; unique within the team.")
    name = serializers.CharField(read_only=True, help_text="As the newest event has it; may be empty.")
    created_at = UTCField(read_only=True, help_text="When the first event of this producer came.")

    class Meta:
        model = Producer
        fields = ["id", "email", "name", "created_at"]


class CourseSerializer(ResourceSerializer):
    """A course on Nutror."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    hash = serializers.CharField(read_only=True, help_text="Nutror's identifier; unique within the producer.")
    title = serializers.CharField(read_only=True, help_text="As the newest event has it; may be empty.")
    producer = ExpandableField(ProducerSerializer, help_text="Who sells it.")
    created_at = UTCField(read_only=True, help_text="When the first event of this course came.")

    class Meta:
        model = Course
        fields = ["id", "hash", "title", "producer", "created_at"]


class LearnerSerializer(ResourceSerializer):
    """A student."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    email = serializers.CharField(read_only=True, help_text="In lower case; unique within the team.")
    name = serializers.CharField(read_only=True, help_text="As the newest event has it; may be empty.")
    phone = serializers.CharField(read_only=True, help_text="Digits with the country; empty where it is not known.")
    created_at = UTCField(read_only=True, help_text="When the first event of this learner came.")

    class Meta:
        model = Learner
        fields = ["id", "email", "name", "phone", "created_at"]
