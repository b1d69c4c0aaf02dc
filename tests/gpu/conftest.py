"""What the tests of the gpu wing share: the devices there are."""

import pytest

torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> str:
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs a CUDA device, and torch finds none here")
    return request.param
