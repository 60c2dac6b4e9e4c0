from metrics.models.chat_metric import ChatMetric
from metrics.models.rollup import MetricRollup

__all__ = ["ChatMetric", "MetricRollup"]
