"""Derivatives between scalars, vectors and matrices: shapes, layouts, known results, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ratelaw import calculus
from ratelaw.models.calculus.matrices.evaluate import evaluate
from ratelaw.models.calculus.matrices.read import read
from ratelaw.models.calculus.matrices.write import text
from ratelaw.models.errors import InputError, RefusalError, SpecificationError, UnknownNameError

LAYOUTS = ("numerator", "denominator")
# Expression, variable, and the derivative in denominator layout as the literature prints it:
# Petersen and Pedersen 2012, sections 2.1 to 2.6.
KNOWN = [
    ("det(X)", "X", "det(X)*X^-T"),
    ("log(det(X))", "X", "X^-T"),
    ("det(A*X*B)", "X", "det(A*X*B)*A^T*(A*X*B)^-T*B^T"),
    ("a'*X^-1*b", "X", "-X^-T*a*b^T*X^-T"),
    ("tr(X^-1*A)", "X", "-X^-T*A^T*X^-T"),
    ("tr(X)", "X", "I_n"),
    ("tr(X*A)", "X", "A^T"),
    ("tr(A*X*B)", "X", "A^T*B^T"),
    ("tr(X'*X)", "X", "2*X"),
    ("tr(X'*A*X)", "X", "(A + A^T)*X"),
    ("tr(X^3)", "X", "3*X^T*X^T"),
    ("a'*X*b", "X", "a*b^T"),
    ("a'*X'*b", "X", "b*a^T"),
    ("norm(X)^2", "X", "2*X"),
    ("x'*A*x", "x", "(A + A^T)*x"),
    ("a'*x", "x", "a"),
    ("norm(x)", "x", "x/norm(x)"),
    ("norm(A*x - b)^2", "x", "2*A^T*(A*x - b)"),
    ("A*x", "x", "A^T"),
    ("inv(A + t*B)", "t", "-(A + t*B)^-T*B^T*(A + t*B)^-T"),
]
MORE = [
    ("log(det(X'*X))", "X"),
    ("norm(X*w - y)^2 + s*norm(w)^2", "w"),
    ("log(1 + exp(-a'*x))", "x"),
    ("tanh(a'*x)*x", "x"),
    ("(x'*x)*x", "x"),
    ("x*x'*b", "x"),
    ("norm(x)*x", "x"),
    ("x'*A*x/(x'*x)", "x"),
    ("tr(X)*tr(X^2)", "X"),
    ("tr(norm(X)*X)", "X"),
    ("sqrt(det(A + X))", "X"),
    ("exp(-t*s)*A'", "t"),
    ("exp(-t*s)*A*x/norm(x)", "s"),
    ("sin(t)*A*x + cos(t)*B'*y", "t"),
    ("det(X - s*I)", "s"),
    ("X^-2", "s"),
    ("dot(x, A*x)", "x"),
    ("x^T*A^T*x", "A"),
    ("tr(A*X*B*X')", "X"),
]
ALL = [(e, by) for e, by, _ in KNOWN] + [(e, by) for e, by in MORE if by in e]


@pytest.mark.parametrize(("expression", "by", "printed"), KNOWN)
def test_the_derivative_is_the_one_in_the_literature(
    expression: str, by: str, printed: str
) -> None:
    assert str(calculus.derivative(expression, by, layout="denominator")) == printed


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("expression", "by"), ALL)
def test_the_derivative_agrees_with_complex_steps(expression: str, by: str, layout: str) -> None:
    found = calculus.derivative(expression, by, layout=layout)
    assert found.check, str(found.check)


@pytest.mark.parametrize(("expression", "by"), ALL)
def test_the_layouts_are_each_others_transpose(expression: str, by: str) -> None:
    shapes = [calculus.derivative(expression, by, layout=lay).shape for lay in LAYOUTS]
    assert shapes[0] == shapes[1][::-1]


@pytest.mark.parametrize(("expression", "by"), ALL)
def test_the_layout_is_always_said(expression: str, by: str) -> None:
    for layout in LAYOUTS:
        found = calculus.derivative(expression, by, layout=layout)
        assert f"{layout} layout" in found.words
        assert f"{layout} layout" in str(found.explanation)


@pytest.mark.parametrize(("expression", "by"), ALL)
def test_an_expression_reads_back_as_it_is_written(expression: str, by: str) -> None:
    tree = read(expression)
    assert read(text(tree)) == tree


def test_the_default_is_numerator_layout() -> None:
    assert calculus.derivative("a'*x", "x").shape == (1, "n")


def test_a_symmetric_matrix_is_its_own_transpose() -> None:
    found = calculus.derivative("x'*A*x", "x", symmetric=["A"])
    assert str(found) == "2*x^T*A"
    assert found.check


def test_declared_shapes_overrule_the_convention() -> None:
    shapes = {"K": ("n", "n"), "q": ("n",)}
    found = calculus.derivative("q'*K*q", "q", shapes=shapes, layout="denominator")
    assert str(found) == "(K + K^T)*q"


def test_shapes_may_be_numbers() -> None:
    assert calculus.derivative("A*x", "x", shapes={"A": (3, 2), "x": (2,)}).shape == (3, 2)


def test_steps_cite_their_source() -> None:
    steps = str(calculus.explain("log(det(X))", "X"))
    assert "Petersen and Pedersen 2012, eq. 42" in steps
    assert "Magnus and Neudecker 1999" in steps


def test_the_value_at_numbers_is_that_of_numpy() -> None:
    a = np.array([[4.0, 1.0], [0.5, 3.0]])
    found = calculus.derivative("log(det(X))", "X").at({"X": a.tolist()})
    np.testing.assert_allclose(found, np.linalg.inv(a), rtol=1e-14)


MATRICES = st.recursive(
    st.sampled_from(["A", "X", "X'", "B", "(X + I)"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["*", "+", "-"]), inner).map(lambda p: f"({''.join(p)})"),
        inner.map(lambda e: f"({e})'"),
        inner.map(lambda e: f"tr({e})*X"),
    ),
    max_leaves=5,
)
SQUARE = {name: ("n", "n") for name in "ABX"}


def test_an_identity_of_unknown_size_is_refused() -> None:
    with pytest.raises(SpecificationError, match="how large this identity is"):
        calculus.derivative("tr(I)*norm(x)", "x")


@settings(max_examples=60, deadline=None)
@given(MATRICES, st.sampled_from(["tr", "norm", "det"]))
def test_any_scalar_of_a_matrix_agrees_with_complex_steps(inner: str, outer: str) -> None:
    expression = f"{outer}({inner}) + tr(X)"
    found = calculus.derivative(expression, "X", shapes=SQUARE)
    if found.check.points:
        assert found.check.error < 1e-6, f"{expression}: {found}, {found.check}"


@settings(max_examples=60, deadline=None)
@given(MATRICES)
def test_any_matrix_keeps_its_value_when_it_is_written_and_read(inner: str) -> None:
    tree = read(f"{inner} + X", SQUARE)
    again = read(text(tree), SQUARE)
    rng = np.random.default_rng(0)
    values = {name: rng.normal(size=(3, 3)).astype(complex).tolist() for name in "ABX"}
    first, second = (np.array(evaluate(t, values, {"n": 3})) for t in (tree, again))
    np.testing.assert_allclose(first, second, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("expression", "by"), [("A*X", "X"), ("A*X", "A"), ("x*y'", "x"), ("X*x", "X"), ("X'", "X")]
)
def test_the_three_that_are_no_matrices_are_refused_in_words(expression: str, by: str) -> None:
    with pytest.raises(RefusalError, match=r"no matrix.*vec"):
        calculus.derivative(expression, by)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("x'*x*A'*x*y", "columns on the left"),
        ("A*x + 1", "a sum needs equal shapes"),
        ("x*y'*A + x", "a sum needs equal shapes"),
        ("A/B'", "only a scalar divides"),
        ("exp(A')", "entry by entry, is not supported"),
        ("kron(A', B)", "kron is not supported"),
        ("det(x*a' + x')", "a sum needs equal shapes"),
        ("tr(x')", "needs a square matrix"),
        ("inv(x')", "needs a square matrix"),
        ("X^0.5*A'", "whole powers only"),
        ("x^2*A'", "needs a square matrix"),
        ("dot(x, A')", "two vectors"),
        ("x*y*A'", r"write x\^T\*y"),
        ("norm(x", "bracket"),
        ("", "empty"),
    ],
)
def test_what_is_not_supported_is_said(expression: str, said: str) -> None:
    with pytest.raises(SpecificationError, match=said):
        calculus.derivative(expression, "x", shapes={"x": ("n",)})


def test_hostile_text_is_only_text() -> None:
    for expression in ("__import__('os').T", "X.__class__*A", "det(exec(A))", "(lambda: X)'"):
        with pytest.raises(SpecificationError):
            calculus.derivative(expression, "X", shapes={"X": ("n", "n")})


def test_a_derivative_by_a_symmetric_matrix_is_refused() -> None:
    with pytest.raises(RefusalError, match="symmetric"):
        calculus.derivative("tr(X*X)", "X", symmetric=["X"])


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(UnknownNameError, match=r"wrt: there is no Y; there is X"):
        calculus.derivative("det(X)", "Y")


def test_an_unknown_layout_is_said() -> None:
    with pytest.raises(InputError, match="'numerator'"):
        calculus.derivative("det(X)", "X", layout="rows")


@pytest.mark.parametrize(
    ("numerator", "denominator", "sizes", "expected"),
    [
        ("scalar", "scalar", {}, (1, 1)),
        ("scalar", "vector", {"n": 4}, (1, 4)),
        ("vector", "scalar", {"m": 3}, (3, 1)),
        ("vector", "vector", {"m": 3, "n": 2}, (3, 2)),
        ("matrix", "scalar", {"m": 3, "n": 2}, (3, 2)),
        ("scalar", "matrix", {"p": 3, "q": 2}, (2, 3)),
    ],
)
class TestSix:
    def test_numerator_layout(self, numerator, denominator, sizes, expected) -> None:
        assert calculus.shape(numerator, denominator, **sizes) == expected

    def test_denominator_layout_is_the_transpose(
        self, numerator, denominator, sizes, expected
    ) -> None:
        found = calculus.shape(numerator, denominator, layout="denominator", **sizes)
        assert found == expected[::-1]
        assert found.is_matrix


@pytest.mark.parametrize(
    ("numerator", "denominator", "sizes"),
    [
        ("vector", "matrix", {"m": 2, "p": 3, "q": 4}),
        ("matrix", "vector", {"m": 2, "n": 3, "p": 4}),
        ("matrix", "matrix", {"m": 2, "n": 3, "p": 4, "q": 5}),
    ],
)
def test_the_three_have_all_their_axes(numerator, denominator, sizes) -> None:
    found = calculus.shape(numerator, denominator, **sizes)
    assert found == tuple(sizes.values())
    assert not found.is_matrix
    assert "not a matrix" in found.words


def test_the_table_has_six_and_three() -> None:
    table = calculus.shapes()
    assert (len(table.matrices), len(table.others)) == (6, 3)
    assert len(str(table).split("\n")) == 9


@pytest.mark.parametrize("sizes", [{}, {"m": 2}, {"m": 2, "k": 3}, {"m": 2, "n": 0}])
def test_wrong_sizes_are_said(sizes: dict[str, int]) -> None:
    with pytest.raises(InputError, match="sizes"):
        calculus.shape("vector", "vector", **sizes)


@pytest.mark.parametrize("pair", [("scalar", "tensor"), ("tensor", "vector")])
def test_an_unknown_kind_is_said(pair: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="scalar, vector and matrix"):
        calculus.shape(*pair, m=1, n=1)


@pytest.mark.parametrize(
    ("expression", "by", "numerator", "denominator"),
    [
        ("a'*x", "x", "scalar", "vector"),
        ("A*x", "x", "vector", "vector"),
        ("t*x + 0*A*x", "t", "vector", "scalar"),
        ("t*A", "t", "matrix", "scalar"),
        ("det(A)", "A", "scalar", "matrix"),
    ],
)
def test_a_derivative_has_the_shape_the_table_says(
    expression: str, by: str, numerator: str, denominator: str
) -> None:
    found = calculus.derivative(expression, by)
    sizes = {"m": 2, "n": 2} if {numerator, denominator} != {"scalar", "vector"} else {"n": 2}
    table = calculus.shape(numerator, denominator, **sizes)
    assert [s == 1 for s in found.shape] == [s == 1 for s in table]
    assert found.words.startswith(f"{numerator} by {denominator}")
