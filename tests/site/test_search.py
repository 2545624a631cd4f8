"""What a reader types into the search, and the page that he means."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from playwright.sync_api import Page, expect

MOST = 4096  # bytes of the index a page, gzipped
# A question, and the pages of which one has to be among the first three found.
QUESTIONS = """
softmax | loss/softmax
Softmax overflow | loss/softmax
logsumexp | loss/softmax reference/softmax
log-sum-exp | loss/softmax reference/softmax
temperature | loss/softmax
softmax derivative | loss/softmax-gradient
jacobian | loss/softmax-gradient
backpropagation | loss/backpropagation
back-propagation | loss/backpropagation
backprop | loss/backpropagation
gradient checking | loss/checking-gradients reference/gradients
chain rule | loss/backpropagation
cross entropy | loss/cross-entropy
cross-entropy | loss/cross-entropy
label smoothing | loss/cross-entropy
log loss | loss/cross-entropy
initialization | depth/initialisation
initialisation | depth/initialisation
weight initialization | depth/initialisation
xavier | depth/initialisation
he init | depth/initialisation
normalization | depth/normalisation
batch normalization | depth/normalisation
layer norm | depth/normalisation reference/layers
vanishing gradient | depth/vanishing-gradients
exploding gradients | depth/vanishing-gradients
minibatch | optimizers/gradient-descent start/handwriting
mini-batch | optimizers/gradient-descent start/handwriting
overfitting | start/handwriting
MNIST | start/handwriting
learning rate | decay/schedules optimizers/gradient-descent
learning rate schedule | decay/schedules
warmup | decay/schedules
cosine annealing | decay/schedules
momentum | optimizers/momentum
nesterov | optimizers/momentum
edge of stability | optimizers/gradient-descent
heavy ball | optimizers/momentum
stability limit | optimizers/gradient-descent
adam | optimizers/adam
AdamW | optimizers/adam-relatives
adagrad | optimizers/adagrad
adadelta | optimizers/adadelta
rmsprop | optimizers/adagrad
nn.fit | reference/training
nn.Adam | reference/optimizers
nn.softmax | reference/softmax
nn.Dense | reference/layers
nn.load | reference/storage
nn.EarlyStopping | reference/callbacks
nn.datasets.mnist | reference/datasets
nn.plots.curves | reference/plots
nn.Network | reference/network
CosineDecay | reference/schedules
SoftmaxCrossEntropy | reference/losses
check_gradients | reference/gradients
he_normal | reference/initializers
confusion_matrix | reference/metrics
GELU | depth/relu-or-gelu
relu | depth/activations depth/relu-or-gelu
dying relu | depth/dead-units
p-value | depth/fair-comparison
how many seeds do I need? | depth/fair-comparison
SwiGLU | depth/relu-or-gelu
sigmoid | depth/activations neuron/step-to-slope
activation function | depth/activations
perceptron | neuron/step-to-slope
xor | neuron/nonlinearity
universal approximation | neuron/nonlinearity
bias | neuron/bias
cosine similarity | neuron/dot-product
dot product | neuron/dot-product
σ | appendix/symbols depth/activations
η | appendix/symbols optimizers/gradient-descent
θ | appendix/symbols
ε | appendix/symbols appendix/epsilon
∇ | appendix/symbols optimizers/gradient-descent
machine epsilon | appendix/numbers
float16 | appendix/numbers
0.1 + 0.2 | appendix/numbers
why is my loss nan | appendix/numbers loss/softmax loss/cross-entropy
why does my loss become nan? | appendix/numbers loss/softmax loss/cross-entropy
how do I choose a learning rate? | optimizers/gradient-descent decay/schedules
which optimizer is best? | optimizers/race
what does a bias do? | neuron/bias
why do we need a nonlinearity? | neuron/nonlinearity
how do I initialize weights? | depth/initialisation
what is a decision boundary | neuron/bias loss/spiral
how do I save a network? | reference/storage
why is the gradient of softmax p - y? | loss/softmax-gradient
is GELU better than ReLU? | depth/relu-or-gelu
why decay the learning rate? | decay/noise-floor decay/schedules
what is early stopping | reference/callbacks
spiral | loss/spiral
scikit-learn | reference/estimators
glossary | reference/glossary
"""
# The pages of each answer, by the worker that the site's own search asks.
ASK = """async questions => {
  const {search, base} = JSON.parse(document.getElementById("__config").textContent);
  const index = await (await fetch(`${base}/search/search_index.json`)).json();
  const worker = new Worker(search);
  const ask = message => new Promise(resolve => {
    worker.onmessage = ({data}) => resolve(data.data);
    worker.postMessage(message);
  });
  await ask({type: 0, data: {...index, options: {suggest: true}}});
  const answers = [];
  for (const question of questions) {
    const {items} = await ask({type: 2, data: question});
    answers.push(items.map(([first]) => first.location.split("#")[0]));
  }
  worker.terminate();
  return answers;
}"""


def test_search_finds_the_page_that_a_question_means(page: Page, address: str) -> None:
    asked = [line.split(" | ") for line in QUESTIONS.strip().splitlines()]
    assert len(asked) >= 60
    page.goto(address + "start/notation/")
    answers = page.evaluate(ASK, [question for question, _ in asked])
    missed = [
        f"{question!r}: {found[:3]}"
        for (question, wanted), found in zip(asked, answers, strict=True)
        if not {f"{path}/" for path in wanted.split()} & set(found[:3])
    ]
    assert not missed, "\n".join(missed)


def test_index_is_fetched_when_the_search_is_opened(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.goto(address + "loss/softmax/", wait_until="networkidle")
    assert "search_index.json" not in asked
    page.keyboard.press("/")
    page.keyboard.type("backpropagation")
    first = page.locator(".md-search-result__link").first
    expect(first).to_contain_text("Back-propagation", ignore_case=True)
    assert asked.count("search_index.json") == 1


def test_other_words_for_a_page_are_read_once(page: Page, address: str) -> None:
    page.goto(address + "loss/softmax/")
    page.keyboard.press("/")
    page.keyboard.type("threshold")
    found = page.locator(".md-search-result__item").filter(has_text="The bias").first
    expect(found).to_contain_text("intercept, threshold, offset")
    assert found.inner_text().count("intercept") == 1


def test_the_answers_of_a_shut_search_are_no_stop(page: Page, address: str) -> None:
    page.goto(address + "loss/softmax/")
    page.get_by_role("textbox", name="Search").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.md-search')") is None


def test_index_is_small_and_says_each_formula_once(site: Path) -> None:
    index = (site / "search/search_index.json").read_bytes()
    entries = json.loads(index)["docs"]
    pages = {entry["location"].split("#")[0] for entry in entries}
    assert len(pages) > 40
    assert len(gzip.compress(index)) / len(pages) <= MOST
    texts = "".join(entry["text"] for entry in entries)
    assert "<pre>" not in texts
    assert "import numpy" not in texts
    assert "\\frac" not in texts
