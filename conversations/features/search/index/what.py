"""What is to be found, in SQL that both databases understand."""

MESSAGE, PART, CONVERSATION = (
    f"conversations_{name}" for name in ("message", "messagepart", "conversation")
)
ENTRY = "conversations_search_entry"

# Questions and answers that are finished and have words; what an import has hidden is not found.
# Without LIKE, as a percent sign would be a parameter's.
METADATA = "CAST(m.message_metadata AS text)"
FINISHED = f"""m.role IN ('user', 'assistant') AND m.status NOT IN ('waiting', 'generating')
    AND replace({METADATA}, '"hidden": true', '') = {METADATA}
    AND EXISTS (SELECT 1 FROM {PART} p
                WHERE p.message_id = m.id AND p.kind = 'text' AND p.content <> '')"""
MISSING = f"""SELECT count(*) FROM {MESSAGE} m WHERE {FINISHED}
    AND NOT EXISTS (SELECT 1 FROM {ENTRY} WHERE message_id = m.id)"""
LEFT_OVER = f"""SELECT count(*) FROM {ENTRY} entry
    WHERE NOT EXISTS (SELECT 1 FROM {MESSAGE} m WHERE m.id = entry.message_id AND {FINISHED})"""

# Whatever of these changes moves a message into the index, out of it, or under another filter.
MESSAGE_COLUMNS = (
    *("status", "role", "model_name", "routing_profile"),
    *("conversation_id", "created_at"),
)
