"""What all tests share."""

from hypothesis import settings

# A busy machine makes no test wrong.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
