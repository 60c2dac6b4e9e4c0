"""Questions and answers. One talk is a title, its tags, and turns of a question and its answers; a
second answer is another branch."""

from typing import NamedTuple


class Turn(NamedTuple):
    question: str
    answers: tuple[str, ...]
    thoughts: str = ""
    call: tuple[str, dict[str, str], str] | None = None


class Talk(NamedTuple):
    title: str
    model_name: str
    tags: tuple[str, ...]
    turns: tuple[Turn, ...]


TALKS = (
    Talk(
        "Is a heat pump worth it in an old house?",
        "llama3.1:8b",
        ("home",),
        (
            Turn(
                "Our house is from 1962. Is a heat pump worth it?",
                (
                    "Often yes, **if the flow temperature stays below 55 °C** on cold days.\n\n"
                    "| Step | Cost | Effect |\n|---|---:|---|\n"
                    "| Larger radiators in two rooms | 1,400 € | −6 °C flow |\n"
                    "| Insulate the attic | 3,000 € | −15 % heat |\n"
                    "| Balance the system | 600 € | quieter, more even |\n\n"
                    "Try it this winter: set your boiler to 55 °C for a week. If it stays warm, "
                    "you have your answer.",
                    "It depends on the radiators more than on the walls. Measure the flow "
                    "temperature on a cold day first.",
                ),
            ),
            Turn(
                "And what does the electricity cost me?",
                (
                    "With a yearly performance factor of $3.5$ and a need of $18\\,000$ kWh:\n\n"
                    "$$\\frac{18\\,000\\ \\text{kWh}}{3.5} \\approx 5\\,140\\ \\text{kWh}$$\n\n"
                    "At 0.30 € that is about **1,540 € a year**.",
                ),
            ),
        ),
    ),
    Talk(
        "Duplicate files in Python",
        "qwen2.5-coder:7b",
        ("code",),
        (
            Turn(
                "Write a Python function that finds duplicate files below a folder.",
                (
                    "Compare sizes first: only files of the same size can be equal.\n\n"
                    "```python\n"
                    "from collections import defaultdict\n"
                    "from hashlib import file_digest\n"
                    "from pathlib import Path\n\n\n"
                    "def duplicates(folder: Path) -> list[list[Path]]:\n"
                    "    by_size = defaultdict(list)\n"
                    "    for path in folder.rglob('*'):\n"
                    "        if path.is_file():\n"
                    "            by_size[path.stat().st_size].append(path)\n"
                    "    by_digest = defaultdict(list)\n"
                    "    for same in by_size.values():\n"
                    "        for path in same if len(same) > 1 else []:\n"
                    "            with path.open('rb') as file:\n"
                    "                by_digest[file_digest(file, 'sha256').digest()].append(path)\n"
                    "    return [same for same in by_digest.values() if len(same) > 1]\n"
                    "```\n\nHard links are listed as duplicates, too.",
                ),
                thoughts="Hashing everything is slow. Group by size first, then hash only those.",
            ),
            Turn(
                "Why not compare the bytes directly?",
                (
                    "For *two* files that is faster: you can stop at the first difference. For "
                    "many of one size a digest reads each file once:\n\n"
                    "1. bytes: up to $n(n-1)/2$ comparisons,\n2. digests: $n$ reads.",
                ),
            ),
        ),
    ),
    Talk(
        "Wie schreibe ich eine Mahnung freundlich?",
        "llama3.1:8b",
        ("work", "Deutsch"),
        (
            Turn(
                "Ein Kunde hat seit drei Wochen nicht bezahlt. Wie erinnere ich freundlich?",
                (
                    "> Liebe Frau Huber,\n>\n> sicher ist meine Rechnung vom 3. März im Alltag "
                    "untergegangen. Dürfte ich Sie bitten, die 480 € bis zum 28. zu zahlen?\n>\n"
                    "> Herzliche Grüße\n\nKurz, konkret, mit Frist, ohne Vorwurf.",
                ),
            ),
        ),
    ),
    Talk(
        "Une recette pour dimanche",
        "mistral:7b",
        ("home", "français"),
        (
            Turn(
                "Que puis-je cuisiner avec des courges et du fromage de chèvre ?",
                (
                    "Un **gratin de courge** :\n\n- 800 g de courge en tranches fines\n"
                    "- 150 g de chèvre frais\n- une poignée de noix, du thym, un filet de miel\n\n"
                    "Enfournez 40 minutes à 190 °C.",
                ),
            ),
        ),
    ),
    Talk(
        "俳句について",
        "qwen2.5:14b",
        (),
        (
            Turn(
                "俳句とは何ですか。例を一つ挙げてください。",
                (
                    "俳句は五・七・五の十七音からなる定型詩で、季語を含みます。\n\n"
                    "> 古池や\n> 蛙飛びこむ\n> 水の音\n\n松尾芭蕉の句です。季語は「蛙」(春)です。",
                ),
            ),
        ),
    ),
    Talk(
        "رحلة إلى فاس",
        "qwen2.5:14b",
        ("travel",),
        (
            Turn(
                "ماذا أزور في فاس خلال يومين؟",
                (
                    "في اليوم الأول: المدينة القديمة ومدرسة البوعنانية.\n\n"
                    "في اليوم الثاني: دباغة الشوارة ثم متحف البطحاء.",
                ),
            ),
        ),
    ),
    Talk(
        "¿Cuánto llueve en Bilbao?",
        "llama3.1:8b",
        ("travel",),
        (
            Turn(
                "¿Llueve mucho en Bilbao en mayo?",
                ("En mayo caen unos **85 mm** en 11 días. Lleve un paraguas pequeño.",),
                thoughts="The data says 85 mm on 11 days.",
                call=(
                    "weather_normals",
                    {"place": "Bilbao", "month": "May"},
                    '{"rain_mm": 85, "days": 11}',
                ),
            ),
        ),
    ),
    Talk(
        "Quadratic equations for a twelve-year-old",
        "gemma2:9b",
        ("school",),
        (
            Turn(
                "How do I explain the quadratic formula to my daughter?",
                (
                    "Start with a picture: *which square do I have to complete?*\n\n"
                    "For $x^2 + 6x = 16$ add $9$ on both sides:\n\n"
                    "$$x^2 + 6x + 9 = 25 \\quad\\Rightarrow\\quad (x+3)^2 = 25$$\n\n"
                    "So $x = 2$ or $x = -8$. The formula is the same, done once for all:\n\n"
                    "$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$",
                    "Let her find two numbers whose sum is 6 and whose product is −16 first.",
                ),
            ),
            Turn("She asks why there are two.", ("Both $5$ and $-5$ have the square $25$.",)),
        ),
    ),
    Talk(
        "SQL: the newest order of each customer",
        "qwen2.5-coder:7b",
        ("code", "work"),
        (
            Turn(
                "How do I get the newest order of each customer in SQL?",
                (
                    "```sql\nSELECT *\nFROM (\n  SELECT o.*, row_number() OVER (\n"
                    "    PARTITION BY customer_id ORDER BY ordered_at DESC) AS n\n"
                    "  FROM orders o\n) AS ranked\nWHERE n = 1;\n```\n\n"
                    "With an index on `(customer_id, ordered_at DESC)` it reads each one once.",
                ),
            ),
        ),
    ),
)  # fmt: skip
