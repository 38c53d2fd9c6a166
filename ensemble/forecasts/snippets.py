"""How to write a file of forecasts: a template to fill in, and a few lines of Python."""

from __future__ import annotations

_TEMPLATE = """\
true class,setosa,versicolor,virginica
setosa,0.97,0.02,0.01
setosa,0.91,0.08,0.01
versicolor,0.03,0.86,0.11
versicolor,0.01,0.52,0.47
virginica,0.00,0.58,0.42
virginica,0.00,0.06,0.94
"""

# Each is given a model and the rows that training has not seen, and writes forecasts.csv.
SNIPPETS = {
    "scikit-learn": """\
import numpy as np
import pandas as pd

table = pd.DataFrame(
    model.predict_proba(X_test),
    columns=model.classes_,
)
table["true class"] = np.asarray(y_test)
table.to_csv("forecasts.csv", index=False)
""",
    "Keras": """\
import numpy as np
import pandas as pd

# In the order of the outputs.
class_names = ["cat", "dog", "fox"]
# Probabilities or logits.
outputs = np.float64(model.predict(x_test))
table = pd.DataFrame(outputs, columns=class_names)
# y_test holds 0, 1 and 2.
table["true class"] = np.take(class_names, y_test)
table.to_csv("forecasts.csv", index=False)
""",
    "PyTorch": """\
import numpy as np
import pandas as pd
import torch

# In the order of the outputs.
class_names = ["cat", "dog", "fox"]
model.eval()
with torch.no_grad():
    logits = model(x_test).double().cpu().numpy()
table = pd.DataFrame(logits, columns=class_names)
# y_test holds 0, 1 and 2.
table["true class"] = np.take(class_names, y_test)
table.to_csv("forecasts.csv", index=False)
""",
    "Several models": """\
import numpy as np
import pandas as pd

models = {"forest": forest, "linear": linear}
table = pd.concat([
    pd.DataFrame(
        model.predict_proba(X_test),
        columns=[f"{name}: {one}" for one in model.classes_],
    )
    for name, model in models.items()
], axis=1)
table["true class"] = np.asarray(y_test)
table.to_csv("forecasts.csv", index=False)
""",
}


def template() -> bytes:
    """A small CSV file to fill in: six flowers of iris, the true class and a probability for each class.

    Examples
    --------
    >>> template().splitlines()[1]
    b'setosa,0.97,0.02,0.01'
    """
    return _TEMPLATE.encode()
