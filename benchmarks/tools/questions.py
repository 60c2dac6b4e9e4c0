"""Sixty questions, the tool that each one needs, and what its arguments have to say.

An argument is right where the pattern is found in it, whatever the case; of an expression it is
the value that counts. Arguments that are not named here may be anything.
"""

from dataclasses import dataclass, field
from typing import Final

NONE: Final = ""
"""No tool is needed."""


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    tool: str
    arguments: dict[str, str] = field(default_factory=dict)


def _about(tool: str, *asked: tuple[str, dict[str, str]]) -> tuple[Question, ...]:
    return tuple(Question(text, tool, arguments) for text, arguments in asked)


def _sums(*asked: tuple[str, str]) -> tuple[Question, ...]:
    """With the value that the expression has to have."""
    return tuple(Question(text, "calculate", {"expression": value}) for text, value in asked)


QUESTIONS: tuple[Question, ...] = (
    *_sums(
        ("What is 17 * 23?", "391"),
        ("How much is 1250 divided by 8?", "156.25"),
        ("What is 15 percent of 240?", "36"),
        ("Add up 12.5, 7.25 and 3.", "22.75"),
        ("What is the square root of 2025?", "45"),
        ("What is 2 to the power of 20?", "1048576"),
        ("What is the remainder when 1000 is divided by 7?", "6"),
        ("I buy 3 books for 14.90 each. What do I pay?", "44.7"),
        ("What is the factorial of 10?", "3628800"),
        ("Take 19 percent off 80 euros. What is left?", "64.8"),
        ("What is (48 - 6) * 3 + 10?", "136"),
        ("How many minutes are there in 36 hours?", "2160"),
    ),
    *_about(
        "current_time",
        ("What time is it?", {}),
        ("Which day of the week is it today?", {}),
        ("What is today's date?", {}),
        ("What time is it in Tokyo now?", {"time_zone": "Asia/Tokyo"}),
        ("What time is it in New York right now?", {"time_zone": "America/New_York"}),
        ("Which calendar week are we in?", {}),
    ),
    *_about(
        "date_difference",
        (
            "How many days are there from 2024-01-01 to 2024-03-15?",
            {"start": "2024-01-01", "end": "2024-03-15"},
        ),
        (
            "How many days lie between 2023-12-24 and 2024-02-29?",
            {"start": "2023-12-24", "end": "2024-02-29"},
        ),
        (
            "I was born on 1990-05-17. How many days is that before 2020-01-01?",
            {"start": "1990-05-17", "end": "2020-01-01"},
        ),
        (
            "A project runs from 3 March 2025 to 11 July 2025. How many days are that?",
            {"start": "2025-03-03", "end": "2025-07-11"},
        ),
        (
            "Count the days from 2000-02-28 until 2000-03-01.",
            {"start": "2000-02-28", "end": "2000-03-01"},
        ),
    ),
    *_about(
        "date_add",
        ("Which date is 45 days after 2024-02-10?", {"start": "2024-02-10", "amount": "^45$"}),
        (
            "What is the date 6 weeks after 2025-01-20?",
            {"start": "2025-01-20", "amount": "^(6|42)$"},
        ),
        (
            "Which day comes 100 days before 2024-12-31?",
            {"start": "2024-12-31", "amount": "^-100$"},
        ),
        ("Add 10 days to 2023-02-25.", {"start": "2023-02-25", "amount": "^10$"}),
        (
            "An invoice of 2025-04-01 is due in 30 days. On which date?",
            {"start": "2025-04-01", "amount": "^30$"},
        ),
    ),
    *_about(
        "remember",
        ("Please remember that I am allergic to nuts.", {"fact": "nuts"}),
        ("Remember: my daughter is called Mira.", {"fact": "mira"}),
        ("Keep in mind that I work in Vienna.", {"fact": "vienna"}),
        ("Note for later conversations: I prefer short answers.", {"fact": "short"}),
        ("From now on you should know that I drive an electric car.", {"fact": "electric"}),
    ),
    *_about(
        "search_conversations",
        ("What did we say about the kitchen earlier?", {"query": "kitchen"}),
        ("Find our conversation about Lisbon.", {"query": "lisbon"}),
        ("Did I ever ask you about tax returns?", {"query": "tax"}),
        ("Search my old chats for the word sourdough.", {"query": "sourdough"}),
        ("In which chat did we talk about PostgreSQL?", {"query": "postgres"}),
    ),
    *_about(
        "read_attachment",
        ("What stands on page 3 of report.pdf?", {"name": "report.pdf", "first": "^3$"}),
        ("Read lines 20 to 40 of notes.txt.", {"name": "notes.txt", "first": "^20$"}),
        (
            "Where does contract.docx mention the notice period?",
            {"name": "contract.docx", "search": "notice"},
        ),
        ("Show me the beginning of minutes.md, the file I attached.", {"name": "minutes.md"}),
        ("Look for warranty in the attached manual.pdf.", {"search": "warranty"}),
    ),
    *_about(
        "query_data",
        ("How many rows does the sales table have?", {"sql|question": "count|how many"}),
        ("What is the total of all sales amounts?", {"sql|question": "sum|total"}),
        ("Which country has the highest sales?", {"sql|question": "country"}),
        ("What is the average sales amount in 2024?", {"sql|question": "avg|average"}),
        ("List the five largest sales.", {"sql|question": "limit 5|five|5"}),
        ("How many sales were made in Austria?", {"sql|question": "austria"}),
    ),
    *_about(
        "fetch_web_page",
        ("What does https://example.com/ say?", {"url": "https://example.com"}),
        (
            "Summarise the page https://docs.python.org/3/library/json.html",
            {"url": "docs.python.org/3/library/json"},
        ),
        ("Open http://info.cern.ch/ and tell me what is there.", {"url": "info.cern.ch"}),
    ),
    *_about(
        NONE,
        ("Hello! How are you?", {}),
        ("Write a short poem about the sea.", {}),
        ("Translate 'good morning' into French.", {}),
        ("What is the capital of Italy?", {}),
        ("Explain in one sentence what photosynthesis is.", {}),
        ("Give me three names for a cat.", {}),
        ("Which is warmer, red or blue, as a colour?", {}),
        ("Thank you, that was all.", {}),
    ),
)
