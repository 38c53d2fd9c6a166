"""Code that writes a file of forecasts, to be copied: it needs the true classes of rows that training has not seen."""

SCIKIT_LEARN = """
import numpy as np
import pandas as pd

proba = model.predict_proba(X_test)
table = pd.DataFrame(proba, columns=model.classes_)
table["true class"] = np.asarray(y_test)
table.to_csv("forecasts.csv", index=False)
"""

KERAS = """
import numpy as np
import pandas as pd

class_names = ["cat", "dog", "fox"]  # in the order of the outputs
outputs = model.predict(x_test)  # probabilities, or logits
table = pd.DataFrame(np.float64(outputs), columns=class_names)
table["true class"] = np.array(class_names)[y_test]  # y_test: 0, 1, 2
table.to_csv("forecasts.csv", index=False)
"""

PYTORCH = """
import numpy as np
import pandas as pd
import torch

class_names = ["cat", "dog", "fox"]  # in the order of the outputs
model.eval()
with torch.no_grad():
    logits = model(x_test).double().cpu().numpy()
table = pd.DataFrame(logits, columns=class_names)
table["true class"] = np.array(class_names)[y_test]  # y_test: 0, 1, 2
table.to_csv("forecasts.csv", index=False)
"""

SEVERAL_MODELS = """
import numpy as np
import pandas as pd

models = {"forest": forest, "logistic": logistic}
tables = [
    pd.DataFrame(model.predict_proba(X_test), columns=model.classes_).add_prefix(f"{name}: ")
    for name, model in models.items()
]
table = pd.concat(tables, axis=1)
table["true class"] = np.asarray(y_test)
table.to_csv("forecasts.csv", index=False)
"""

SNIPPETS = {"scikit-learn": SCIKIT_LEARN, "Keras": KERAS, "PyTorch": PYTORCH, "Several models": SEVERAL_MODELS}
