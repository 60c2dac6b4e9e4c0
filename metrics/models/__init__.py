from metrics.models.chat_metric import FACTS, ChatMetric
from metrics.models.rollup import MetricRollup

__all__ = ["FACTS", "ChatMetric", "MetricRollup"]
