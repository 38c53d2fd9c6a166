"""Code that writes a file of forecasts, to be copied: it needs the true classes of rows that training has not seen."""

SCIKIT_LEARN = """
import numpy as np
import pandas as pd

table = pd.DataFrame(
    model.predict_proba(X_test),
    columns=model.classes_,
)
table["true class"] = np.asarray(y_test)
table.to_csv("forecasts.csv", index=False)
"""

KERAS = """
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
"""

PYTORCH = """
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
"""

SEVERAL_MODELS = """
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
"""

SNIPPETS = {"scikit-learn": SCIKIT_LEARN, "Keras": KERAS, "PyTorch": PYTORCH, "Several models": SEVERAL_MODELS}
