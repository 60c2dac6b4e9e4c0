"""What a person is told of an answer, by the codes that answering knows."""

WAITING_SENTENCES = {
    "loading": "Loading {model} into memory…",
    "queue": "Waiting for its turn: the model is busy with another answer…",
    "prompt": "Reading the conversation…",
    "thinking": "Thinking…",
    "tools": "Using tools…",
    "summary": "Summarising what was said earlier…",
    "long": "Still writing, {length} characters so far. The rest can be shown when it has ended…",
    "": "Waiting for {model}…",
}
NOTICES = {
    "thinking_unsupported": "This model cannot think step by step; it answered without.",
    "images_left_out": "This model cannot see, so the earlier images were left out.",
    "earlier_images_left_out": "The server did not take the earlier images, so they were left out.",
    "said_nothing": "The model ended without a word. Try again, or ask in other words.",
    "only_thought": "The model only thought and wrote nothing.",
    "summary_failed": "The earlier messages could not be summarised.",
    "tools_unsupported": "This model cannot use tools; it answered without.",
    "tools_refused": "The model server refused the question with tools; it was answered without.",
    "tools_by_schema": "This model did not call tools by itself; it was made to choose one.",
    "tools_by_prompt": "This model knows no tools; it was told in words how to use them.",
    "tool_rounds": "The model had called tools as often as it may, and was asked for an answer.",
    "tool_time": "The tools had taken as long as they may, and the model was asked for an answer.",
    "shortened": "Results of tools or files were shortened: they did not fit the model's window.",
    "tool_repeats": "The model made the same calls again and again, and was asked for an answer.",
    "no_answer": "Instead of an answer the model wanted to call tools once more.",
}
WORDLESS = ("said_nothing", "only_thought")
"""Notices that say how the answer ended, so they stand where it ends."""
BEFORE_THE_FIRST_WORD = "Stopped before the first word."
ROLE_NAMES = {"system": "System prompt", "tool": "Tool"}
OUTCOMES = {
    "cancelled": ("info", "Stopped. What was written is kept."),
    "ended_early": (
        "warning",
        "The model ended in the middle without a word why. Continue, or try again.",
    ),
    "interrupted": (
        "warning",
        "Chat Studio was stopped while this was being written. What had arrived is kept.",
    ),
    "length": ("info", "The answer reached its length limit."),
    "too_long": (
        "warning",
        "The model did not come to an end, so the answer was ended here (`MAX_ANSWER_KB`). "
        "All that was written is kept.",
    ),
    "content_filter": (
        "warning",
        "The model server's content filter ended the answer. Ask in other words, or another model.",
    ),
    "abort": ("warning", "The model server gave this answer up. Try again."),
}
