"""LaTeX formulas as text that a terminal can show: `\\frac{n^2}{2}` becomes `n²/2`.

What is not known stays as it is written, so that nothing is lost; the source text of an answer is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from bookwheel.lazy_regex import lazy_regex

MAX_FORMULA = 2_000
_MOST_LEVELS = 20

_TOKEN = lazy_regex(r"\\[A-Za-z]+\*?|\\.|[{}^_&~]|\s+|[^\\{}^_&~\s]", 0)
_FACTOR = lazy_regex(r"[^\W\d_][\u2080-\u209c\u1d62-\u1d6a\u2c7c²³′]*|\d+(?:[.,]\d+)?|√[^\W_]+")
_SIMPLE = lazy_regex(r"[^\W_]+[²³¹⁰-⁹′]*|√[^\W_]+|[-−]?\d+(?:[.,]\d+)?")

_SUPER = dict(
    zip("0123456789+-=()abcdefghijklmnoprstuvwxyzTV′*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀⱽ′*", strict=True)
)
_SUB = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

_GREEK = dict(
    zip(
        (
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi "
            "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta "
            "varphi varrho varsigma"
        ).split(),
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩεϑφϱς",
        strict=True,
    )
)
_SIGNS: Mapping[str, str] = {
    **_GREEK,
    "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆", "circ": "∘", "bullet": "•",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫", "approx": "≈",
    "sim": "∼", "simeq": "≃", "equiv": "≡", "propto": "∝", "cong": "≅", "infty": "∞", "sum": "∑", "prod": "∏",
    "int": "∫", "oint": "∮", "partial": "∂", "nabla": "∇", "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂",
    "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "cup": "∪", "cap": "∩", "setminus": "∖", "emptyset": "∅",
    "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨",
    "oplus": "⊕", "otimes": "⊗", "odot": "⊙", "perp": "⊥", "parallel": "∥", "mid": "|", "vert": "|", "Vert": "‖",
    "to": "→", "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐",
    "implies": "⇒", "iff": "⇔", "Leftrightarrow": "⇔", "mapsto": "↦", "uparrow": "↑", "downarrow": "↓",
    "dots": "…", "ldots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "prime": "′", "hbar": "ℏ", "ell": "ℓ",
    "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈",
    "rceil": "⌉", "lbrace": "{", "rbrace": "}", "degree": "°", "angle": "∠", "therefore": "∴", "because": "∵",
    "quad": "  ", "qquad": "    ", "colon": ":", "backslash": "\\",
}  # fmt: skip
# Commands that only change the look, the spacing or the size.
_SILENT = frozenset(
    (
        "left right big Big bigg Bigg bigl bigr Bigl Bigr limits nolimits displaystyle textstyle scriptstyle nonumber"
    ).split()
)
_PLAIN = frozenset(
    (
        "text textrm textbf textit mathrm mathbf mathit mathsf mathtt mathcal mathfrak boldsymbol operatorname "
        "mbox hbox"
    ).split()
)
_ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0304", "tilde": "\u0303", "vec": "\u20d7",
    "dot": "\u0307", "ddot": "\u0308",
}  # fmt: skip
_DOUBLE = dict(zip("RNZQCPHE", "ℝℕℤℚℂℙℍ𝔼", strict=True))


def readable(formula: str) -> str:
    """The formula in characters; a very long one stays as it is."""
    if len(formula) > MAX_FORMULA:
        return formula
    return _FormulaReader(_TOKEN.findall(formula)).until("").strip()


class _FormulaReader:
    """Reads tokens from left to right; braces open a level."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._level = 0

    def until(self, end: str) -> str:
        """What stands before the token `end`, which is consumed; all of it for ""."""
        parts: list[str] = []
        while self._at < len(self._tokens):
            token = self._take()
            if token == end:
                break
            parts.append(self._one(token))
        return "".join(parts)

    def _take(self) -> str:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _argument(self) -> str:
        """The group or the token that comes next."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        return self._one(self._take()) if self._at < len(self._tokens) else ""

    def _one(self, token: str) -> str:
        if token == "{":
            if self._level >= _MOST_LEVELS:
                return token
            self._level += 1
            inner = self.until("}")
            self._level -= 1
            return inner
        if token in "^_":
            return _raised(self._argument()) if token == "^" else _lowered(self._argument())
        if token == "&" or token.isspace():
            return " "
        if token == "~":
            return " "
        return self._command(token[1:]) if len(token) > 1 and token[0] == "\\" else "" if token == "}" else token

    def _command(self, name: str) -> str:
        if name in _SIGNS:
            return _SIGNS[name]
        if name in _SILENT or name in "!":
            return ""
        if name in ",;:> ":
            return " "
        if name == "\\":
            return "; "
        if name in ("frac", "dfrac", "tfrac"):
            return f"{_grouped(self._argument())}/{_factor(self._argument())}"
        if name == "sqrt":
            return f"√{_factor(self._argument())}"
        if name in _PLAIN:
            return self._argument()
        if name == "mathbb":
            return "".join(_DOUBLE.get(letter, letter) for letter in self._argument())
        if name in _ACCENTS:
            return f"{self._argument()}{_ACCENTS[name]}"
        return self._other(name)

    def _other(self, name: str) -> str:
        """Names of functions as they are (`log`), escaped characters without the backslash, the rest as written."""
        if name in ("begin", "end"):
            self._argument()
            return ""
        if not name.isalpha():
            return name
        is_function = name.islower() and len(name) <= 6
        follows = self._at < len(self._tokens) and self._tokens[self._at].isalnum()
        if is_function:
            return f"{name} " if follows else name
        has_group = self._at < len(self._tokens) and self._tokens[self._at] == "{"
        return f"\\{name}{{{self._argument()}}}" if has_group else f"\\{name}"


def _raised(text: str) -> str:
    return _mapped(text, _SUPER) or f"^{_grouped(text)}"


def _lowered(text: str) -> str:
    return _mapped(text, _SUB) or f"_{_grouped(text)}"


def _mapped(text: str, letters: Mapping[str, str]) -> str:
    return "".join(letters[letter] for letter in text) if text and all(letter in letters for letter in text) else ""


def _grouped(text: str) -> str:
    """The text, in parentheses unless it is one number, letter or word."""
    return text if len(text) <= 1 or _SIMPLE.fullmatch(text) else f"({text})"


def _factor(text: str) -> str:
    """As `_grouped`, but in parentheses where only the first of several factors would seem to be meant."""
    return text if len(text) <= 1 or _FACTOR.fullmatch(text) else f"({text})"
