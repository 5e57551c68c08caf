"""One spelling of each character: what is passed over for speed is what would not change."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.text import spelling
from bookwheel.engine.text.spelling import normalized

CHARACTERS = st.characters() | st.sampled_from("“”’–—•…é±÷№™€ñ§ﬁ\u00ad\u200b\u0130кёЁαΩ中文かไทยहिन्दी٣۴")


@given(st.text(CHARACTERS, max_size=60))
def test_passing_over_common_signs_changes_nothing(text: str) -> None:
    class Always:
        def search(self, text: str) -> bool:
            return True

    quick, spelling._HAS_OTHERS = spelling._HAS_OTHERS, Always()
    usual, spelling._IN_ONE_FORM = spelling._IN_ONE_FORM, frozenset[str]()
    try:
        whole = normalized(text)
    finally:
        spelling._HAS_OTHERS, spelling._IN_ONE_FORM = quick, usual
    assert normalized(text) == whole


@given(st.text(CHARACTERS | st.sampled_from("\u00a0\u0301\u0308"), max_size=30))
def test_a_space_that_does_not_break_is_a_space(text: str) -> None:
    assert normalized(text) == normalized(unicodedata.normalize("NFKC", text))


def test_signs_are_distinguished_from_headings() -> None:
    assert normalized("# On C#") == "# On Csharp C"
    assert normalized("C++ and .NET") == "Cplusplus C and  dotnet NET"
