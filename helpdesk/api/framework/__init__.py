"""What all resources of the API are built with: access, parsing, pagination, idempotency, problems and the schema."""
