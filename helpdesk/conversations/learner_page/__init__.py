"""The learner's page about their help request, outside of any team at /ajuda/, and the links that open it."""
