"""An exact calculator: fractions, never binary floating point; roots to fifty digits."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation, localcontext
from fractions import Fraction
from typing import Annotated

from routing.tools.base import Risk, ToolFailed, tool

LONGEST = 500
DIGITS = 50
LARGEST_BITS = 20_000
SIGNS = {"^": "**", "×": "*", "÷": "/", "−": "-", "{": "(", "}": ")"}

type Number = Fraction


@tool(Risk.READS)
async def calculate(
    expression: Annotated[str, "such as 17.5 * 1.2 ** 3, sqrt(2), 10 % 3 or round(2/3, 4)"],
) -> str:
    """Calculates exactly with + - * / // % ** and parentheses, and with abs, round, floor, ceil,
    min, max, sqrt, factorial, gcd, and the constants pi and e. Use it for every calculation."""
    if len(expression) > LONGEST:
        raise ToolFailed(f"The expression is longer than {LONGEST} characters.")
    return number_in_words(value_of(expression))


def value_of(expression: str) -> Number:
    text = expression.strip()
    for sign, plain in SIGNS.items():
        text = text.replace(sign, plain)
    try:
        return _value(ast.parse(text, mode="eval").body, text)
    except ZeroDivisionError:
        raise ToolFailed("That divides by zero.") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ToolFailed(f"{expression!r} is no expression that can be calculated.") from None


def _value(node: ast.expr, text: str) -> Number:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() as whole):
            return Fraction(whole)
        case ast.Constant(value=float()):
            return _decimal_literal(text[node.col_offset : node.end_col_offset])
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, text)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _within(OPERATORS[type(op)](_value(left, text), _value(right, text)))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return _within(_call_function(name, [_value(argument, text) for argument in arguments]))
    raise ToolFailed(f"{ast.unparse(node)!r} cannot be calculated here.")


def _decimal_literal(text: str) -> Number:
    """As written: through a float, 0.1 would be something else."""
    number = Decimal(text.replace("_", ""))
    if abs(number.adjusted()) > 5000:
        raise ToolFailed("The number becomes too large.")
    return Fraction(number)


def _call_function(name: str, arguments: list[Number]) -> Number:
    try:
        return Fraction(FUNCTIONS[name](*arguments))
    except TypeError:
        raise ToolFailed(f"{name} does not take {len(arguments)} values like these.") from None


def _within(value: Number) -> Number:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LARGEST_BITS:
        raise ToolFailed("The number becomes too large.")
    return value


def _power(base: Number, exponent: Number) -> Number:
    if exponent.denominator != 1:
        return _root_power(base, exponent)
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if abs(exponent) * size > LARGEST_BITS:
        raise ToolFailed("The number becomes too large.")
    return Fraction(base**exponent.numerator)


def _root_power(base: Number, exponent: Number) -> Number:
    if base < 0:
        raise ToolFailed("A root of a negative number is no real number.")
    with localcontext(prec=DIGITS):
        try:
            return Fraction(_decimal(base) ** _decimal(exponent))
        except (InvalidOperation, OverflowError):
            raise ToolFailed("The number becomes too large.") from None


def _sqrt(value: Number) -> Number:
    """Exact for squares, fifty digits otherwise."""
    if value < 0:
        raise ToolFailed("A root of a negative number is no real number.")
    top, bottom = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    with localcontext(prec=DIGITS):
        return Fraction(_decimal(value).sqrt())


def _factorial(value: Number) -> Number:
    if value.denominator != 1 or not 0 <= value <= 1000:
        raise ToolFailed("factorial takes whole numbers from 0 to 1000.")
    return Fraction(math.factorial(value.numerator))


def _round(value: Number, places: Number = Fraction(0)) -> Number:
    """Half up, as people do; Python rounds half to even."""
    if places.denominator != 1 or abs(places) > DIGITS:
        raise ToolFailed(f"round takes at most {DIGITS} places.")
    scale = Fraction(10) ** places.numerator
    shifted = abs(value) * scale + Fraction(1, 2)
    sign = -1 if value < 0 else 1
    return sign * Fraction(math.floor(shifted)) / Fraction(scale)


def _gcd(*values: Number) -> Number:
    if any(value.denominator != 1 for value in values):
        raise ToolFailed("gcd takes whole numbers.")
    return Fraction(math.gcd(*(value.numerator for value in values)))


OPERATORS: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b),
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
FUNCTIONS: Mapping[str, Callable[..., Number | int]] = {
    "abs": abs,
    "round": _round,
    "floor": math.floor,
    "ceil": math.ceil,
    "min": min,
    "max": max,
    "sqrt": _sqrt,
    "factorial": _factorial,
    "gcd": _gcd,
}
CONSTANTS = {
    "pi": Fraction("3.14159265358979323846264338327950288419716939937510"),
    "e": Fraction("2.71828182845904523536028747135266249775724709369995"),
}


def number_in_words(value: Number) -> str:
    """Whole or finite numbers as they are; others as a fraction and rounded."""
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    with localcontext(prec=DIGITS):
        number = f"{_decimal(value).normalize():f}"
    if rest == 1:
        return number
    fraction = f"{value.numerator}/{value.denominator}"
    return f"{fraction} ≈ {number}" if len(fraction) <= 40 else f"≈ {number}"


def _decimal(value: Number) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
