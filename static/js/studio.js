// Comfort on top of pages that work without it: a module for each thing that a person does.
// Whoever collects static files joins them into this one file (chatstudio/joined_modules.py).
//
// They listen in this order: a click closes menus before it does anything else, and Escape leaves
// what is open before it stops an answer.

import "./switching.js";
import "./menus.js";
import "./composer.js";
import "./choices.js";
import "./model_picker.js";
import "./tool_sum.js";
import "./typed_early.js";
import "./older_messages.js";
import "./wide_content.js";
import "./code_actions.js";
import "./moments.js";
import "./announcing.js";
import "./toasts.js";
import "./in_between.js";
import "./socket.js";
import "./stalling.js";
import "./waiting.js";
import "./copying.js";
import "./lightbox.js";
import "./acts.js";
import "./sidebar.js";
import "./editing.js";
import "./filtering.js";
import "./escape.js";
import "./theme.js";
import "./focus.js";
import "./arrows.js";
import "./keys.js";
import "./speaking.js";
import "./dropping.js";
