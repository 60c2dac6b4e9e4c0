"""Images, and models that cannot see them."""

from dataclasses import replace

from routing.types import ChatRequest, ModelInfo


def cannot_see(model: ModelInfo) -> bool:
    """Where a server does not say what its model can, it refuses by itself."""
    return model.capabilities is not None and "vision" not in model.capabilities


def has_images(request: ChatRequest) -> bool:
    return any(message.images for message in request.messages)


def is_about_images(request: ChatRequest) -> bool:
    """Whether the question itself has images; without them it would mean nothing."""
    asked = next((m for m in reversed(request.messages) if m.role == "user"), None)
    return asked is not None and bool(asked.images)


def without_images(request: ChatRequest) -> ChatRequest:
    blind = tuple(replace(message, images=()) for message in request.messages)
    return replace(request, messages=blind)
