"""The compute device: what is told when it is not there."""

import sys

import pytest

import ratelaw as rl
from ratelaw.gpu.device import find_device
from ratelaw.models.errors import DeviceError, InputError, MissingExtraError, RefusalError

torch = pytest.importorskip("torch", reason="gpu/ needs the gpu extra")

MALFORMED = ["gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1:2", "cpu0", " cpu", "", 3, None]


@pytest.fixture
def no_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)


def test_tensors_are_doubles_on_the_device(device: str) -> None:
    tensor = find_device(device).tensor([1, 2])
    assert tensor.dtype == torch.float64
    assert tensor.device.type == device


def test_a_device_knows_what_it_is(device: str) -> None:
    assert find_device(device).hardware


@pytest.mark.usefixtures("no_cuda")
def test_a_missing_device_is_said_with_what_to_use_instead() -> None:
    message = r'^device "cuda" is not available; "cpu" gives the same numbers\. '
    with pytest.raises(DeviceError, match=message):
        find_device("cuda")


@pytest.mark.usefixtures("no_cuda")
@pytest.mark.parametrize("method", ["auto", "dopri5", "torchdiffeq", "torchdiffeq:dopri8"])
def test_a_solve_on_a_missing_device_says_so(method: str) -> None:
    with pytest.raises(DeviceError, match='device "cuda" is not available'):
        rl.solve(rl.library.cooling, 60, method=method, device="cuda")


@pytest.mark.usefixtures("no_cuda")
def test_a_torch_without_cuda_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(torch.version, "hip", None)
    with pytest.raises(DeviceError, match="built for the CPU alone: install a build"):
        find_device("cuda")


@pytest.mark.usefixtures("no_cuda")
def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    with pytest.raises(DeviceError, match="no such device or no driver"):
        find_device("cuda")


def test_a_number_too_high_is_answered_with_those_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(DeviceError, match=r'"cuda:2" is not .* there are "cuda:0" and "cuda:1"'):
        find_device("cuda:2")


def test_there_is_one_cpu() -> None:
    with pytest.raises(DeviceError, match='there is one "cpu"'):
        find_device("cpu:1")


def test_a_device_without_doubles_is_refused() -> None:
    with pytest.raises(DeviceError, match="no double precision"):
        find_device("mps")


@pytest.mark.parametrize("name", MALFORMED)
def test_a_name_no_device_has_is_shown(name: object) -> None:
    with pytest.raises(InputError, match=r"device: got .*; expected a name such as"):
        find_device(name)


@pytest.mark.parametrize("name", ["gpu", "GPU", "CUDA", "nvidia:0"])
def test_another_word_for_cuda_is_understood(name: str) -> None:
    with pytest.raises(InputError, match=r"did you mean cuda\?"):
        find_device(name)


def test_missing_torch_is_answered_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"Run: pip install 'ratelaw\[gpu\]'"):
        find_device("cuda")


def test_missing_torchdiffeq_is_answered_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "torchdiffeq", None)
    with pytest.raises(MissingExtraError, match=r"Run: pip install 'ratelaw\[gpu\]'"):
        rl.solve(rl.library.cooling, 60, method="torchdiffeq")


@pytest.mark.parametrize("method", ["reference:tsit5", "scipy:LSODA", "exact"])
def test_a_backend_of_the_cpu_refuses_another_device(method: str) -> None:
    with pytest.raises(RefusalError, match="computes on the cpu, not on cuda"):
        rl.solve(rl.library.cooling, 60, method=method, device="cuda")
