"""The update rule of each optimizer, with the numbers of one weight."""

from __future__ import annotations

from collections.abc import Mapping

from nnbook import Nadam, Optimizer

# Of the values after the step: m, v, … as the optimizer has them then.
_ADAM = "{w} − {rate} · ({m} / (1 − 0.9^{t})) / (√({v} / (1 − 0.999^{t})) + 1e-8)"
RULES = {
    "SGD": "{w} − {rate} · {g}",
    "Momentum": "{w} − {rate} · {v}",
    "Nesterov": "{w} − {rate} · ({g} + 0.9 · {v})",
    "AdaGrad": "{w} − {rate} · {g} / (√{G} + 1e-10)",
    "RMSProp": "{w} − {rate} · {g} / (√{v} + 1e-8)",
    "AdaDelta": "{w} − {rate} · √({E_old} + 1e-6) / √({E_g} + 1e-6) · {g}",
    "Adam": _ADAM,
    "AdaMax": "{w} − {rate} / (1 − 0.9^{t}) · {m} / {u}",
    "Nadam": _ADAM.replace("{m} / (1 − 0.9^{t})", "{a} · {g} + {b} · {m}"),
    "AMSGrad": _ADAM.replace("{v}", "{v_max}"),
    "AdamW": _ADAM.replace("{w}", "(1 − {rate} · {decay}) · {w}"),
}
# What each memory is.
MEMORIES = {
    ("Momentum", "v"): "v ← 0.9 v + g",
    ("Nesterov", "v"): "v ← 0.9 v + g",
    ("AdaGrad", "G"): "G ← G + g²",
    ("RMSProp", "v"): "v ← 0.9 v + 0.1 g²",
    ("AdaDelta", "E_g"): "E_g ← 0.95 E_g + 0.05 g²",
    ("AdaDelta", "E_old"): "E_old: the same average of the squared steps before",
    ("AdaMax", "u"): "u ← max(0.999 u, |g|)",
    ("AMSGrad", "v_max"): "v_max ← max(v_max, v), with v ← 0.999 v + 0.001 g²",
    **{(name, "m"): "m ← 0.9 m + 0.1 g" for name in RULES},
    **{(name, "v"): "v ← 0.999 v + 0.001 g²" for name in ("Adam", "Nadam", "AdamW")},
    ("Nadam", "a"): "a = (1 − μₜ) / (1 − μ₁⋯μₜ), with "
    "μₜ = 0.9 (1 − 0.96^(0.004 t) / 2)",
    ("Nadam", "b"): "b = μₜ₊₁ / (1 − μ₁⋯μₜ₊₁)",
}
SYMBOLS = {"rate": "η", "decay": "λ"}


def explain(
    optimizer: Optimizer, w: float, g: float, before: Mapping[str, float], at: int
) -> list[str]:
    """The latest update of a weight: the rule, its memories, and its numbers.

    Parameters
    ----------
    optimizer
        After the step.
    w, g
        The weight before it, and its gradient.
    before
        Memories of that weight before the step, by name.
    at
        Where the weight stands among all parameters.
    """
    name = type(optimizer).__name__
    rule = RULES[name]
    memory = {key: float(vars(optimizer)[key][at]) for key in optimizer.vectors}
    if name == "AdaMax":
        memory["u"] = memory.pop("w")
    if name == "AdaDelta":
        memory["E_old"] = before["E_delta"]
    if isinstance(optimizer, Nadam):
        memory["a"], memory["b"] = _shares(optimizer)
    optimizer.steps -= 1  # the rate of the step that was made
    numbers = {"w": w, "g": g, "rate": optimizer.rate, **memory}
    optimizer.steps += 1
    if name == "AdamW":
        is_weight = optimizer.n_weights is None or at < optimizer.n_weights
        numbers["decay"] = optimizer.weight_decay if is_weight else 0.0
    used = [key for key in memory if f"{{{key}}}" in rule]
    symbols = {key: SYMBOLS.get(key, key) for key in numbers}
    return [
        f"w ← {rule.format(t='t', **symbols)}",
        *(MEMORIES[name, key] for key in used),
        rule.format(
            t=optimizer.steps, **{key: number(n) for key, n in numbers.items()}
        ),
    ]


def _shares(optimizer: Nadam) -> tuple[float, float]:
    """How much the gradient and the first moment count in Nadam's latest step."""
    mu, mu_next = (
        optimizer.beta1 * (1 - 0.96 ** (0.004 * t) / 2)
        for t in (optimizer.steps, optimizer.steps + 1)
    )
    product = optimizer.mu_product
    return (1 - mu) / (1 - product), mu_next / (1 - product * mu_next)


def number(value: float) -> str:
    """Four digits, in brackets if negative."""
    text = f"{value:.4g}"
    return f"({text.replace('-', '−', 1)})" if value < 0 else text
