r"""Networks as scikit-learn estimators (the extra `estimators`).

They work wherever scikit-learn's own do: in a pipeline, in cross-validation, in a grid
search. Scale the inputs first, for example with `StandardScaler` in a pipeline.
"""

from __future__ import annotations

from nnbook.estimators.classifier import NetworkClassifier
from nnbook.estimators.regressor import NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkRegressor"]
