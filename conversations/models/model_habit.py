from django.db import models


class ModelHabit(models.Model):
    """How a model of a server uses tools, as its answers have shown it or as a person has set it
    (see routing.tools.modes). Of the demo model the address changes with every start, so its
    server is `DEMO`. Without a row, or without a mode, nothing is known."""

    DEMO = "demo:"

    class ToolMode(models.TextChoices):
        NATIVE = "native", "Calls them itself"
        SCHEMA = "schema", "Chooses by a schema"
        WORDS = "words", "Is told in words"
        OFF = "off", "Gets none"

    server = models.CharField(max_length=255)
    model_name = models.CharField(max_length=255)
    tool_mode = models.CharField(max_length=8, choices=ToolMode)
    is_set = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["server", "model_name"], name="one_habit_a_model")
        ]

    def __str__(self) -> str:
        return f"{self.model_name} {self.tool_mode}"
