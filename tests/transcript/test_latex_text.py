"""Formulas in answers: read as formulas, shown in characters, prices left alone."""

import pytest
from tests.tui.widgets.test_markdown_rows import texts

from bookwheel.transcript.latex_text import MAX_FORMULA, readable


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r"O(n^2 \log n)", "O(n² log n)"),
        (r"\frac{n(n+1)}{2}", "(n(n+1))/2"),
        (r"\frac{1}{2n}", "1/(2n)"),
        (r"\sum_{i=1}^{n} x_i \leq \sqrt{2\pi}", "∑ᵢ₌₁ⁿ xᵢ ≤ √(2π)"),
        (r"\text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V", "softmax(QKᵀ/√dₖ)V"),
        (r"x \in \mathbb{R}^{d}, \hat{y} \neq 0", "x ∈ ℝᵈ, y\u0302 ≠ 0"),
        (r"e^{-i\omega}", "e^(-iω)"),
        (r"\lim_{x \to 0} f", "lim_(x → 0) f"),
        (r"\weirdcommand{x} \% 5", r"\weirdcommand{x} % 5"),
        ("{" * 40 + "x", "{" * 20 + "x"),
        ("^", "^"),
        ("x" * (MAX_FORMULA + 1), "x" * (MAX_FORMULA + 1)),
    ],
)
def test_a_formula_is_shown_in_characters(formula: str, shown: str) -> None:
    assert readable(formula) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"It costs $O(n \cdot w)$ [1].", "It costs O(n · w) [1]."),
        (r"$$a_i * b_j * c$$ and \(x^2\)", "aᵢ * bⱼ * c and x²"),
        ("\\[\nE = mc^2\n\\]", "E = mc²"),
        ("From $5 to $10, or $7.50 for 10$ more.", "From $5 to $10, or $7.50 for 10$ more."),
        ("Set $HOME and $PATH first.", "Set $HOME and $PATH first."),
        ("One $n w$, $O(n)$ and $I have$.", "One n w, O(n) and $I have$."),
        (r"Escaped \[3] and \$4 stay.", "Escaped [3] and $4 stay."),
        ("The variable $n$ and `$x^2$` in code.", "The variable n and $x^2$ in code."),
    ],
)
def test_formulas_are_found_in_text_and_prices_are_not(text: str, shown: str) -> None:
    assert texts(text, 80) == [shown]
